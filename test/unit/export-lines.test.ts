import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvMark, importCsvText } from "#domain/csv";
import { type CsvColumns, patronColumns, titleColumns } from "#domain/export/csv-cells";
import { patronLineOf } from "#domain/export/patron-line";
import { importSafe, textOfCell } from "#domain/formula-guard";
import { cellOfList, listOfCell } from "#domain/import/list-cell";
import { type PatronLine, readPatronLine } from "#domain/import/patron-line";
import { readTitleLine, type TitleLine } from "#domain/import/title-line";
import { inKinds } from "#domain/profile/patron";
import { piedmont } from "#infra/local/samples/libraries";
import { csvRows } from "../../functions/import/csv-rows.ts";

const unit = fc.constantFrom(..."=+-@\t\r\n\"',;|!\\ aZ0é😀\u00a0\u2028\ufeff");
const hostile = fc.string({ unit, maxLength: 6 });
const visible = hostile.map((text) => `${text}x${text}`);
const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);
const day = fc.constantFrom("1999-01-04", "2027-12-31");
const ids = fc.array(id, { maxLength: 3 });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const texts = fc.array(
  hostile.filter((text) => text !== ""),
  { maxLength: 3 },
);

const mediumLine = fc.record({
  medium: fc.constantFrom(...piedmont.media.map(({ code }) => code)),
  status: fc.constantFrom(...piedmont.mediumStatuses.map(({ code }) => code)),
  serveCode: some(fc.constantFrom("NA", "OL")),
  deliveryMethod: some(fc.constantFrom("PHYSICAL", "DUPLICATION")),
  nextServiceDate: some(day),
  cutoff: some(fc.nat(999)),
  nightlyDebug: fc.boolean(),
  refillPoint: some(fc.nat(500)),
  lastServedOn: some(day),
});

const patronLine: fc.Arbitrary<PatronLine> = fc.record({
  patronId: id,
  lastName: visible,
  firstName: some(hostile),
  mainStatus: fc.constantFrom(...piedmont.mainStatuses.map(({ code }) => code)),
  city: some(hostile),
  registeredOn: some(day),
  language: some(hostile),
  media: fc.uniqueArray(mediumLine, { selector: ({ medium }) => medium, maxLength: 3 }),
  preferences: fc.array(
    fc.record({
      type: fc.constantFrom("SUBJECT", "AUTHOR", "SERIES"),
      code: hostile.filter((text) => text !== ""),
      exclusion: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  reserves: ids,
  requests: ids,
  hasHad: some(ids),
});

const titleLine: fc.Arbitrary<TitleLine> = fc.record({
  titleId: id,
  medium: fc.constantFrom("DB", "BR"),
  title: visible,
  author: visible,
  series: some(
    fc.record({
      name: visible,
      number: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
        fc.integer(),
      ),
    }),
  ),
  subjects: texts,
  contentWarnings: texts,
  language: some(hostile),
  status: fc.constantFrom("ACTIVE", "WITHDRAWN"),
  addedOn: some(day),
});

async function throughCsv<Line>(columns: CsvColumns<Line>, kind: "patrons" | "titles", line: Line): Promise<unknown> {
  const file = csvMark + importCsvText([columns.header]) + importCsvText([columns.cells(line)]);
  for await (const found of csvRows(Readable.from([Buffer.from(file)]), kind)) {
    return "record" in found ? found.record : found.reason;
  }
  return undefined;
}

function recordOf<T>(result: { readonly record: T } | { readonly reason: string }): T {
  if ("reason" in result) throw new Error(result.reason);
  return result.record;
}

describe("an exported patron", () => {
  const media = piedmont.media.map(({ code }) => code);

  test("imported again is who it was, as a line of JSON and as a row of CSV", async () => {
    await fc.assert(
      fc.asyncProperty(patronLine, async (line) => {
        const { patron, media: records, reading } = recordOf(readPatronLine(line, piedmont));
        const counted = { ...patron, reserveCounts: {}, requestCounts: {} };
        const { hasHad, ...shown } = reading;
        const exported = patronLineOf(counted, records, shown);
        const asJson = recordOf(readPatronLine(JSON.parse(JSON.stringify(exported)), piedmont));
        expect(asJson).toEqual({ patron, media: records, reading: shown });
        const fromCsv = await throughCsv(patronColumns(media), "patrons", exported);
        const asCsv = recordOf(readPatronLine(fromCsv, piedmont));
        const preferences = inKinds(patron.preferences);
        expect(asCsv).toEqual({ patron: { ...patron, preferences }, media: records, reading: shown });
      }),
      { numRuns: 150 },
    );
  });

  test("is shown without what the patron has had, but where a library takes everything with it", () => {
    const counted = { patronId: "P1", lastName: "Doe", mainStatus: "ACTIVE", preferences: [] };
    const { patron } = recordOf(readPatronLine(counted, piedmont));
    const whole = { ...patron, reserveCounts: {}, requestCounts: {} };
    const lists = { reserves: [], requests: ["T1"] };
    expect(patronLineOf(whole, new Map(), lists)).not.toHaveProperty("hasHad");
    expect(patronLineOf(whole, new Map(), { ...lists, hasHad: ["T2"] })).toHaveProperty("hasHad", ["T2"]);
  });
});

test("an exported title imported again is what it was, as a line of JSON and as a row of CSV", async () => {
  await fc.assert(
    fc.asyncProperty(titleLine, async (line) => {
      const title = recordOf(readTitleLine(line, piedmont));
      expect(recordOf(readTitleLine(JSON.parse(JSON.stringify(title)), piedmont))).toEqual(title);
      const fromCsv = await throughCsv(titleColumns, "titles", title);
      expect(recordOf(readTitleLine(fromCsv, piedmont))).toEqual(title);
    }),
    { numRuns: 150 },
  );
});

describe("a cell of an exported file", () => {
  test("is read as the text it was, and never seen as a formula", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cell = String(importSafe(text));
        expect(textOfCell(cell, true)).toBe(text);
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });

  test.each([
    ["'=1", "''=1"],
    ["=1", "'=1"],
    [" a ", "' a "],
    ["'a", "'a"],
  ])("for the text %j is %j", (text, cell) => {
    expect(importSafe(text)).toBe(cell);
  });

  test("of a list is read as the entries it was", () => {
    const entry = fc.record({ text: hostile.filter((text) => text !== ""), negated: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        expect(listOfCell(cellOfList(entries))).toEqual(entries);
      }),
    );
  });
});
