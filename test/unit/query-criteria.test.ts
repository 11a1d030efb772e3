import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { criteriaSchema, readCriteria } from "#domain/query/criteria";
import { queryFields } from "#domain/query/fields";
import { operatorLabels, operatorsOf } from "#domain/query/operators";
import { criteriaArbitrary } from "./query.arbitraries.ts";

const good = { field: "Media.serveCode", operator: "begins", value: "O" };

/** Paths of what is wrong, as `all[1].value`. */
function problems(input: unknown): string[] {
  const read = readCriteria(input);
  if ("criteria" in read) return [];
  return read.problems.map(({ path }) =>
    path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
      .join("")
      .replace(/^\./, ""),
  );
}

const valueProblems = (field: string, operator: string, value: unknown) =>
  problems({ all: [{ field, operator, value }] });

describe("criteria", () => {
  it("are read as they are given, whatever is legal", () => {
    fc.assert(
      fc.property(criteriaArbitrary(), (criteria) => {
        expect(readCriteria(JSON.parse(JSON.stringify(criteria)))).toEqual({ criteria });
      }),
    );
  });

  it("take every field with every operator that fits its type, and no other", () => {
    const samples = { text: "x", number: 3, day: "2026-02-28", checkBox: "YES" };
    for (const { field, type } of queryFields) {
      for (const operator of Object.keys(operatorLabels)) {
        const value = samples[type];
        const shaped = { in: [value], notIn: [value], between: [value, value] }[operator] ?? value;
        const given = operator.startsWith("is") ? { field, operator } : { field, operator, value: shaped };
        const fits = operatorsOf[type].some((one) => one === operator);
        expect([field, operator, problems({ any: [given] })]).toEqual([
          field,
          operator,
          fits ? [] : ["any[0].operator"],
        ]);
      }
    }
  });

  it("name the path of each wrong leaf", () => {
    const criteria = {
      all: [
        good,
        { any: [{ ...good, operator: "lessThan" }, { none: [{ ...good, field: "Media.colour" }] }] },
        { field: "Media.cutoff", operator: "equals", value: "3" },
      ],
    };
    expect(problems(criteria)).toEqual(["all[1].any[0].operator", "all[1].any[1].none[0].field", "all[2].value"]);
    const body = z.object({ criteria: criteriaSchema }).safeParse({ criteria });
    expect(body.error?.issues[0]?.path).toEqual(["criteria", "all", 1, "any", 0, "operator"]);
  });

  it("are exactly one list with at least one member", () => {
    for (const wrong of [{}, [], null, "all", 3, undefined, { all: [good], any: [good] }, { every: [good] }, good]) {
      expect(problems(wrong)).toEqual([""]);
    }
    expect(problems({ all: [] })).toEqual(["all"]);
    expect(problems({ any: "x" })).toEqual(["any"]);
    expect(problems({ all: [{ none: [] }] })).toEqual(["all[0].none"]);
    expect(problems({ all: [null, 3, {}] })).toEqual(["all[0]", "all[1]", "all[2].field"]);
  });

  it("may be nested 5 deep and no deeper, however deep the input is", () => {
    const nested = (depth: number): unknown => (depth === 0 ? good : { all: [nested(depth - 1)] });
    expect(problems(nested(5))).toEqual([]);
    expect(problems(nested(6))).toEqual(["all[0].all[0].all[0].all[0].all[0]"]);
    const abyss = JSON.parse(`${'{"all":['.repeat(50_000)}${"]}".repeat(50_000)}`);
    expect(problems(abyss)).toEqual(["all[0].all[0].all[0].all[0].all[0]"]);
  });

  it("refuse values that do not fit the field", () => {
    expect(valueProblems("Media.nextServiceDate", "equals", "2026-02-29")).toEqual(["all[0].value"]);
    expect(valueProblems("Media.nextServiceDate", "between", ["2026-01-02", "2026-01-01"])).toEqual(["all[0].value"]);
    expect(valueProblems("Media.cutoff", "between", [1])).toEqual(["all[0].value"]);
    expect(valueProblems("Media.cutoff", "in", [1, "2"])).toEqual(["all[0].value[1]"]);
    expect(valueProblems("Media.cutoff", "equals", JSON.parse("1e999"))).toEqual(["all[0].value"]);
    expect(valueProblems("Media.nightlyDebug", "equals", "MAYBE")).toEqual(["all[0].value"]);
    expect(valueProblems("Media.nightlyDebug", "equals", 1)).toEqual(["all[0].value"]);
    expect(valueProblems("Patron.lastName", "equals", 3)).toEqual(["all[0].value"]);
    expect(valueProblems("Patron.lastName", "equals", null)).toEqual(["all[0].value"]);
    expect(valueProblems("Patron.lastName", "isBlank", "x")).toEqual(["all[0].value"]);
    expect(problems({ all: [{ field: "Patron.lastName", operator: "equals" }] })).toEqual(["all[0].value"]);
    for (const word of ["yes", "NO", "True", "false", true, false]) {
      expect(valueProblems("Media.nightlyDebug", "doesNotEqual", word)).toEqual([]);
    }
  });

  it("take 1 to 1,000 values in a list", () => {
    const list = (length: number) => Array.from({ length }, (_, n) => `v${n}`);
    expect(valueProblems("Patron.city", "in", list(1000))).toEqual([]);
    for (const wrong of [[], list(1001), "x"])
      expect(valueProblems("Patron.city", "notIn", wrong)).toEqual(["all[0].value"]);
  });

  it("take hostile texts as texts, and refuse what is no text, so that a set never widens", () => {
    for (const text of ['"', "*", "\\", "' OR 1=1", "😀".repeat(200), "\u202Eabc", "שלום", "a\nb"]) {
      expect(valueProblems("Patron.lastName", "contains", text)).toEqual([]);
    }
    for (const text of ["", "x".repeat(10_000), "😀".repeat(201), "a\ud800", "\udc00", "a\0"]) {
      expect(valueProblems("Patron.lastName", "begins", text)).toEqual(["all[0].value"]);
    }
  });

  it("refuse keys that are not theirs, prototype keys included", () => {
    expect(problems({ all: [{ ...good, note: "x" }] })).toEqual(["all[0]"]);
    expect(problems(JSON.parse('{"__proto__": [1]}'))).toEqual([""]);
    expect(problems({ constructor: [good] })).toEqual([""]);
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "Patron.__proto__",
      "Media.constructor",
      "media.serveCode",
    ]) {
      expect(problems({ all: [{ ...good, field: name }] })).toEqual(["all[0].field"]);
      expect(problems({ all: [{ ...good, operator: name }] })).toEqual(["all[0].operator"]);
    }
    expect(problems({ all: [JSON.parse('{"__proto__": {"field": "Patron.city"}, "operator": "isBlank"}')] })).toEqual([
      "all[0]",
    ]);
  });

  it("stay within what an item and an answer can carry", () => {
    expect(problems({ all: Array.from({ length: 1000 }, () => good) })).toEqual([]);
    expect(problems({ all: Array.from({ length: 1001 }, () => good) })).toContain("");
    const long = { field: "Patron.city", operator: "in", value: Array.from({ length: 1000 }, () => "x".repeat(200)) };
    expect(problems({ all: [long] })).toEqual([]);
    expect(problems({ all: [long, long] })).toEqual([""]);
    expect(problems({ all: Array.from({ length: 900 }, () => ({})) }).length).toBe(50);
  });
});
