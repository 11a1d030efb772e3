import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference } from "#domain/profile/patron";
import { folded } from "../text.ts";
import type { Criteria, Criterion, Leaf } from "./criteria.ts";
import { isLeaf, listOf } from "./criteria.ts";
import type { FieldValue, QueryField, QuerySubject } from "./fields.ts";
import { queryField } from "./fields.ts";
import type { Operand, Operator } from "./operators.ts";
import { checkBoxValue } from "./operators.ts";

export type Predicate = (subject: QuerySubject) => boolean;
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
export function compile(criteria: Criteria): Predicate {
  const { kind, members } = listOf(criteria);
  if (kind === "all") return compileAll(members);
  const tests = members.map((member) => (isLeaf(member) ? compileAll([member]) : compile(member)));
  const any: Predicate = (subject) => tests.some((test) => test(subject));
  return kind === "any" ? any : (subject) => !any(subject);
}

/** True where a criterion looks at service queues, which no query reads unless it must. */
export function needsQueueSizes(criteria: Criteria): boolean {
  return listOf(criteria).members.some((member) => {
    if (!isLeaf(member)) return needsQueueSizes(member);
    const field = fieldOf(member);
    return field.group === "Media" && field.needsQueueSizes;
  });
}

function compileAll(members: readonly Criterion[]): Predicate {
  const subjectTests: Predicate[] = [];
  const patronTests: ((patron: Patron) => boolean)[] = [];
  const mediumTests: ((medium: MediumRecord, subject: QuerySubject) => boolean)[] = [];
  const preferenceTests: ((preference: Preference) => boolean)[] = [];
  for (const member of members) {
    if (!isLeaf(member)) {
      subjectTests.push(compile(member));
      continue;
    }
    const field = fieldOf(member);
    const match = matcher(field, member);
    if (field.group === "Preference") preferenceTests.push((preference) => match(field.read(preference)));
    else if (field.group === "Media") mediumTests.push((medium, subject) => match(field.read(medium, subject)));
    else if ("read" in field) patronTests.push((patron) => match(field.read(patron)));
    else subjectTests.push(matchEach(field.readEach, member, match));
  }
  return (subject) =>
    patronTests.every((test) => test(subject.patron)) &&
    (mediumTests.length === 0 || subject.media.some((medium) => mediumTests.every((test) => test(medium, subject)))) &&
    (preferenceTests.length === 0 ||
      subject.patron.preferences.some((preference) => preferenceTests.every((test) => test(preference)))) &&
    subjectTests.every((test) => test(subject));
}

/** A patron's field with many values: one that matches is enough, and what denies must hold for each of them. */
function matchEach(read: (medium: MediumRecord) => FieldValue, leaf: Leaf, match: Match): Predicate {
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
