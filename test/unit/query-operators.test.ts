import { describe, expect, it } from "vitest";
import type { Criteria } from "#domain/query/criteria";
import { compile, needsQueueSizes } from "#domain/query/evaluate";
import { arityOf, checkBoxValue, isOperator, operandProblem, operatorLabels } from "#domain/query/operators";
import { criteriaStatement } from "#domain/query/search-statement";
import { countIn } from "#domain/query/subject";

describe("an operator", () => {
  it("takes none, one, two or many values", () => {
    const arities = Object.keys(operatorLabels).map((name) => [name, isOperator(name) && arityOf(name)]);
    expect(Object.fromEntries(arities)).toEqual({
      equals: "one",
      doesNotEqual: "one",
      in: "list",
      notIn: "list",
      begins: "one",
      contains: "one",
      lessThan: "one",
      atMost: "one",
      greaterThan: "one",
      atLeast: "one",
      between: "pair",
      isBlank: "none",
      isNotBlank: "none",
    });
  });

  it.each(["toString", "Equals", "", 7, undefined])("is not %j", (name) => {
    expect(isOperator(name)).toBe(false);
  });
});

describe("a value of a criterion", () => {
  it.each([
    ["text", 7, "must be a text"],
    ["text", "", "must not be empty; use isBlank to find missing values"],
    ["text", "a\0", "must not contain the NUL character"],
    ["text", "a", undefined],
    ["number", "7", "must be a number"],
    ["number", Number.POSITIVE_INFINITY, "must be a number"],
    ["number", 7.5, undefined],
    ["day", "2026-02-29", "must be a day of the calendar, written YYYY-MM-DD"],
    ["day", 20260228, "must be a day of the calendar, written YYYY-MM-DD"],
    ["day", "2026-02-28", undefined],
    ["checkBox", "maybe", "must be YES, NO, TRUE, FALSE, true or false"],
    ["checkBox", 1, "must be YES, NO, TRUE, FALSE, true or false"],
    ["checkBox", "yes", undefined],
    ["checkBox", false, undefined],
  ] as const)("of type %s: %j", (type, value, problem) => {
    expect(operandProblem(type, value)).toBe(problem);
  });

  it.each([
    ["YES", true],
    ["yes", true],
    ["True", true],
    [true, true],
    ["no", false],
    ["FALSE", false],
    [false, false],
    ["", undefined],
    [0, undefined],
    [null, undefined],
  ])("%j as a check-box is %j", (value, ticked) => {
    expect(checkBoxValue(value)).toBe(ticked);
  });
});

describe("criteria that nobody checked", () => {
  const unchecked = (leaf: object) => ({ all: [leaf] }) as unknown as Criteria;

  it.each([
    [{ field: "Media.color", operator: "equals", value: "red" }, "Media.color is not a field that can be queried"],
    [{ field: "Patron.city", operator: "equals" }, "equals needs a value"],
    [{ field: "Media.cutoff", operator: "between", value: [1] }, "between needs two values"],
  ])("%j stop the query instead of finding everyone", (leaf, message) => {
    expect(() => compile(unchecked(leaf))).toThrow(new TypeError(message));
  });

  it("have no statement and ask for no queues", () => {
    const leaf = unchecked({ field: "Media.color", operator: "isBlank" });
    expect(() => criteriaStatement(leaf)).toThrow("Media.color is not a field that can be queried");
    expect(() => needsQueueSizes(leaf)).toThrow("Media.color is not a field that can be queried");
  });
});

it("counts of a medium that is called like a method of every object are its own or none", () => {
  expect(countIn({ DB: 2 }, "DB")).toBe(2);
  expect(countIn({ DB: 2 }, "constructor")).toBe(0);
  expect(countIn(undefined, "DB")).toBe(0);
});
