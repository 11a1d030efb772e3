import { isDay } from "../calendar.ts";
import { textProblem } from "../text.ts";
import type { QueryFieldType } from "./fields.ts";

/** Every operator with the words by which a search statement names it. */
export const operatorLabels = {
  equals: "Equals",
  doesNotEqual: "Does Not Equal",
  in: "In",
  notIn: "Not In",
  begins: "Begins",
  contains: "Contains",
  lessThan: "Less Than",
  atMost: "At Most",
  greaterThan: "Greater Than",
  atLeast: "At Least",
  between: "Between",
  isBlank: "Is Blank",
  isNotBlank: "Is Not Blank",
} as const;
export type Operator = keyof typeof operatorLabels;

const ordered: readonly Operator[] = [
  "equals",
  "doesNotEqual",
  "in",
  "notIn",
  "lessThan",
  "atMost",
  "greaterThan",
  "atLeast",
  "between",
  "isBlank",
  "isNotBlank",
];

/** The operators that fit each type of field. */
export const operatorsOf: Readonly<Record<QueryFieldType, readonly Operator[]>> = {
  text: ["equals", "doesNotEqual", "in", "notIn", "begins", "contains", "isBlank", "isNotBlank"],
  number: ordered,
  day: ordered,
  checkBox: ["equals", "doesNotEqual"],
};

/** How many values an operator takes: `list` is 1 to {@link mostValues}, `pair` is [low, high]. */
export type Arity = "none" | "one" | "list" | "pair";

export const mostValues = 1000;

export function arityOf(operator: Operator): Arity {
  if (operator === "isBlank" || operator === "isNotBlank") return "none";
  if (operator === "in" || operator === "notIn") return "list";
  return operator === "between" ? "pair" : "one";
}

export function isOperator(name: unknown): name is Operator {
  return typeof name === "string" && Object.hasOwn(operatorLabels, name);
}

/** One value of a criterion, as given. */
export type Operand = string | number | boolean;

/** Says in words why a value does not fit a field's type, or nothing where it does. */
export function operandProblem(type: QueryFieldType, value: unknown): string | undefined {
  switch (type) {
    case "text":
      if (typeof value !== "string") return "must be a text";
      // begins "" would match everyone, so an empty value must never widen the set
      return value === "" ? "must not be empty; use isBlank to find missing values" : textProblem(value);
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? undefined : "must be a number";
    case "day":
      return typeof value === "string" && isDay(value)
        ? undefined
        : "must be a day of the calendar, written YYYY-MM-DD";
    case "checkBox":
      return checkBoxValue(value) === undefined ? "must be YES, NO, TRUE, FALSE, true or false" : undefined;
  }
}

export function isOperand(type: QueryFieldType, value: unknown): value is Operand {
  return operandProblem(type, value) === undefined;
}

/** Reads YES, NO, TRUE, FALSE in any case, and JSON true and false. */
export function checkBoxValue(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const word = value.toUpperCase();
  if (word === "YES" || word === "TRUE") return true;
  return word === "NO" || word === "FALSE" ? false : undefined;
}
