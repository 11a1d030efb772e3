import type { Criteria, Criterion, Leaf } from "#domain/query/criteria";
import type { QuerySubject } from "#domain/query/subject";

/**
 * The rules of a query once more, as slow and plain as they can be written: for each list the records of each group are
 * tried one after the other. Shares no code with the evaluator.
 */
type Row = Record<string, unknown>;

export function holds(criterion: Criterion, subject: QuerySubject): boolean {
  if ("operator" in criterion) return rowsOf(group(criterion), subject).some((row) => leafHolds(criterion, row));
  if ("any" in criterion) return criterion.any.some((member) => holds(member, subject));
  if ("none" in criterion) return !criterion.none.some((member) => holds(member, subject));
  return allHolds(criterion, subject);
}

function allHolds({ all }: Extract<Criteria, { all: unknown }>, subject: QuerySubject): boolean {
  const leaves = all.filter((member) => "operator" in member);
  const lists = all.filter((member) => !("operator" in member));
  if (!lists.every((list) => holds(list, subject))) return false;
  for (const name of ["Patron", "Media", "Preference"]) {
    const own = leaves.filter((leaf) => group(leaf) === name);
    if (own.length > 0 && !rowsOf(name, subject).some((row) => own.every((leaf) => leafHolds(leaf, row)))) return false;
  }
  return true;
}

function group(leaf: Leaf): string {
  return leaf.field.split(".")[0] ?? "";
}

function rowsOf(name: string, { patron, media, queueSizes = {} }: QuerySubject): Row[] {
  if (name === "Preference") return patron.preferences.map((it) => ({ ...it }));
  if (name === "Patron") return [{ ...patron, hasMedium: media.map((it) => it.medium) }];
  const countIn = (counts: Record<string, number>, medium: string) =>
    Object.entries(counts).find(([code]) => code === medium)?.[1] ?? 0;
  return media.map((it) => ({
    ...it,
    requestCount: countIn(patron.requestCounts, it.medium),
    reserveCount: countIn(patron.reserveCounts, it.medium),
    refillBelowCartridges:
      Number(it.refillPoint ?? Number.NaN) <
      Number(it.maxTitlesPerCartridge ?? Number.NaN) * Number(it.cartridgeLimit ?? Number.NaN),
    serviceQueueSize: countIn(queueSizes, it.medium),
  }));
}

const checkBoxes = ["Media.nightlyDebug", "Media.refillBelowCartridges", "Preference.exclusion"];

function leafHolds(leaf: Leaf, row: Row): boolean {
  const name = leaf.field.split(".")[1] ?? "";
  const values: unknown[] = leaf.value === undefined ? [] : [leaf.value].flat();
  if (checkBoxes.includes(leaf.field)) {
    const ticked = row[name] === true;
    const wanted = ["true", "yes"].includes(String(values[0]).toLowerCase());
    return leaf.operator === "equals" ? ticked === wanted : ticked !== wanted;
  }
  if (name === "hasMedium") {
    const owned = Array.isArray(row[name]) ? row[name] : [];
    if (leaf.operator === "isBlank") return owned.length === 0;
    if (leaf.operator === "doesNotEqual") return !owned.some((code) => same(code, values[0]));
    if (leaf.operator === "notIn") return !owned.some((code) => values.some((value) => same(code, value)));
    return owned.some((code) => compare(leaf.operator, code, values));
  }
  const value = row[name];
  const missing = value === undefined || value === null || value === "";
  if (missing) return leaf.operator === "isBlank" || leaf.operator === "doesNotEqual" || leaf.operator === "notIn";
  return compare(leaf.operator, value, values);
}

function compare(operator: Leaf["operator"], value: unknown, values: unknown[]): boolean {
  const [first, second] = values;
  if (operator === "isBlank") return false;
  if (operator === "isNotBlank") return true;
  if (operator === "equals") return same(value, first);
  if (operator === "doesNotEqual") return !same(value, first);
  if (operator === "in") return values.some((one) => same(value, one));
  if (operator === "notIn") return !values.some((one) => same(value, one));
  if (operator === "begins") return plain(value).slice(0, plain(first).length) === plain(first);
  if (operator === "contains") return plain(value).split(plain(first)).length > 1;
  const below = order(value, first);
  if (operator === "lessThan") return below < 0;
  if (operator === "atMost") return below <= 0;
  if (operator === "greaterThan") return below > 0;
  if (operator === "atLeast") return below >= 0;
  return below >= 0 && order(value, second) <= 0;
}

function same(a: unknown, b: unknown): boolean {
  return typeof a === "string" ? plain(a) === plain(b) : a === b;
}

/** Days have one length, so they may be compared as numbers. */
function order(a: unknown, b: unknown): number {
  const asNumber = (value: unknown) => Number(String(value).replace(/(\d)-/g, "$1"));
  return asNumber(a) - asNumber(b);
}

function plain(value: unknown): string {
  return [...String(value).normalize("NFC")]
    .map((letter) => letter.toLowerCase())
    .join("")
    .split("ς")
    .join("σ");
}
