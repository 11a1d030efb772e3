import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patronSearch, searchedNames } from "#domain/profile/patron-search";
import { listedIdsSchema } from "#domain/query/listed-ids";

const problemsOf = (input: unknown) =>
  listedIdsSchema.safeParse(input).error?.issues.map(({ path, message }) => ({ path, message })) ?? [];

describe("a list of ids in a request", () => {
  it.each([[[]], ["P1"], [undefined], [null], [{ 0: "P1", length: 1 }]])("is not %j", (input) => {
    expect(problemsOf(input)).toEqual([{ path: [], message: "must be a list with at least one id" }]);
  });

  it("holds texts of 1 to 64 characters, and the place of each other thing is told", () => {
    const problems = problemsOf(["P1", 7, "x".repeat(64), "", "x".repeat(65)]);
    expect(problems.map(({ path }) => path)).toEqual([[1], [3], [4]]);
    expect(problems[0]?.message).toBe("must be a text");
    expect(problems[1]?.message).toBe("must not be empty");
    expect(problems[2]?.message).toBe("must be at most 64 characters");
  });

  it("loses the apostrophe by which a spreadsheet kept a text from being a formula, and no other", () => {
    expect(listedIdsSchema.parse(["'=P1", "P2", "'P3"])).toEqual(["=P1", "P2", "'P3"]);
  });

  it("comes through as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { minLength: 1, maxLength: 20 }), (ids) => {
        expect(listedIdsSchema.parse(ids)).toEqual(ids);
      }),
    );
  });

  it("tells of the first fifty problems and no more", () => {
    expect(problemsOf(Array.from({ length: 60 }, () => 7)).map(({ path }) => path[0])).toEqual([...Array(50).keys()]);
  });
});

describe("what is looked for in a list of patrons", () => {
  it("is nothing where nothing is asked", () => {
    expect(patronSearch(undefined)).toBeUndefined();
    expect(patronSearch("")).toBeUndefined();
  });

  it("is the patron with that id in any case, or a last or first name that begins so, without case and accents", () => {
    const finds = patronSearch("Dee");
    const names = (lastName: string, firstName?: string) => searchedNames({ lastName, firstName });
    expect(finds?.("Dee", names("Smith"))).toBe(true);
    expect(finds?.("dEE", names("Smith"))).toBe(true);
    expect(finds?.("P1", names("DEERE"))).toBe(true);
    expect(finds?.("P1", names("Smith", "Deedee"))).toBe(true);
    expect(finds?.("P1", names("Déesse"))).toBe(true);
    expect(finds?.("P1", names("Adee", "Adee"))).toBe(false);
    expect(finds?.("Dee1", names("Smith"))).toBe(false);
    expect(patronSearch("Munoz")?.("P1", names("Muñoz"))).toBe(true);
    expect(patronSearch("Muñoz")?.("P1", names("MUNOZ"))).toBe(true);
    expect(patronSearch("Sorensen")?.("P1", names("Sørensen"))).toBe(true);
    expect(patronSearch("strasse")?.("P1", names("Straße"))).toBe(true);
    expect(patronSearch("Οδυσσευς")?.("P1", names("Οδυσσεύς"))).toBe(true);
  });

  it("is found in what earlier versions kept: the last name alone, with or without its accents and capitals", () => {
    for (const kept of ["Muñoz", "muñoz"]) expect(patronSearch("munoz")?.("P1", kept)).toBe(true);
    expect(patronSearch("mu")?.("P1", "")).toBe(false);
  });
});
