import { describe, expect, test } from "vitest";
import { batchUpdates } from "#contract/batch-updates";
import { presets } from "#contract/presets";
import { querySets } from "#contract/query-sets";
import { savedQueries } from "#contract/saved-queries";
import { readPatronLine } from "#domain/import/patron-line";
import { nameSchema } from "#domain/text";
import { piedmont } from "#infra/local/samples/libraries";

const blanks = ["", "   ", "\t\r\n", "\u200B", "\u00A0\u2003", "\uFEFF", "\u2060\u200D", "\u3164", "\u2800", "\u00AD"];
const criteria = { all: [{ field: "Patron.city", operator: "equals", value: "Boone" }] };

describe("a name", () => {
  test.each(blanks.map((name) => [JSON.stringify(name), name]))("of %s is none", (_, name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
  });

  test.each(["Lee", "李", "😀", "é", "\u0628\u200D", "- ", "0"])("may be %s", (name) => {
    expect(nameSchema.parse(` ${name}\u00A0`)).toBe(name.trim());
  });

  test("holds 200 characters after trimming", () => {
    expect(nameSchema.parse(`   ${"😀".repeat(200)}   `)).toBe("😀".repeat(200));
    expect(nameSchema.safeParse("x".repeat(201)).success).toBe(false);
  });

  test.each([
    ["a saved query", savedQueries.create.body, { criteria }],
    ["a preset", presets.create.body, { changes: { cutoff: 3 } }],
    ["a query set", querySets.create.body, { criteria }],
    ["a batch update", batchUpdates.create.body, { querySetId: "q1", medium: "DB", nightlyDebug: false, changes: {} }],
  ])("of %s is trimmed, and is none if nothing of it can be seen", (_, body, rest) => {
    expect(body?.parse({ ...rest, name: "  July  " })).toMatchObject({ name: "July" });
    for (const name of blanks) expect(body?.safeParse({ ...rest, name }).success).toBe(false);
  });

  test("of a patron is kept to the letter, and is none if nothing of it can be seen", () => {
    const line = { patronId: "P1", mainStatus: "ACTIVE" };
    expect(readPatronLine({ ...line, lastName: " Lee " }, piedmont)).toMatchObject({
      record: { patron: { lastName: " Lee " } },
    });
    for (const lastName of blanks) {
      expect(readPatronLine({ ...line, lastName }, piedmont)).toMatchObject({
        reason: expect.stringMatching(/^lastName/),
      });
    }
  });
});

test("a medium without a status is refused where the library's table has no ACTIVE", () => {
  const library = { ...piedmont, mediumStatuses: [{ code: "OPEN", name: "Open" }] };
  const line = { patronId: "P1", lastName: "Lee", mainStatus: "ACTIVE" };
  expect(readPatronLine({ ...line, media: [{ medium: "DB" }] }, library)).toEqual({
    reason: "media[0].status is missing, and the library's table has no ACTIVE to take instead",
  });
  expect(readPatronLine({ ...line, media: [{ medium: "DB", status: "OPEN" }] }, library)).toHaveProperty("record");
});
