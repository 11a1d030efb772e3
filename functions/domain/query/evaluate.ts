import { cartridgeFields, refillsBelowCartridges } from "#domain/profile/medium-record";
import type { Preference } from "#domain/profile/patron";
import { folded } from "../text.ts";
import type { Criteria, Criterion, Leaf } from "./criteria.ts";
import { isLeaf, listOf } from "./criteria.ts";
import type { FieldValue, MediaCountField, QueryField } from "./fields.ts";
import { queryField } from "./fields.ts";
import type { Operand, Operator } from "./operators.ts";
import { checkBoxValue } from "./operators.ts";
import { countIn, type QuerySubject, type Readers, recordReaders, type Subject } from "./subject.ts";

type Predicate<P, M> = (subject: Subject<P, M>) => boolean;
type Match = (value: FieldValue) => boolean;

/**
 * Turns criteria into one function, so that a query of a whole library reads the criteria once.
 *
 * - `all`: its own leaves of one group must hold on one and the same record; nested lists are judged on their own.
 * - `any`: one member holds. `none`: not one member holds, each taken alone.
 * - A leaf holds if one record of its group satisfies it; a patron without such a record satisfies none.
 *
 * @throws TypeError for a leaf that {@link readCriteria} would have refused
 */
export function compile(criteria: Criteria): (subject: QuerySubject) => boolean {
  return compileOver(criteria, recordReaders);
}

/** {@link compile} over whatever `readers` find their values in. */
export function compileOver<P, M>(criteria: Criteria, readers: Readers<P, M>): Predicate<P, M> {
  const { kind, members } = listOf(criteria);
  if (kind === "all") return compileAll(members, readers);
  const tests = members.map((member) =>
    isLeaf(member) ? compileAll([member], readers) : compileOver(member, readers),
  );
  const any: Predicate<P, M> = (subject) => tests.some((test) => test(subject));
  return kind === "any" ? any : (subject) => !any(subject);
}

/** True where a criterion looks at service queues, which no query reads unless it must. */
export function needsQueueSizes(criteria: Criteria): boolean {
  return listOf(criteria).members.some((member) => {
    if (!isLeaf(member)) return needsQueueSizes(member);
    const field = fieldOf(member);
    return "counted" in field && field.counted === "queueSizes";
  });
}

function compileAll<P, M>(members: readonly Criterion[], readers: Readers<P, M>): Predicate<P, M> {
  const subjectTests: Predicate<P, M>[] = [];
  const patronTests: ((patron: P) => boolean)[] = [];
  const mediumTests: ((medium: M, subject: Subject<P, M>) => boolean)[] = [];
  const preferenceTests: ((preference: Preference) => boolean)[] = [];
  for (const member of members) {
    if (!isLeaf(member)) {
      subjectTests.push(compileOver(member, readers));
      continue;
    }
    const field = fieldOf(member);
    const match = matcher(field, member);
    if (field.group === "Preference") {
      const { name } = field;
      preferenceTests.push((preference) => match(preference[name]));
    } else if ("counted" in field) {
      const count = counter(field, readers);
      mediumTests.push((medium, subject) => match(count(medium, subject)));
    } else if ("rule" in field) {
      const refillsBelow = refillRule(readers);
      mediumTests.push((medium) => match(refillsBelow(medium)));
    } else if (field.group === "Media") {
      const read = readers.mediumValue(field.name);
      mediumTests.push((medium) => match(read(medium)));
    } else if ("each" in field) {
      subjectTests.push(matchEach(readers.mediumValue(field.each), member, match));
    } else {
      const read = readers.patronValue(field.name);
      patronTests.push((patron) => match(read(patron)));
    }
  }
  return (subject) =>
    patronTests.every((test) => test(subject.patron)) &&
    (mediumTests.length === 0 || subject.media.some((medium) => mediumTests.every((test) => test(medium, subject)))) &&
    (preferenceTests.length === 0 ||
      readers.preferences(subject.patron).some((preference) => preferenceTests.every((test) => test(preference)))) &&
    subjectTests.every((test) => test(subject));
}

