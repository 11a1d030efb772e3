import { describe, expect, it } from "vitest";
import { readCriteria } from "#domain/query/criteria";
import { compile } from "#domain/query/evaluate";
import { starterQueries } from "#domain/query/starter-queries";
import type { QuerySubject } from "#domain/query/subject";
import { libraryOf, today } from "./plan.arbitraries.ts";
import { mediumOf, patronOf } from "./query.arbitraries.ts";

/** Made anew in each test: changes of rules are not tried on what is made while a file is loaded. */
const starters = () => starterQueries(libraryOf(), today);

/** Ids of the starter queries that find a patron. */
function found(
  patron: Parameters<typeof patronOf>[0],
  { medium = "DB", ...record }: Parameters<typeof mediumOf>[1] & object,
): string[] {
  const subject: QuerySubject = { patron: patronOf(patron), media: [mediumOf(medium, record)] };
  return starters()
    .filter(({ criteria }) => compile(criteria)(subject))
    .map(({ savedQueryId }) => savedQueryId);
}
const liked = [{ type: "SUBJECT" as const, code: "Gardening", exclusion: false }];
const fine = { preferences: liked, requestCounts: {}, reserveCounts: {} };

describe("the starter queries", () => {
  it("are criteria that anybody could ask, each with a name and a sentence of its own", () => {
    expect(starters()).toHaveLength(5);
    for (const { criteria, name, savedQueryId, why } of starters()) {
      expect(readCriteria(JSON.parse(JSON.stringify(criteria)))).not.toHaveProperty("problems");
      expect(why).toMatch(/^[A-Z].*\.$/);
      expect(name).toMatch(/^[A-Z]/);
      expect(savedQueryId).toMatch(/^starter-[a-z-]+$/);
    }
    expect(new Set(starters().map(({ name }) => name)).size).toBe(5);
  });

  it("find whom they are meant for, and nobody whose profile is in order", () => {
    expect(found(fine, { medium: "DB", serveCode: "NA", nextServiceDate: "2026-08-31" })).toEqual([]);
    const violent = [...liked, { type: "SUBJECT" as const, code: "Graphic Violence", exclusion: false }];
    expect(found({ ...fine, preferences: violent }, { medium: "DB" })).toEqual(["starter-exclusions-as-preferences"]);
    for (const code of ["Strong Language", "Explicit", "Some descriptions of sex"]) {
      const preferences = [...liked, { type: "SUBJECT" as const, code, exclusion: false }];
      expect(found({ ...fine, preferences }, { medium: "DB" })).toEqual(["starter-exclusions-as-preferences"]);
    }
    const author = [...liked, { type: "AUTHOR" as const, code: "Violence, Vera", exclusion: false }];
    expect(found({ ...fine, preferences: author }, { medium: "DB" })).toEqual([]);
    const excluded = [...liked, { type: "SUBJECT" as const, code: "Violence", exclusion: true }];
    expect(found({ ...fine, preferences: excluded }, { medium: "DB" })).toEqual([]);
    expect(found({ ...fine, requestCounts: { DB: 1 } }, { medium: "DB", serveCode: "XQ" })).toEqual([
      "starter-on-demand-with-requests",
    ]);
    expect(found({ ...fine, requestCounts: { BR: 1 } }, { medium: "DB", serveCode: "XQ" })).toEqual([]);
    expect(found({ ...fine, requestCounts: { DB: 1 } }, { medium: "DB", serveCode: "NA" })).toEqual([]);
    const onlyExcluded = { ...fine, preferences: [{ type: "AUTHOR" as const, code: "Poe", exclusion: true }] };
    expect(found(onlyExcluded, { medium: "DB", serveCode: "NA" })).toEqual(["starter-autoselect-without-preferences"]);
    expect(found(onlyExcluded, { medium: "DB", serveCode: "XQ" })).toEqual([]);
    const cartridges = { medium: "DB", maxTitlesPerCartridge: 4, cartridgeLimit: 2 };
    expect(found(fine, { ...cartridges, refillPoint: 7 })).toEqual(["starter-refill-below-cartridges"]);
    expect(found(fine, { ...cartridges, refillPoint: 8 })).toEqual([]);
    expect(found(fine, { medium: "DB", nextServiceDate: "2026-03-04" })).toEqual([
      "starter-next-service-date-long-past",
    ]);
    expect(found(fine, { medium: "DB", nextServiceDate: "2026-03-05" })).toEqual([]);
  });

  it("follow the library's own table of serve codes", () => {
    const ids = starterQueries(libraryOf({ serveCodes: [] }), today).map(({ savedQueryId }) => savedQueryId);
    expect(ids).not.toContain("starter-on-demand-with-requests");
    expect(ids).not.toContain("starter-autoselect-without-preferences");
    expect(ids).toHaveLength(3);
  });
});
