import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorRows, outcomeRows, reportHeader } from "#domain/batch-update/report";
import { csvMark, csvText } from "#domain/csv";
import { type Cell, formulaSafe } from "#domain/formula-guard";

const line = {
  patronId: "P1",
  lastName: "Ames",
  firstName: "Ann",
  outcome: "CONFLICT",
  code: "CHANGED_SINCE_REVIEW",
  message: "m",
  advice: "a",
  changes: [
    { field: "cutoff", before: 1, after: 2, current: 0 },
    { field: "nightlyDebug", before: true, after: false },
  ],
};

const hostile = fc.string({
  unit: fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", '"', ",", ";", " ", "'", "a", "é", "😀", "א", "\u2028"),
  maxLength: 6,
});

describe("the errors file", () => {
  it("has one row for each field that the problem is about, with shown, intended and current value", () => {
    const patron = ["P1", "Ames", "Ann", "DB", "CONFLICT", "CHANGED_SINCE_REVIEW", "m", "a"];
    expect(errorRows(line, "DB", ["cutoff", "nightlyDebug"])).toEqual([
      [...patron, "cutoff", 1, 2, 0],
      [...patron, "nightlyDebug", true, false, undefined],
    ]);
  });

  it("has one row with empty field cells where the problem is not about a field", () => {
    const [row, ...others] = errorRows(line, "DB", []);
    expect(others).toEqual([]);
    expect(row?.slice(8)).toEqual([undefined, undefined, undefined, undefined]);
    expect(row).toHaveLength(reportHeader.length);
  });

  it("has a row also for a field that nothing was to change", () => {
    const [row] = errorRows(line, "DB", ["refillPoint"]);
    expect(row?.slice(8)).toEqual(["refillPoint", undefined, undefined, undefined]);
  });

  it("of all outcomes has a row for each change, and one with empty field cells without any", () => {
    expect(outcomeRows(line, "DB")).toEqual(
      errorRows(
        line,
        "DB",
        line.changes.map(({ field }) => field),
      ),
    );
    expect(outcomeRows({ ...line, changes: [] }, "DB")).toEqual(errorRows(line, "DB", []));
  });

  it("has the header that was promised", () => {
    expect(csvText([reportHeader])).toBe(
      "patronId,lastName,firstName,medium,outcome,code,message,advice,field,before,after,current\r\n",
    );
  });

  it("begins with a byte order mark, three bytes of UTF-8", () => {
    expect([...Buffer.from(csvMark)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

describe("a cell", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("that is the text %j gets a leading apostrophe", (text) => {
    expect(formulaSafe(text)).toBe(`'${text}`);
  });

  it.each<Cell>([-1, 0, false, true, "a=1", " =1", "'=1", "", undefined])("that is %j stays as it is", (cell) => {
    expect(formulaSafe(cell)).toBe(cell);
  });

  it("is never seen as a formula, and every other character of it comes through a reader unharmed", () => {
    fc.assert(
      fc.property(fc.array(fc.array(hostile, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const text = csvText(rows);
        expect(text.endsWith("\r\n")).toBe(true);
        const read: string[][] = parse(csvMark + text, {
          bom: true,
          record_delimiter: "\r\n",
          relax_column_count: true,
        });
        expect(read).toEqual(rows.map((row) => row.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))));
      }),
      { numRuns: 1000 },
    );
  });

  it("with a lone line break is quoted, so that every reader sees one row", () => {
    expect(csvText([["a\nb", "c\rd", "e"]])).toBe('"a\nb","c\rd",e\r\n');
  });

  it("with a negative number stays a number, 0 and false are written", () => {
    expect(csvText([[-5, 0, false, undefined, "x"]])).toBe("-5,0,false,,x\r\n");
  });
});
