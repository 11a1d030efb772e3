import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it, vi } from "vitest";
import { errorRows } from "#domain/batch-update/report";
import { csvText } from "#domain/csv";
import { rowReader } from "#domain/import/csv-columns";
import { readPatronLine } from "#domain/import/patron-line";
import { lineChanges, planUpdate } from "#domain/plan/plan";
import { settle } from "#domain/plan/settle";
import { planUndo } from "#domain/plan/undo";
import { specProblems, updateSpecSchema } from "#domain/plan/update-spec";
import { judgeEdit, mediumEditSchema } from "#domain/profile/medium-edit";
import { type MediumRecord, mediumRecordSchema } from "#domain/profile/medium-record";
import { readCriteria } from "#domain/query/criteria";
import { compile, compileOver } from "#domain/query/evaluate";
import { criteriaStatement } from "#domain/query/search-statement";
import { decodeMediumRecord } from "#records/profiles/medium-records";
import { wholeRecord } from "#records/profiles/medium-writer";
import { decodePatron, patronItem } from "#records/profiles/patrons";
import { rawReaders } from "#records/profiles/raw-readers";
import { batchUpdateId, libraryId, patronId } from "#test/ids";
import { changesInWords } from "../../console/words/changes-in-words.ts";
import { label } from "../../console/words/labels.ts";
import { valueInWords } from "../../console/words/value-name.ts";
import { libraryOf, recordOf, stateOf, today } from "./plan.arbitraries.ts";

/**
 * A field is added in one place: these tests run the whole product's rules over a copy of each table that holds one line
 * more. Whatever kept a list of its own would not know the new fields, and a test would fail.
 */
vi.mock("#domain/profile/medium-field-table", async (original) => {
  const table = await original<typeof import("#domain/profile/medium-field-table")>();
  const { codeOf, day, flag, wholeNumber } = await import("#domain/profile/field");
  return {
    ...table,
    mediumFields: {
      ...table.mediumFields,
      volume: { label: "Volume", ...wholeNumber(1, 10), change: "SET_OR_CLEAR" },
      pickUpAt: { label: "Pick Up At", ...codeOf("branches"), change: "SET" },
      largeLabels: { label: "Large Labels", ...flag, change: "SET" },
      checkUpOn: { label: "Check Up On", ...day, change: "SET_OR_CLEAR", notPast: true },
    },
  };
});
vi.mock("#domain/profile/patron-field-table", async (original) => {
  const table = await original<typeof import("#domain/profile/patron-field-table")>();
  const { text } = await import("#domain/profile/field");
  return {
    ...table,
    patronFields: { ...table.patronFields, nickname: { label: "Nickname", ...text, required: false } },
  };
});

const library = libraryOf({ branches: [{ code: "NC1A", name: "Asheville" }] });
const added = { volume: 7, pickUpAt: "NC1A", largeLabels: true, checkUpOn: "2027-03-01" };
const line = {
  patronId: patronId("P1"),
  lastName: "Dee",
  mainStatus: "ACTIVE",
  nickname: "Jo",
  media: [{ medium: "DB", status: "ACTIVE", ...added }],
};

/** A record as it is read from storage: what the schema of records lets through. */
const withAdded = (fields: object): MediumRecord => mediumRecordSchema.parse({ ...recordOf(), ...fields });

function planned(changes: object, before: MediumRecord) {
  const spec = updateSpecSchema.parse({ medium: "DB", nightlyDebug: false, changes });
  const finding = planUpdate(stateOf(before), spec, library, today, undefined);
  return { line: 0, patronId: patronId("P1"), lastName: "Dee", ...finding };
}

