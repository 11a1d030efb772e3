import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "#platform/identifiers";
import { actName, acts } from "../../console/audit/act-words.ts";
import { auditFilter } from "../../console/audit/audit-filter.ts";
import { changeInWords, detailInWords, sentenceOf } from "../../console/audit/in-words.ts";
import { instantOfId } from "../../console/audit/instant-of-id.ts";
import { codesInWords } from "../../console/words/codes-in-words.ts";

const by = {
  at: "2026-03-02T14:05:09.120Z",
  actor: { sub: "ada", name: "Ada Byron" },
  role: "administrator",
  detail: "",
};
const said = (action: string, subject: string, subjectName?: string) => {
  const { who, did, thing } = sentenceOf(
    {
      ...by,
      action,
      subject,
      ...(subjectName !== undefined && { subjectName }),
    },
    "America/New_York",
  );
  return `${who.name} ${did} ${thing}.`;
};

/** Codes of acts as they stand in the functions that write entries. */
function actsInSource(): string[] {
  const folder = join(import.meta.dirname, "../../functions");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((it) => it.endsWith(".ts"));
  const source = files.map((it) => readFileSync(join(folder, it), "utf8")).join("\n");
  const told = /(?:actOf|actOfSystem|auditOf|tellSupport|inAudit)\(\s*(?:[^"()]|\([^()]*\))*?"([A-Z]+(?:_[A-Z]+)+)"/g;
  return [...new Set([...source.matchAll(told)].map(([, code = ""]) => code))];
}

describe("an act in words", () => {
  it("is a sentence that names who, what, and the thing", () => {
    expect(said("BATCH_UPDATE_PROCESSED", "batch-updates/b1", "Spring move")).toBe(
      "Ada Byron processed the batch update Spring move.",
    );
    expect(said("RECORD_EDITED", "patrons/P1/media/DB")).toBe("Ada Byron edited the record in DB of patron P1.");
    expect(said("SETTINGS_CHANGED", "library")).toBe("Ada Byron changed the library’s settings.");
    expect(said("LIBRARY_SUSPENDED", "library")).toBe("Ada Byron suspended the library.");
    expect(said("PATRONS_READ", "query-sets/q1/patrons")).toBe("Ada Byron looked at the patrons of the query set q1.");
    expect(said("PATRONS_READ", "patrons")).toBe("Ada Byron looked at patrons.");
    expect(said("DOWNLOADED", "batch-updates/b1/plan/export")).toBe(
      "Ada Byron downloaded a file of the plan of the batch update b1.",
    );
    expect(said("ACT_REFUSED", "batch-updates/:batchUpdateId/process")).toBe(
      "Ada Byron was refused an act on batch updates.",
    );
    expect(said("SOMETHING_NEW", "things/1", "One")).toBe("Ada Byron did “something new” to One.");
  });

  it("names what has no name by when it was made", () => {
    const id = newId(new Date("2026-11-26T20:04:00.123Z"));
    expect(said("BATCH_UPDATE_PROCESSED", `batch-updates/${id}`)).toMatch(
      /^Ada Byron processed the batch update of Nov 26, 2026, 3:04\sPM\.$/,
    );
    expect(instantOfId(id)).toBe("2026-11-26T20:04:00.123Z");
    expect(instantOfId(id.slice(1))).toBeUndefined();
    expect(instantOfId("z".repeat(26))).toBeUndefined();
    expect(detailInWords("812 patrons, digest 2555dbc3")).toBe("812 patrons, as reviewed");
    expect(detailInWords("revision 2")).toBe("");
  });

  it("has words for every code that an entry is written with", () => {
    const codes = actsInSource();
    expect(codes.length).toBeGreaterThan(25);
    expect(codes.filter((code) => acts[code] === undefined)).toEqual([]);
    const names = Object.keys(acts).map(actName);
    expect(new Set(names).size).toBe(names.length);
    expect(actName("BATCH_UPDATE_PROCESSED")).toBe("Processed a batch update");
    expect(actName("PERSON_INVITED_AGAIN")).toBe("Invited a person again");
    // What stands between two commas, or before its thing, belongs into a sentence and not into a list.
    expect(names.filter((name) => /, .*, |^\w+ (again|off) /.test(name))).toEqual([]);
  });

  it("leads to what it was done to", () => {
    const led = (subject: string) => sentenceOf({ ...by, action: "SOMETHING_NEW", subject }, undefined).href;
    expect(led("imports/i1")).toBe("/imports/i1");
    expect(led("patrons/P1/media/DB")).toBe("/patron/P1");
    expect(led("batch-updates/b1/plan")).toBe("/batch-updates/b1");
    expect(led("presets/p1")).toBeUndefined();
    expect(led("constructor/1")).toBeUndefined();
    expect(said("SOMETHING_NEW", "constructor/1")).toBe("Ada Byron did “something new” to constructor/1.");
  });

  it("tells changes and details without codes", () => {
    expect(changeInWords({ field: "serveCodes.NA.name", before: "Nightly", after: "Every night" })).toBe(
      "Serve codes, NA, name: was Nightly, is Every night",
    );
    expect(changeInWords({ field: "closedDays.2026-12-25", after: true })).toBe("Closed days, 2026-12-25 is new");
    expect(changeInWords({ field: "cutoff" })).toBe("Cutoff");
    expect(changeInWords({ field: "retentionDays", before: 30, after: 60 })).toBe("Retention days: was 30, is 60");
    expect(codesInWords("The batch update is COMPLETED_WITH_ERRORS, not READY.")).toBe(
      "The batch update is “Completed with errors”, not “Ready for review”.",
    );
    expect(codesInWords("It could be undone until 2026-02-24T12:00:00.000Z.")).toMatch(
      /^It could be undone until Feb 24, 2026, .*[AP]M\.$/,
    );
    expect(codesInWords("in PROCESSING")).not.toContain("PROCESSING");
    expect(codesInWords("812 patrons, digest 5f0c")).toBe("812 patrons, digest 5f0c");
  });
});

describe("the filter of the audit", () => {
  const typed = { action: "", actor: "", subject: "", from: "", to: "" };
  const zone = "America/New_York";

  it("takes whole days by the library's clocks", () => {
    expect(auditFilter({ ...typed, from: "2026-03-08", to: "2026-03-08" }, zone)).toMatchObject({
      from: "2026-03-08T05:00:00.000Z",
      to: "2026-03-09T03:59:59.999Z",
    });
    expect(auditFilter({ ...typed, from: "2026-02-30" }, zone)).toMatchObject({ from: undefined, to: undefined });
  });

  it.each([
    ["P000001", "patrons/P000001"],
    ["patron P000001", "patrons/P000001"],
    ["/patron/P000001", "patrons/P000001"],
    ["https://example.org/batch-updates/b1", "batch-updates/b1"],
    ["imports/i1", "imports/i1"],
    ["library", "library"],
    [" ", ""],
  ])("reads %s as the subject %s", (text, subject) => {
    expect(auditFilter({ ...typed, subject: text }, zone).subject).toBe(subject);
  });
});
