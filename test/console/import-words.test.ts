import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvMark, csvText } from "#domain/csv";
import { fileProblems, formatOf, largestFile, sizeText } from "../../console/imports/chosen-file.ts";
import { rejectedLines } from "../../console/imports/rejected-lines.ts";
import { endInWords } from "../../console/imports/words.ts";

const none = { read: 0, created: 0, replaced: 0, unchanged: 0, rejected: 0 };

describe("a file that was chosen", () => {
  it.each([
    ["patrons.csv", "csv"],
    ["P.CSV", "csv"],
    ["all.patrons.jsonl", "jsonl"],
    ["a.ndjson", "jsonl"],
    ["a.json", "jsonl"],
    ["a.xlsx", undefined],
    ["constructor", undefined],
    ["a.constructor", undefined],
  ])("%s has the format %s by its name", (name, format) => {
    expect(formatOf(name)).toBe(format);
  });

  it("is refused where it is empty or too large, and where nobody knows its format", () => {
    expect(fileProblems(undefined, "csv").map(({ message }) => message)).toEqual(["Choose a file."]);
    expect(fileProblems({ name: "a.csv", size: 1 }, "csv")).toEqual([]);
    expect(fileProblems({ name: "a.csv", size: largestFile }, "csv")).toEqual([]);
    expect(fileProblems({ name: "a.csv", size: 0 }, "csv").map(({ id }) => id)).toEqual(["import-file"]);
    expect(fileProblems({ name: "a", size: largestFile + 1 }, undefined).map(({ id }) => id)).toEqual([
      "import-file",
      "import-format",
    ]);
  });

  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1536, "1.5 kB"],
    [12_345_678, "12 MB"],
    [2_147_483_648, "2.1 GB"],
  ])("of %i bytes has %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe("rejected lines", () => {
  const hostile = fc.string({ unit: fc.constantFrom(..."=+-@',\"\r\n;aé"), maxLength: 6 });

  it("are read back from the list of errors as they were written, the first ones of a list that is cut off too", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), hostile, hostile, hostile), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.nat(300), (lines, kept) => {
        const csv = csvMark + csvText([["line", "id", "reason", "text"], ...lines]);
        const whole = lines.map(([line, id, reason, text]) => ({ line: String(line), id, reason, text }));
        // One apostrophe before what looks like a formula is the guard's, whoever put it there.
        const asRead = whole.map((it) => ({
          ...it,
          ...Object.fromEntries(
            (["id", "reason", "text"] as const).map((name) => [name, it[name].replace(/^'(?='*[=+\-@\t\r])/, "")]),
          ),
        }));
        expect(rejectedLines(csv, 100)).toEqual(asRead);
        const beginning = rejectedLines(csv.slice(0, kept), 100);
        expect(beginning).toEqual(asRead.slice(0, beginning.length));
        expect(rejectedLines(csv, 2)).toEqual(asRead.slice(0, 2));
      }),
      { numRuns: 200 },
    );
  });
});

describe("the end of an import", () => {
  it("is told in a sentence: of a check as what would be", () => {
    const counts = { read: 7, created: 1, replaced: 2, unchanged: 3, rejected: 1 };
    expect(endInWords({ kind: "patrons", status: "COMPLETED_WITH_ERRORS", counts })).toBe(
      "1 new patron came in, 2 were replaced, 3 stayed as they were and 1 line was rejected.",
    );
    expect(endInWords({ kind: "titles", dryRun: true, status: "COMPLETED", counts: { ...none, created: 1200 } })).toBe(
      "1,200 new titles would come in. Nothing was written.",
    );
    expect(endInWords({ kind: "titles", status: "COMPLETED", counts: none })).toBe("The file held no lines.");
    expect(endInWords({ kind: "titles", status: "FAILED", stateReason: "The file has no lines.", counts: none })).toBe(
      "The file has no lines.",
    );
  });
});
