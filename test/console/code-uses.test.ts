import { describe, expect, it } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { queryFieldsOf, queryFor, removalMeanings, usesOf } from "../../console/library/code-uses.ts";
import { hasChanges, settingsDraft } from "../../console/library/settings-draft.ts";

const kept = {
  savedQueries: [
    { name: "Braille", criteria: { all: [{ field: "Media.medium", operator: "equals", value: "br" }] } },
    {
      name: "Nested",
      criteria: { any: [{ none: [{ field: "Media.serveCode", operator: "in", value: ["NA", "WA"] }] }] },
    },
    { name: "By name", criteria: { all: [{ field: "Patron.lastName", operator: "equals", value: "NA" }] } },
  ],
  presets: [{ name: "To nightly", changes: { serveCode: "NA", status: "ACTIVE" } }],
  recipes: [{ name: "Move", medium: "BR" }],
} as const;

describe("taking a code out", () => {
  it("names what uses it: queries however deep, presets and recipes, by its own fields alone", () => {
    expect(usesOf("serveCodes", "NA", kept)).toEqual(["the saved query Nested", "the preset To nightly"]);
    expect(usesOf("media", "BR", kept)).toEqual(["the saved query Braille", "the recipe Move"]);
    expect(usesOf("mediumStatuses", "ACTIVE", kept)).toEqual(["the preset To nightly"]);
    expect(usesOf("branches", "NA", kept)).toEqual([]);
  });

  it("says how to find who has it, by a field that queries know", () => {
    for (const table of ["media", "mediumStatuses", "mainStatuses", "serveCodes", "branches"] as const) {
      expect(queryFieldsOf(table).length, table).toBeGreaterThan(0);
      expect(queryFor(table, "X"), table).toMatch(/^(Media|Patron) : .+ : Equals : X$/);
    }
    expect(queryFor("serveCodes", "NA")).toBe("Media : Serve Code : Equals : NA");
  });

  it("warns that closed patrons would be changed again", () => {
    expect(removalMeanings("mainStatuses", "DECEASED", piedmont).join(" ")).toContain("no longer count as closed");
    expect(removalMeanings("mainStatuses", "ACTIVE", piedmont).join(" ")).not.toContain("closed");
  });
});

describe("a draft of settings", () => {
  it("has changes where it says something else than what it was made from", () => {
    const draft = settingsDraft(piedmont);
    expect(hasChanges(draft, piedmont)).toBe(false);
    expect(hasChanges({ ...draft, closedDays: `${draft.closedDays}\n2026-12-24` }, piedmont)).toBe(true);
  });
});
