import { describe, expect, test } from "vitest";
import type { Title } from "#domain/catalogue/title";
import { type ImportedPatron, readPatronLine } from "#domain/import/patron-line";
import { readTitleLine } from "#domain/import/title-line";
import { isClosed, librarySchema } from "#domain/library";
import { lakeshore, piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { generateTitles } from "#infra/local/samples/titles";

const seed = "samples";

function titles(count = 5000): Title[] {
  return [...generateTitles({ count, seed })].map((line) => {
    const result = readTitleLine(line, piedmont);
    if ("reason" in result) throw new Error(result.reason);
    return result.record;
  });
}

function patrons(count: number): ImportedPatron[] {
  return [...generatePatrons({ library: piedmont, count, seed })].map((line) => {
    const result = readPatronLine(line, piedmont);
    if ("reason" in result) throw new Error(result.reason);
    return result.record;
  });
}

test("both sample libraries hold to the rules of settings", () => {
  expect(librarySchema.parse(piedmont)).toEqual(piedmont);
  expect(librarySchema.parse(lakeshore)).toEqual(lakeshore);
});

describe("the generator", () => {
  test("makes the same for the same seed and something else for another", () => {
    const some = (of: string) => JSON.stringify([...generatePatrons({ library: piedmont, count: 50, seed: of })]);
    expect(some("a")).toBe(some("a"));
    expect(some("a")).not.toBe(some("b"));
  });

  test("makes the first patrons of a larger library the same as a smaller library's", () => {
    const [small, large] = [patrons(20), patrons(40)];
    expect(large.slice(0, 20)).toEqual(small);
  });

  test("makes exactly as many titles as asked for, each id once, in every medium, some withdrawn, some in series", () => {
    const all = titles();
    expect(new Set(all.map((it) => it.titleId)).size).toBe(5000);
    expect(new Set(all.map((it) => it.medium))).toEqual(new Set(["DB", "BR", "LP", "DV", "LDS"]));
    expect(all.filter((it) => it.status === "WITHDRAWN").length).toBeGreaterThan(100);
    expect(all.filter((it) => it.series?.number !== undefined).length).toBeGreaterThan(500);
    expect(all.some((it) => it.contentWarnings.includes("Strong language"))).toBe(true);
    expect(all.some((it) => it.language === undefined)).toBe(true);
    expect(all.some((it) => it.addedOn === undefined)).toBe(true);
  });

  test("makes patrons of every kind that rules speak of", () => {
    const all = patrons(2000);
    const count = (is: (patron: ImportedPatron) => boolean) => all.filter(is).length;
    expect(count(({ patron }) => patron.firstName === undefined)).toBeGreaterThan(10);
    expect(count(({ patron }) => isClosed(piedmont, patron.mainStatus))).toBeGreaterThan(50);
    expect(count(({ patron }) => patron.mainStatus === "SUSPENDED")).toBeGreaterThan(50);
    expect(
      count(({ patron }) => /\p{Script=Cyrillic}|\p{Script=Han}|\p{Script=Arabic}/u.test(patron.lastName)),
    ).toBeGreaterThan(20);
    expect(count(({ patron }) => patron.branch === undefined)).toBeGreaterThan(20);
    expect(count(({ media }) => media.size === 0)).toBeGreaterThan(20);
    expect(count(({ media }) => media.size > 2)).toBeGreaterThan(20);
    expect(count(({ reading }) => reading.reserves.length > 0)).toBeGreaterThan(200);
    expect(count(({ reading }) => reading.requests.length > 0)).toBeGreaterThan(500);
    expect(count(({ patron }) => patron.preferences.some((it) => it.exclusion))).toBeGreaterThan(200);
    expect(count(({ patron }) => patron.preferences.some((it) => it.type === "SERIES"))).toBeGreaterThan(200);
    const codes = new Set(all.flatMap(({ media }) => [...media.values()].map((it) => it.serveCode)));
    expect(codes).toEqual(new Set([undefined, ...piedmont.serveCodes.map((it) => it.code)]));
    expect(count(({ patron }) => patron.branch === "NC1A")).toBeGreaterThan(100);
  });

  test("lets patrons like, reserve and have had titles of the catalogue", () => {
    const known = new Set(titles().map((it) => it.titleId));
    const listed = patrons(500).flatMap(({ reading }) => [...reading.reserves, ...(reading.hasHad ?? [])]);
    expect(listed.length).toBeGreaterThan(1000);
    expect(listed.filter((titleId) => !known.has(titleId))).toEqual([]);
  });
});