describe("a field that was added to the table", () => {
  it("is imported as a line of JSON and as columns of a CSV file alike", () => {
    const columns = Object.entries({
      patronId: patronId("P1"),
      lastName: "Dee",
      mainStatus: "ACTIVE",
      nickname: "Jo",
      "media.DB.volume": "7",
      "media.DB.pickUpAt": "NC1A",
      "media.DB.largeLabels": "yes",
      "media.DB.checkUpOn": "2027-03-01",
    });
    const reader = rowReader(
      "patrons",
      columns.map(([name]) => name),
    );
    if ("reason" in reader) throw new Error(reader.reason);
    const row = reader.read(columns.map(([, cell]) => cell));
    if ("reason" in row) throw new Error(row.reason);
    for (const given of [line, row.record]) {
      const result = readPatronLine(given, library);
      if ("reason" in result) throw new Error(result.reason);
      expect(result.record.media.get("DB")).toEqual({ status: "ACTIVE", nightlyDebug: false, ...added });
      expect(result.record.patron).toMatchObject({ nickname: "Jo" });
    }
  });

  it("is held to its range, its table and its type", () => {
    const medium = { medium: "DB", volume: 11, pickUpAt: "NOWHERE" };
    expect(readPatronLine({ ...line, media: [medium] }, library)).toEqual({
      reason: "media[0].volume must be from 1 to 10; media[0].pickUpAt NOWHERE is not in the library's table",
    });
    expect(readPatronLine({ ...line, media: [{ medium: "DB", largeLabels: "often" }] }, library)).toEqual({
      reason: "media[0].largeLabels must be true or false",
    });
  });

  it.each([
    [{ field: "Media.volume", operator: "atLeast", value: 7 }, "Media : Volume : At Least : 7"],
    [{ field: "Media.pickUpAt", operator: "begins", value: "nc" }, "Media : Pick Up At : Begins : nc"],
    [{ field: "Media.largeLabels", operator: "equals", value: "YES" }, "Media : Large Labels : Equals : YES"],
    [
      { field: "Media.checkUpOn", operator: "lessThan", value: "2027-03-02" },
      "Media : Check Up On : Less Than : 2027-03-02",
    ],
    [{ field: "Patron.nickname", operator: "equals", value: "JO" }, "Patron : Nickname : Equals : JO"],
  ])("is found by the query %j, in records and in items as they are stored", (leaf, statement) => {
    const read = readCriteria({ all: [leaf] });
    if (!("criteria" in read)) throw new Error(read.problems[0]?.message);
    expect(criteriaStatement(read.criteria)).toBe(statement);
    const core = patronItem(
      { library: libraryId("lib") },
      { ...line, preferences: [], reserveCounts: {}, requestCounts: {} },
    );
    const item = marshall(core, { removeUndefinedValues: true });
    for (const [fields, found] of [
      [added, true],
      [{}, leaf.field === "Patron.nickname"],
    ] as const) {
      const record = withAdded(fields);
      expect(compile(read.criteria)({ patron: decodePatron(item), media: [record] })).toBe(found);
      expect(compileOver(read.criteria, rawReaders())({ patron: item, media: [marshall(record)] })).toBe(found);
    }
  });

  it("is set and cleared by a plan, which says before and after, and by its undo", () => {
    const before = withAdded({ ...added, volume: 3 });
    const update = planned({ volume: 7, checkUpOn: null }, before);
    expect(lineChanges(update)).toEqual([
      { field: "volume", before: 3, after: 7 },
      { field: "checkUpOn", before: "2027-03-01" },
    ]);
    const run = { by: batchUpdateId("update-1"), turn: 1 };
    expect(settle(update, before, run)).toEqual({ is: "WRITE", version: 1 });
    expect(settle(update, withAdded({ ...added, volume: 4 }), run)).toMatchObject({
      is: "CONFLICT",
      problem: { field: "volume" },
      current: { volume: 4 },
    });
    const written = withAdded({ ...added, volume: 7, checkUpOn: undefined, version: 2 });
    const undo = planUndo(
      { line: update, outcome: "UPDATED", by: batchUpdateId("update-1") },
      stateOf(written),
      none,
      library,
    );
    expect(undo).toMatchObject({ action: "UPDATE", after: { volume: 3, checkUpOn: "2027-03-01" } });
  });

  it("is refused in a plan, in the request of a batch update and in a single edit by the same rules", () => {
    const changes = { volume: 11, pickUpAt: "NOWHERE", checkUpOn: "2026-08-31" };
    const spec = updateSpecSchema.parse({ medium: "DB", nightlyDebug: false, changes });
    expect(specProblems(spec, library, today, 1).map(({ path }) => path)).toEqual([
      "changes.volume",
      "changes.pickUpAt",
      "changes.checkUpOn",
    ]);
    expect(planned({ volume: 11 }, recordOf())).toMatchObject({ action: "INVALID", problem: { field: "volume" } });
    const edit = mediumEditSchema.parse({ volume: 11 });
    expect(judgeEdit(recordOf(), edit, library, today)).toMatchObject({ problem: { field: "volume" } });
    expect(judgeEdit(withAdded(added), mediumEditSchema.parse({ volume: null }), library, today)).toEqual({
      fields: { volume: null },
    });
    expect(updateSpecSchema.safeParse({ medium: "DB", nightlyDebug: false, changes: { pickUpAt: null } }).success).toBe(
      false,
    );
  });

  it("is stored with the record and read back", () => {
    const record = withAdded(added);
    expect(wholeRecord(record)).toMatchObject(added);
    expect(decodeMediumRecord(marshall(record))).toEqual(record);
    const core = { ...line, preferences: [], reserveCounts: {}, requestCounts: {} };
    const item = marshall(patronItem({ library: libraryId("lib") }, core), { removeUndefinedValues: true });
    expect(decodePatron(item)).toMatchObject({ nickname: "Jo" });
  });

  it("stands in the report and reads in words", () => {
    const update = planned({ volume: 7 }, withAdded({ volume: 3 }));
    const patron = { ...update, outcome: "CONFLICT", changes: lineChanges(update) };
    expect(csvText(errorRows(patron, "DB", ["volume"]))).toBe("P1,Dee,,DB,CONFLICT,,,,volume,3,7,\r\n");
    expect(label("largeLabels")).toBe("Large Labels");
    expect(valueInWords("checkUpOn", "2027-03-01")).toBe("Mar 1, 2027");
    const { changes } = updateSpecSchema.parse({
      medium: "DB",
      nightlyDebug: false,
      changes: { volume: null, pickUpAt: "NC1A" },
    });
    expect(changesInWords(changes, false).slice(0, 2)).toEqual(["Volume is cleared.", "Pick Up At becomes NC1A."]);
  });
});

const none = { waiting: 0, sent: 0 };
