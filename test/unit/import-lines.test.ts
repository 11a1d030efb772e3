import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPatronLine } from "#domain/import/patron-line";
import { readTitleLine } from "#domain/import/title-line";
import { piedmont } from "#infra/local/samples/libraries";

const least = { patronId: "P1", lastName: "Ávila", mainStatus: "ACTIVE" };

function reasonFor(line: unknown): string {
  const result = readPatronLine(line, piedmont);
  return "reason" in result ? result.reason : "(none)";
}

function withMedium(fields: Record<string, unknown>) {
  return { ...least, media: [{ medium: "DB", ...fields }] };
}

function recordOf(line: unknown) {
  const result = readPatronLine(line, piedmont);
  if ("reason" in result) throw new Error(result.reason);
  return result.record;
}

describe("a patron's line", () => {
  test("needs no more than patronId, lastName and mainStatus", () => {
    expect(recordOf(least)).toEqual({
      patron: { ...least, preferences: [] },
      media: new Map(),
      reading: { reserves: [], requests: [] },
    });
  });

  test.each(["patronId", "lastName", "mainStatus"])("is refused without %s", (field) => {
    expect(reasonFor({ ...least, [field]: undefined })).toBe(`${field} is missing`);
    expect(reasonFor({ ...least, [field]: null })).toBe(`${field} is missing`);
  });

  test("has status ACTIVE, Nightly Debug off and no exclusion unless it says otherwise", () => {
    const line = { ...withMedium({}), preferences: [{ type: "SUBJECT", code: "Mystery" }] };
    const record = recordOf(line);
    expect(record.media.get("DB")).toEqual({ status: "ACTIVE", nightlyDebug: false });
    expect(record.patron.preferences).toEqual([{ type: "SUBJECT", code: "Mystery", exclusion: false }]);
  });

  test("takes past next service dates and closed patrons, as real libraries have them", () => {
    const line = { ...withMedium({ nextServiceDate: "1999-01-04" }), mainStatus: "DECEASED" };
    expect(recordOf(line).media.get("DB")).toMatchObject({ nextServiceDate: "1999-01-04" });
  });

  test("takes 0, false and the ends of each range", () => {
    const lowest = {
      cutoff: 0,
      maxServiceQueueSize: 1,
      refillPoint: 0,
      maxTitlesPerCartridge: 1,
      cartridgeLimit: 1,
      nightlyDebug: false,
    };
    const highest = {
      cutoff: 999,
      maxServiceQueueSize: 500,
      refillPoint: 500,
      maxTitlesPerCartridge: 100,
      cartridgeLimit: 99,
      nightlyDebug: true,
    };
    expect(recordOf(withMedium(lowest)).media.get("DB")).toMatchObject(lowest);
    expect(recordOf(withMedium(highest)).media.get("DB")).toMatchObject(highest);
  });

  test.each([
    ["an unknown main status", { ...least, mainStatus: "GONE" }, "mainStatus GONE is not in the library's table"],
    ["an unknown branch", { ...least, branch: "ZZ" }, "branch ZZ is not in the library's table"],
    [
      "an unknown medium",
      { ...least, media: [{ medium: "VHS" }] },
      "media[0].medium VHS is not in the library's table",
    ],
    ["an unknown status", withMedium({ status: "X" }), "media[0].status X is not in the library's table"],
    ["an unknown serve code", withMedium({ serveCode: "QQ" }), "media[0].serveCode QQ is not in the library's table"],
    [
      "an unknown delivery",
      withMedium({ deliveryMethod: "POST" }),
      "media[0].deliveryMethod must be one of PHYSICAL, DUPLICATION",
    ],
    [
      "a medium given twice",
      { ...least, media: [{ medium: "DB" }, { medium: "DB" }] },
      "media[1].medium DB is there twice",
    ],
    ["a number out of range", withMedium({ cutoff: 1000 }), "media[0].cutoff must be from 0 to 999"],
    ["a broken number", withMedium({ cutoff: 1.5 }), "media[0].cutoff must be a whole number"],
    ["a number as text", withMedium({ cutoff: "5" }), "media[0].cutoff must be a number"],
    [
      "a day that does not exist",
      withMedium({ nextServiceDate: "2026-02-29" }),
      "media[0].nextServiceDate must be a day of the calendar, written YYYY-MM-DD",
    ],
    [
      "a refill point above the queue's size",
      withMedium({ refillPoint: 9, maxServiceQueueSize: 8 }),
      "media[0].refillPoint 9 would be above maxServiceQueueSize 8",
    ],
    ["an unknown field", { ...least, shoeSize: 44 }, "has the unknown field shoeSize"],
    ["an unknown field of a medium", withMedium({ version: 3 }), "media[0] has the unknown field version"],
    [
      "an id that is none",
      { ...least, patronId: "P 1" },
      "patronId must be 1 to 32 of the characters A-Z a-z 0-9 . _ -",
    ],
    ["NUL in a text", { ...least, city: "a\0b" }, "city must not contain the NUL character"],
    ["half a surrogate pair", { ...least, lastName: "\ud800" }, "lastName must not contain half of a surrogate pair"],
    ["a text that is too long", { ...least, city: "x".repeat(201) }, "city must be at most 200 characters"],
    [
      "a title that is no id",
      { ...least, reserves: ["a/b"] },
      "reserves[0] must be 1 to 32 of the characters A-Z a-z 0-9 . _ -",
    ],
    ["a list that is none", { ...least, media: {} }, "media must be a list"],
    [
      "more reading than a record holds",
      { ...least, hasHad: Array.from({ length: 20_000 }, (_, i) => `${"T".repeat(26)}${10_000 + i}`) },
      "reserves, requests and hasHad take more room than a record has",
    ],
  ])("is refused for %s", (_, line, reason) => {
    expect(reasonFor(line)).toBe(reason);
  });

  test("is refused with every reason at once, but no more than five", () => {
    const line = {
      ...least,
      mainStatus: "A",
      branch: "B",
      media: [{ medium: "C", status: "D", serveCode: "E", cutoff: -1 }],
    };
    expect(reasonFor(line).split("; ")).toHaveLength(6);
    expect(reasonFor(line)).toMatch(/; and 1 more$/);
  });

  test("reads null and the empty text as a field without a value", () => {
    const line = {
      ...least,
      firstName: "",
      city: null,
      branch: null,
      media: [{ medium: "DB", cutoff: null }],
      requests: null,
    };
    const record = recordOf(line);
    expect(record.patron).toEqual({ ...least, preferences: [] });
    expect(record.media.get("DB")).toEqual({ status: "ACTIVE", nightlyDebug: false });
  });

  test("never quotes a name in its reason", () => {
    expect(reasonFor({ ...least, lastName: "Secret\0", firstName: 5, city: "Secret\0" })).not.toContain("Secret");
  });

  test("keeps prototype keys from doing anything", () => {
    expect(reasonFor(JSON.parse(`{"patronId":"P1","lastName":"x","mainStatus":"ACTIVE","__proto__":{"a":1}}`))).toBe(
      "has the unknown field __proto__",
    );
    expect(reasonFor({ ...least, media: [{ medium: "__proto__" }] })).toContain("is not in the library's table");
  });

  test("is a record or a reason, whatever it is", () => {
    const nearly = fc.record(
      {
        patronId: fc.oneof(fc.constant("P1"), fc.anything()),
        lastName: fc.anything(),
        mainStatus: fc.oneof(fc.constant("ACTIVE"), fc.anything()),
        media: fc.anything(),
        preferences: fc.anything(),
        reserves: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), nearly), (line) => {
        const result = readPatronLine(line, piedmont);
        if ("reason" in result) expect(result.reason.length).toBeGreaterThan(0);
        else expect(result.record.patron.patronId).toMatch(/^[A-Za-z0-9._-]{1,32}$/);
      }),
    );
  });
});

