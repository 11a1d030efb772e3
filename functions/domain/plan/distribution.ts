import { z } from "zod";
import type { LineSet } from "#domain/line-set";
import type { MediumFields, MediumFieldValue } from "#domain/profile/medium-record";
import { type PlanField, type PlanLine, planFieldNames, writes } from "./plan.ts";
import { type Changes, setOrCleared } from "./update-spec.ts";

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);
const place = z.number().int();

/**
 * What each patron of a plan holds before and after it, column by column: places in `values`, -1 for nothing. Lines stand
 * in the order of the plan, the excluded among them.
 */
export const planValuesSchema = z.object({
  fields: z.array(
    z.object({
      field: z.enum(planFieldNames),
      values: z.array(valueSchema),
      before: z.array(place),
      after: z.array(place),
    }),
  ),
});
export type PlanValues = z.infer<typeof planValuesSchema>;
type Column = PlanValues["fields"][number];

/**
 * The fields whose values are looked at: those that a spec names, and the status, which a record that is made gets unasked.
 * An undo has no spec, so there it is every field.
 */
export function fieldsLookedAt(changes: Changes | undefined): readonly PlanField[] {
  if (changes === undefined) return planFieldNames;
  const planned = plannedBySpec(changes);
  return planFieldNames.filter((field) => field === "status" || planned.includes(field));
}

/** The planned fields of a spec: Nightly Debug, and every field in its changes. */
function plannedBySpec(changes: Changes): readonly PlanField[] {
  return ["nightlyDebug", ...setOrCleared(changes)];
}

/** A line of a plan with the record as it was found; undefined where there was none. */
export interface LookedAt {
  readonly line: Pick<PlanLine, "action" | "before" | "after">;
  readonly record: MediumFields | undefined;
}

/** The columns of one chunk. */
export function valuesOfLines(lines: readonly LookedAt[], fields: readonly PlanField[]): PlanValues {
  return {
    fields: fields.map((field) => {
      const columns = new Columns(field);
      for (const { line, record } of lines) {
        const before = beforeOf(field, line, record);
        columns.add(before, afterOf(field, line, before));
      }
      return columns.column;
    }),
  };
}

/** A planned field held what the line says; of other fields, and of who was refused, the record tells. */
function beforeOf(field: PlanField, { action, before, after }: LookedAt["line"], record: MediumFields | undefined) {
  if (action === "NOT_FOUND") return undefined;
  return after[field] === undefined ? record?.[field] : before[field];
}

/** Who is not written keeps what was there. */
function afterOf(field: PlanField, { action, after }: LookedAt["line"], before: MediumFieldValue | undefined) {
  const intended = after[field];
  return writes(action) && intended !== undefined ? (intended ?? undefined) : before;
}

/** Puts the columns of chunks behind each other. Every chunk of a plan has the same fields. */
export class PlanValuesBuilder {
  readonly #columns = new Map<PlanField, Columns>();

  add(chunk: PlanValues): void {
    for (const { field, values, before, after } of chunk.fields) {
      const columns = this.#columns.get(field) ?? new Columns(field);
      this.#columns.set(field, columns);
      for (const [i, was] of before.entries()) columns.add(values[was], values[after[i] ?? -1]);
    }
  }

  whole(): PlanValues {
    return { fields: [...this.#columns.values()].map(({ column }) => column) };
  }
}

class Columns {
  readonly column: Column;
  readonly #places = new Map<MediumFieldValue, number>();

  constructor(field: PlanField) {
    this.column = { field, values: [], before: [], after: [] };
  }

  add(before: MediumFieldValue | undefined, after: MediumFieldValue | undefined): void {
    this.column.before.push(this.#placeOf(before));
    this.column.after.push(this.#placeOf(after));
  }

  #placeOf(value: MediumFieldValue | undefined): number {
    if (value === undefined) return -1;
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    this.#places.set(value, this.column.values.length);
    return this.column.values.push(value) - 1;
  }
}

/** Values of a field that are told one by one; the rest is told together. */
export const mostValues = 20;

export interface FieldDistribution {
  readonly field: PlanField;
  /** How many patrons hold each value, the most frequent first; without a value: those with none. */
  readonly values: readonly { readonly value?: MediumFieldValue; readonly before: number; readonly after: number }[];
  /** Those who hold a value that is not among them. */
  readonly others?: { readonly before: number; readonly after: number };
}

/**
 * How many patrons hold each value of each planned field before and after a plan, over all lines but the excluded ones: of
 * every field the same number before and after. A field that no spec names is told where the plan changes it.
 */
export function distributionOf(
  { fields }: PlanValues,
  excluded: LineSet,
  changes: Changes | undefined,
): FieldDistribution[] {
  const planned = changes === undefined ? [] : plannedBySpec(changes);
  return fields.flatMap((column) => {
    const { counts, changed } = countsOf(column, excluded);
    return changed || planned.includes(column.field) ? [told(column.field, counts)] : [];
  });
}

interface Count {
  readonly value: MediumFieldValue | undefined;
  before: number;
  after: number;
}

function countsOf({ values, before, after }: Column, excluded: LineSet): { counts: Count[]; changed: boolean } {
  // The last one is of those with none: so -1 finds it.
  const counts = [...values, undefined].map((value): Count => ({ value, before: 0, after: 0 }));
  let changed = false;
  for (const [line, was] of before.entries()) {
    if (excluded.has(line)) continue;
    const will = after[line] ?? -1;
    changed ||= was !== will;
    const [holds, held] = [counts.at(was), counts.at(will)];
    if (holds !== undefined) holds.before++;
    if (held !== undefined) held.after++;
  }
  return { counts: counts.filter((it) => it.before + it.after > 0), changed };
}

function told(field: PlanField, counts: readonly Count[]): FieldDistribution {
  const byFrequency = counts.toSorted(
    (a, b) => b.before + b.after - (a.before + a.after) || (String(a.value) < String(b.value) ? -1 : 1),
  );
  const rest = byFrequency.slice(mostValues);
  const sum = (of: (count: Count) => number) => rest.reduce((total, count) => total + of(count), 0);
  return {
    field,
    values: byFrequency
      .slice(0, mostValues)
      .map(({ value, ...held }) => ({ ...(value !== undefined && { value }), ...held })),
    ...(rest.length > 0 && { others: { before: sum((it) => it.before), after: sum((it) => it.after) } }),
  };
}