function counter<P, M>(
  { counted }: MediaCountField,
  readers: Readers<P, M>,
): (medium: M, subject: Subject<P, M>) => number {
  const codeOf = readers.mediumValue("medium");
  return (medium, { patron, queueSizes }) => {
    const code = String(codeOf(medium));
    return counted === "queueSizes" ? countIn(queueSizes, code) : readers.titleCount(patron, counted, code);
  };
}

function refillRule<P, M>(readers: Readers<P, M>): (medium: M) => boolean {
  const reads = cartridgeFields.map((name) => [name, readers.mediumValue(name)] as const);
  return (medium) => {
    const held = reads.map(([name, read]) => [name, read(medium)] as const);
    return refillsBelowCartridges(
      Object.fromEntries(held.flatMap(([name, value]) => (typeof value === "number" ? [[name, value]] : []))),
    );
  };
}

/** A patron's field with many values: one that matches is enough, and what denies must hold for each of them. */
function matchEach<P, M>(read: (medium: M) => FieldValue, leaf: Leaf, match: Match): Predicate<P, M> {
  if (leaf.operator === "isBlank") return (subject) => subject.media.length === 0;
  if (leaf.operator === "doesNotEqual" || leaf.operator === "notIn") {
    return (subject) => subject.media.every((medium) => match(read(medium)));
  }
  return (subject) => subject.media.some((medium) => match(read(medium)));
}

function fieldOf(leaf: Leaf): QueryField {
  const field = queryField(leaf.field);
  if (field === undefined) throw new TypeError(`${leaf.field} is not a field that can be queried`);
  return field;
}

function matcher(field: QueryField, leaf: Leaf): Match {
  const operands = operandsOf(leaf);
  if (field.type === "checkBox") {
    const wanted = (operands.map(checkBoxValue)[0] ?? false) === (leaf.operator === "equals");
    // a missing check-box counts as NO
    return (value) => (value === true) === wanted;
  }
  if (field.type !== "text") return comparing(leaf.operator, operands, (value) => value);
  return comparing(leaf.operator, operands.map(foldedOperand), (value) =>
    typeof value === "string" ? folded(value) : value,
  );
}

/** Days compare as text. A missing value satisfies isBlank, doesNotEqual and notIn, and no other operator. */
function comparing(operator: Operator, operands: readonly Operand[], form: (value: Operand) => Operand): Match {
  const present = (test: (value: Operand) => boolean, whenMissing = false): Match => {
    return (value) => (value === undefined || value === null || value === "" ? whenMissing : test(form(value)));
  };
  const [first, second] = operands;
  if (operator === "isBlank") return present(() => false, true);
  if (operator === "isNotBlank") return present(() => true);
  if (operator === "in" || operator === "notIn") {
    const wanted = new Set(operands);
    return operator === "in" ? present((value) => wanted.has(value)) : present((value) => !wanted.has(value), true);
  }
  if (first === undefined) throw new TypeError(`${operator} needs a value`);
  switch (operator) {
    case "equals":
      return present((value) => value === first);
    case "doesNotEqual":
      return present((value) => value !== first, true);
    case "begins":
      return present((value) => String(value).startsWith(String(first)));
    case "contains":
      return present((value) => String(value).includes(String(first)));
    case "lessThan":
      return present((value) => value < first);
    case "atMost":
      return present((value) => value <= first);
    case "greaterThan":
      return present((value) => value > first);
    case "atLeast":
      return present((value) => value >= first);
    case "between": {
      if (second === undefined) throw new TypeError("between needs two values");
      return present((value) => value >= first && value <= second);
    }
  }
}

function operandsOf(leaf: Leaf): readonly Operand[] {
  if (leaf.value === undefined) return [];
  return typeof leaf.value === "object" ? leaf.value : [leaf.value];
}

function foldedOperand(operand: Operand): Operand {
  return typeof operand === "string" ? folded(operand) : operand;
}
