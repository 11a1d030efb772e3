import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvRow, longestQuotedCell, RowSplitter } from "#domain/import/row-splitter";
import { rowsByReading } from "./row-splitter.reference.ts";

function inPieces(content: string | Buffer, cuts: readonly number[], longestRow = 1_000_000): CsvRow[] {
  const bytes = Buffer.from(content);
  const splitter = new RowSplitter({ longestRow });
  const rows: CsvRow[] = [];
  let start = 0;
  for (const end of [...cuts].sort((a, b) => a - b)) {
    rows.push(...splitter.push(bytes.subarray(start, end)));
    start = end;
  }
  return [...rows, ...splitter.push(bytes.subarray(start)), ...splitter.end()];
}

const split = (content: string | Buffer) => inPieces(content, []);
const cellsOf = (content: string) => split(content).map(({ cells }) => cells);

describe("rows of a CSV file", () => {
  test("end in LF, CRLF and CR in any mixture, and the last one may end without", () => {
    expect(cellsOf("a,b\r\nc,d\ne,f\rg,h\n\ri,j")).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
      ["g", "h"],
      [""],
      ["i", "j"],
    ]);
  });

  test("have the number of the line they begin on, a CRLF in a cell being one line end", () => {
    expect(split('a,"one\r\ntwo"\r\nb,"one\ntwo\rthree"\nc').map(({ line, cells: [first] }) => [line, first])).toEqual([
      [1, "a"],
      [3, "b"],
      [6, "c"],
    ]);
  });

  test("are not swallowed by a stray quote before them", () => {
    const rows = split('VQ1,"Alder,ACTIVE\nVQ2,"Birch, Ann",ACTIVE\nVQ3,Lee "Bo" Ann,ACTIVE\nVQ4,Elm,"ACTIVE\n');
    expect(rows.map(({ line, text, cells, reason }) => [line, text, cells, reason !== undefined])).toEqual([
      [1, 'VQ1,"Alder,ACTIVE', ["VQ1"], true],
      [2, 'VQ2,"Birch, Ann",ACTIVE', ["VQ2", "Birch, Ann", "ACTIVE"], false],
      [3, 'VQ3,Lee "Bo" Ann,ACTIVE', ["VQ3", 'Lee "Bo" Ann', "ACTIVE"], false],
      [4, 'VQ4,Elm,"ACTIVE', ["VQ4", "Elm"], true],
    ]);
  });

  test("may have blanks around the quotes of a cell", () => {
    expect(cellsOf('a, "b, c" ,d \n')).toEqual([["a", "b, c", "d "]]);
  });

  test("hold cells in quotes of up to 64 kB; a longer one is never closed, and the next row is the next line", () => {
    const longest = `a,"${"x".repeat(longestQuotedCell - 1)}\n"\nb,c`;
    expect(cellsOf(longest)).toEqual([
      ["a", `${"x".repeat(longestQuotedCell - 1)}\n`],
      ["b", "c"],
    ]);
    const longer = `a,"${"x".repeat(longestQuotedCell)}\n"\nb,c`;
    for (const cuts of [[], [40_000], [65_537, 65_538, 65_539, 65_540]]) {
      const [first, ...rest] = inPieces(longer, cuts);
      expect(first).toMatchObject({ line: 1, cells: ["a"], reason: expect.stringContaining("never closed") });
      expect(rest.map(({ line }) => line)).toEqual([2, 3]);
    }
  });

  test("that are longer than a row may be are read over, wherever the file is cut", () => {
    const file = `P1,${"é".repeat(100)}\r\nP2,b\r\nP3,"${"y\n".repeat(60)}",${'"z\n",'.repeat(20)}\nP4,c`;
    const expected = inPieces(file, [], 150);
    expect(expected.slice(0, 3)).toMatchObject([
      { line: 1, cells: ["P1"], reason: "is longer than 150 bytes" },
      { line: 2, cells: ["P2", "b"] },
      { line: 3, cells: ["P3"], text: 'P3,"y', reason: expect.stringContaining("more than 150 bytes") },
    ]);
    expect(expected.at(-1)).toMatchObject({ cells: ["P4", "c"] });
    for (let cut = 0; cut < Buffer.byteLength(file); cut++) expect(inPieces(file, [cut], 150)).toEqual(expected);
  });

  test("that are not UTF-8 say so, and may hold U+FFFD itself", () => {
    const rows = split(Buffer.concat([Buffer.from("P1,\uFFFD\nP2,"), Buffer.from([0xff]), Buffer.from("\nP3,é")]));
    expect(rows).toEqual([
      { line: 1, text: "P1,\uFFFD", cells: ["P1", "\uFFFD"] },
      { line: 2, text: "P2,\uFFFD", cells: ["P2", "\uFFFD"], reason: "is not UTF-8" },
      { line: 3, text: "P3,é", cells: ["P3", "é"] },
    ]);
  });

  test("are the same wherever the file is cut", () => {
    const tricky =
      '\uFEFFpatronId,lastName\r\nA1,"é""\r\n ",髙\rA2,"b\n\rc"\r\r\nA3,"\nA4,"x"y\r\nA5, "😀" ,""\r\n"",\n\r\n"A6\r"\r';
    const expected = split(tricky);
    const { length } = Buffer.from(tricky);
    for (let cut = 0; cut <= length; cut++) {
      for (let second = cut; second <= length; second++) expect(inPieces(tricky, [cut, second])).toEqual(expected);
    }
    expect(
      inPieces(
        tricky,
        Array.from({ length }, (_, i) => i),
      ),
    ).toEqual(expected);
  });
});

describe("the splitter", () => {
  const texts = fc.array(fc.constantFrom(...'ab,,"""\r\n\r\n \té', "\r\n", '""', ',"', '",'), { maxLength: 60 });

  test("finds what a second, naive reading finds", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(80), { maxLength: 4 }), (parts, cuts) => {
        const text = parts.join("");
        const places = cuts.filter((cut) => cut <= Buffer.byteLength(text));
        const rows = inPieces(text, places).map(({ reason, quoted = [], ...row }) => ({
          ...row,
          quoted: [...quoted],
          isBroken: reason !== undefined,
        }));
        expect(rows).toEqual(rowsByReading(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("gives back every table that is written down by another's hand", () => {
    const tables = fc.integer({ min: 1, max: 5 }).chain((columns) =>
      fc.array(fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: columns, maxLength: columns }), {
        minLength: 1,
      }),
    );
    fc.assert(
      fc.property(tables, fc.constantFrom("\n", "\r\n", "\r"), fc.nat(200), (table, record_delimiter, cut) => {
        const file = stringify(table, { record_delimiter, quoted_match: /[\r\n ]/, quoted_empty: true });
        expect(inPieces(file, [Math.min(cut, Buffer.byteLength(file))]).map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });

  test("is not made slow by quotes that do not close, one after the other", () => {
    const quotes = Buffer.from('x,"\n""\n'.repeat(100_000));
    const started = performance.now();
    const rows = split(quotes);
    expect(rows.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