describe("a title's line", () => {
  const title = { titleId: "DB1", medium: "DB", title: "A", author: "B" };

  test("needs no more than titleId, medium, title and author, and is ACTIVE unless it says otherwise", () => {
    expect(readTitleLine(title, piedmont)).toEqual({
      record: { ...title, subjects: [], contentWarnings: [], status: "ACTIVE" },
    });
  });

  test.each([
    ["without an author", { ...title, author: undefined }, "author is missing"],
    ["of an unknown medium", { ...title, medium: "VHS" }, "medium VHS is not in the library's table"],
    ["with an unknown field", { ...title, isbn: "1" }, "has the unknown field isbn"],
    ["with a series without a name", { ...title, series: { number: 1 } }, "series.name is missing"],
    ["of an unknown status", { ...title, status: "LOST" }, "status must be one of ACTIVE, WITHDRAWN"],
  ])("is refused %s", (_, line, reason) => {
    expect(readTitleLine(line, piedmont)).toEqual({ reason });
  });

  test("has a language where it names one, and none where the text is empty or null", () => {
    const languageOf = (language: unknown) => {
      const read = readTitleLine({ ...title, language }, piedmont);
      return "record" in read && (Object.hasOwn(read.record, "language") ? read.record.language : "(none)");
    };
    expect(languageOf("Spanish")).toBe("Spanish");
    for (const none of ["", null, undefined]) expect(languageOf(none)).toBe("(none)");
  });
});
