import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Criteria } from "#domain/query/criteria";
import { compile } from "#domain/query/evaluate";
import { queryFields } from "#domain/query/fields";
import { criteriaStatement, searchStatement } from "#domain/query/search-statement";
import { criteriaArbitrary, subjectArbitrary } from "./query.arbitraries.ts";

const medium = { field: "Media.medium", operator: "equals", value: "DB" } as const;
const begins = { field: "Media.serveCode", operator: "begins", value: "O" } as const;
const words = { medium: "Media : Medium : Equals : DB", begins: "Media : Serve Code : Begins : O" };

describe("the search statement", () => {
  it("names group, field, operator and value", () => {
    expect(criteriaStatement({ all: [begins] })).toBe(words.begins);
    expect(criteriaStatement({ all: [medium, begins] })).toBe(`${words.medium} AND ${words.begins}`);
    expect(criteriaStatement({ any: [medium, begins] })).toBe(`${words.medium} OR ${words.begins}`);
  });

  it("reads `none` as NOT, with brackets round several", () => {
    expect(criteriaStatement({ none: [medium] })).toBe(`NOT ${words.medium}`);
    expect(criteriaStatement({ none: [medium, begins] })).toBe(`NOT (${words.medium} OR ${words.begins})`);
  });

  it("puts each nested list into brackets", () => {
    expect(criteriaStatement({ all: [medium, { any: [begins, medium] }, { none: [begins] }] })).toBe(
      `${words.medium} AND (${words.begins} OR ${words.medium}) AND (NOT ${words.begins})`,
    );
  });

  it("shows values as they were given, check-boxes as YES and NO", () => {
    const say = (
      field: string,
      operator: "in" | "between" | "isBlank" | "equals",
      ...value: (string | number | boolean)[]
    ) => {
      const [only] = value;
      const shown = operator === "isBlank" ? {} : { value: operator === "equals" ? (only ?? "") : value };
      return criteriaStatement({ all: [{ field, operator, ...shown }] });
    };
    expect(say("Patron.branch", "in", "NC1A", "NC1B")).toBe("Patron : Branch : In : NC1A, NC1B");
    expect(say("Media.cutoff", "between", 2, 7)).toBe("Media : Cutoff : Between : 2 and 7");
    expect(say("Media.nextServiceDate", "isBlank")).toBe("Media : Next Service Date : Is Blank");
    expect(say("Media.nightlyDebug", "equals", true)).toBe("Media : Nightly Debug : Equals : YES");
    expect(say("Preference.exclusion", "equals", "False")).toBe("Preference : Exclusion : Equals : NO");
    expect(say("Patron.lastName", "equals", "O'Brien-Łuk")).toBe("Patron : Last Name : Equals : O'Brien-Łuk");
  });

  it("speaks of lists of ids by their length", () => {
    expect(searchStatement({ ids: { count: 412 } })).toBe("Patron : Patron ID : In : list of 412 ids");
    expect(searchStatement({ criteria: { all: [medium, begins] }, ids: { count: 3 } })).toBe(
      `(${words.medium} AND ${words.begins}) OR Patron : Patron ID : In : list of 3 ids`,
    );
  });

  it("labels fields in title case", () => {
    const labels = queryFields.map(({ label }) => label);
    for (const label of ["Patron ID", "Last Name", "Registered On", "Has Medium", "Max Service Queue Size"]) {
      expect(labels).toContain(label);
    }
  });

  it("quotes a value that would read as a part of it", () => {
    const of = (value: string): Criteria => ({ all: [{ field: "Patron.city", operator: "equals", value }] });
    expect(criteriaStatement(of("A AND Patron : City : Equals : B"))).toBe(
      'Patron : City : Equals : "A AND Patron : City : Equals : B"',
    );
    expect(criteriaStatement(of('say "hi" (twice)'))).toBe('Patron : City : Equals : "say ""hi"" (twice)"');
  });

  it("is never the same for two queries that find different patrons", () => {
    const patrons = fc.sample(subjectArbitrary, { numRuns: 200, seed: 7 });
    const found = (criteria: Criteria) => patrons.map(compile(criteria)).join();
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(criteriaArbitrary(2), (criteria) => {
        const statement = criteriaStatement(criteria);
        expect(found(criteria)).toBe(seen.get(statement) ?? found(criteria));
        seen.set(statement, found(criteria));
      }),
      { numRuns: 1000 },
    );
    expect(seen.size).toBeGreaterThan(300);
    expect(seen.size).toBeLessThan(995);
  });
});
