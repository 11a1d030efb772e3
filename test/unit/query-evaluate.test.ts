import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCriteria } from "#domain/query/criteria";
import { compile, needsQueueSizes } from "#domain/query/evaluate";
import type { QuerySubject } from "#domain/query/subject";
import { criteriaArbitrary, mediumOf, patronOf, subjectArbitrary, texts } from "./query.arbitraries.ts";
import { holds } from "./query.reference.ts";

const leaf = (field: string, operator: string, ...value: unknown[]) => ({
  field,
  operator,
  ...(value.length > 0 && { value: value[0] }),
});

function matches(input: unknown, subject: QuerySubject): boolean {
  const read = readCriteria(input);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return compile(read.criteria)(subject);
}

describe("a query", () => {
  it("agrees with the plainest reading of its rules, for any records and criteria", () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(criteriaArbitrary(), subjectArbitrary, (criteria, subject) => {
        const expected = holds(criteria, subject);
        seen[`${expected}`]++;
        expect(matches(JSON.parse(JSON.stringify(criteria)), subject)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
  });

  it("agrees with it for every single condition", () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(criteriaArbitrary(1), subjectArbitrary, (criteria, subject) => {
        const expected = holds(criteria, subject);
        seen[`${expected}`]++;
        expect(matches(criteria, subject)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
  });

  const subject: QuerySubject = {
    patron: patronOf({
      lastName: "Müller",
      preferences: [
        { type: "SUBJECT", code: "Westerns", exclusion: true },
        { type: "AUTHOR", code: "Grey, Zane", exclusion: false },
      ],
      requestCounts: { DB: 3 },
    }),
    media: [mediumOf("DB", { serveCode: "OA", cutoff: 0 }), mediumOf("BR", { serveCode: "NL", nightlyDebug: true })],
    queueSizes: { DB: 7 },
  };

  it("asks the conditions of one group in one `all` of one and the same record", () => {
    const both = [leaf("Media.medium", "equals", "DB"), leaf("Media.serveCode", "begins", "N")];
    expect(matches({ all: both }, subject)).toBe(false);
    expect(matches({ all: both.map((it) => ({ all: [it] })) }, subject)).toBe(true);
    const preferences = [leaf("Preference.type", "equals", "AUTHOR"), leaf("Preference.exclusion", "equals", "YES")];
    expect(matches({ all: preferences }, subject)).toBe(false);
  });

  it("takes each condition of `any` and `none` alone", () => {
    const both = [leaf("Media.medium", "equals", "LP"), leaf("Media.serveCode", "equals", "NL")];
    expect(matches({ any: both }, subject)).toBe(true);
    expect(matches({ none: both }, subject)).toBe(false);
    expect(matches({ none: [leaf("Media.medium", "equals", "LP")] }, subject)).toBe(true);
  });

  it("finds no patron without a record by any condition on such a record", () => {
    const nobody = { patron: patronOf(), media: [] };
    for (const operator of ["isBlank", "isNotBlank"]) {
      expect(matches({ all: [leaf("Media.serveCode", operator)] }, nobody)).toBe(false);
    }
    expect(matches({ all: [leaf("Media.serveCode", "doesNotEqual", "OA")] }, nobody)).toBe(false);
    expect(matches({ all: [leaf("Preference.exclusion", "equals", "NO")] }, nobody)).toBe(false);
    expect(matches({ all: [leaf("Patron.hasMedium", "doesNotEqual", "DB")] }, nobody)).toBe(true);
  });

  it("counts a missing check-box as NO, and 0 as a value", () => {
    expect(
      matches({ all: [leaf("Media.medium", "equals", "DB"), leaf("Media.nightlyDebug", "equals", "no")] }, subject),
    ).toBe(true);
    expect(matches({ all: [leaf("Media.cutoff", "equals", 0)] }, subject)).toBe(true);
    expect(matches({ all: [leaf("Media.medium", "equals", "DB"), leaf("Media.cutoff", "isBlank")] }, subject)).toBe(
      false,
    );
  });

  it("compares text without case and with accents", () => {
    expect(matches({ all: [leaf("Patron.lastName", "equals", "MU\u0308LLER")] }, subject)).toBe(true);
    expect(matches({ all: [leaf("Patron.lastName", "equals", "Muller")] }, subject)).toBe(false);
  });

  it("counts listed titles and queued ones by medium", () => {
    expect(matches({ all: [leaf("Media.requestCount", "atLeast", 3)] }, subject)).toBe(true);
    expect(
      matches({ all: [leaf("Media.medium", "equals", "BR"), leaf("Media.requestCount", "greaterThan", 0)] }, subject),
    ).toBe(false);
    expect(matches({ all: [leaf("Media.serviceQueueSize", "between", [7, 7])] }, subject)).toBe(true);
  });

  it("never takes a value for a pattern: what begins with or contains a hostile text has that very text", () => {
    for (const hostile of ["*", "\\", "' OR 1=1", '"', ".*", "%", "_", "😀"]) {
      for (const operator of ["equals", "begins", "contains", "in"]) {
        const value = operator === "in" ? [hostile] : hostile;
        const plainNames = texts.filter((name) => name !== hostile);
        for (const lastName of plainNames) {
          const patron = { patron: patronOf({ lastName }), media: [] };
          expect(matches({ all: [leaf("Patron.lastName", operator, value)] }, patron)).toBe(false);
        }
        const patron = { patron: patronOf({ lastName: hostile }), media: [] };
        expect(matches({ all: [leaf("Patron.lastName", operator, value)] }, patron)).toBe(true);
      }
    }
  });

  it("says when service queues have to be read", () => {
    const ask = (field: string) => {
      const read = readCriteria({ all: [{ none: [leaf(field, "equals", 0)] }] });
      return "criteria" in read && needsQueueSizes(read.criteria);
    };
    expect(ask("Media.serviceQueueSize")).toBe(true);
    expect(ask("Media.maxServiceQueueSize")).toBe(false);
  });
});
