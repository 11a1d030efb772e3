import { describe, expect, it } from "vitest";
import { z } from "zod";
import { rowReader } from "#domain/import/csv-columns";
import { reasonOf, schemaProblems, withoutNulls } from "#domain/import/line-problem";
import { listOfCell } from "#domain/import/list-cell";
import { sentence } from "#domain/sentence";

const patron = { patronId: "P1", lastName: "Dee" };

function read(kind: "patrons" | "titles", row: Record<string, string>): Record<string, unknown> {
  const reader = rowReader(kind, Object.keys(row));
  if ("reason" in reader) throw new Error(reader.reason);
  const found = reader.read(Object.values(row));
  if ("reason" in found) throw new Error(found.reason);
  return found.record;
}

describe("a row of patrons", () => {
  it.each<[string, string, object]>([
    ["mainStatus", "ACTIVE", { mainStatus: "ACTIVE" }],
    ["registeredOn", "2020-01-01", { registeredOn: "2020-01-01" }],
    ["branch", "", {}],
    ["reserves", "DB1|DB2", { reserves: ["DB1", "DB2"] }],
    ["requests", "DB1", { requests: ["DB1"] }],
    ["hasHad", " DB1 | |DB2 ", { hasHad: ["DB1", "DB2"] }],
    [
      "preferences.SUBJECT",
      "Mystery|!Violence",
      {
        preferences: [
          { type: "SUBJECT", code: "Mystery", exclusion: false },
          { type: "SUBJECT", code: "Violence", exclusion: true },
        ],
      },
    ],
    ["media.DB.serveCode", "NA", { media: [{ medium: "DB", serveCode: "NA" }] }],
    ["media.DB.cutoff", "12", { media: [{ medium: "DB", cutoff: 12 }] }],
    ["media.DB.cutoff", "-1.5", { media: [{ medium: "DB", cutoff: -1.5 }] }],
    ["media.DB.cutoff", "1e3", { media: [{ medium: "DB", cutoff: "1e3" }] }],
    ["media.DB.cutoff", "12 ", { media: [{ medium: "DB", cutoff: "12 " }] }],
    ["media.DB.cutoff", "x12", { media: [{ medium: "DB", cutoff: "x12" }] }],
    ["media.A.B.cutoff", "1", { media: [{ medium: "A.B", cutoff: 1 }] }],
    ...["true", "TRUE", "yes", "Yes", "1"].map((cell): [string, string, object] => [
      "media.DB.nightlyDebug",
      cell,
      { media: [{ medium: "DB", nightlyDebug: true }] },
    ]),
    ...["false", "No", "0"].map((cell): [string, string, object] => [
      "media.DB.nightlyDebug",
      cell,
      { media: [{ medium: "DB", nightlyDebug: false }] },
    ]),
    ["media.DB.nightlyDebug", "on", { media: [{ medium: "DB", nightlyDebug: "on" }] }],
  ])("%s %j", (column, cell, expected) => {
    expect(read("patrons", { ...patron, [column]: cell })).toEqual({ ...patron, ...expected });
  });

  it("puts columns of one medium into one record, and of several types into one list of preferences", () => {
    expect(
      read("patrons", {
        ...patron,
        "media.DB.cutoff": "1",
        "media.BR.status": "ACTIVE",
        "media.DB.status": "INACTIVE",
        "preferences.AUTHOR": "Christie",
        "preferences.SERIES": "!Poirot",
      }),
    ).toEqual({
      ...patron,
      media: [
        { medium: "DB", cutoff: 1, status: "INACTIVE" },
        { medium: "BR", status: "ACTIVE" },
      ],
      preferences: [
        { type: "AUTHOR", code: "Christie", exclusion: false },
        { type: "SERIES", code: "Poirot", exclusion: true },
      ],
    });
  });

  it("that is shorter than its header has no values there", () => {
    const reader = rowReader("patrons", ["patronId", "lastName", "city"]);
    if ("reason" in reader) throw new Error(reader.reason);
    expect(reader.read(["P1"])).toEqual({ record: { patronId: "P1" } });
  });
});

describe("a row of titles", () => {
  it("has plain columns, lists and a series with its number", () => {
    const plain = { titleId: "T1", medium: "DB", title: "A title", author: "Dee", language: "English" };
    const dated = { status: "ACTIVE", addedOn: "2020-01-01" };
    expect(
      read("titles", {
        ...plain,
        ...dated,
        subjects: "Mystery|Sea",
        contentWarnings: "Violence",
        "series.name": "Poirot",
        "series.number": "3",
      }),
    ).toEqual({
      ...plain,
      ...dated,
      subjects: ["Mystery", "Sea"],
      contentWarnings: ["Violence"],
      series: { name: "Poirot", number: 3 },
    });
    expect(read("titles", { titleId: "T1", "series.number": "three" })).toEqual({
      titleId: "T1",
      series: { number: "three" },
    });
  });
});

describe("a header", () => {
  it.each<["patrons" | "titles", string[], string]>([
    ["patrons", ["lastName"], "the header has no column patronId"],
    ["titles", ["title"], "the header has no column titleId"],
    ["patrons", ["patronId", "patronId"], "the header names the column patronId twice"],
    ["patrons", ["patronId", "titleId"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "media.DB.version"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "media.DB"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "xmedia.DB.cutoff"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "media.DB.cutoff2"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "preferences.TITLE"], "column 2 of the header is unknown"],
    ["titles", ["titleId", "patronId"], "column 2 of the header is unknown"],
    ["patrons", ["patronId", "x".repeat(70)], "column 2 of the header is unknown"],
  ])("of %s %j is refused: %s", (kind, header, reason) => {
    expect(rowReader(kind, header)).toEqual({ reason });
  });
});

describe("a list in a cell", () => {
  it.each<[string, { text: string; negated?: true }[]]>([
    ["", []],
    ["a", [{ text: "a" }]],
    [" a | b ", [{ text: "a" }, { text: "b" }]],
    ["a||b|", [{ text: "a" }, { text: "b" }]],
    ["!a|b", [{ text: "a", negated: true }, { text: "b" }]],
    [" !a", [{ text: "a", negated: true }]],
    ["!!a", [{ text: "!a", negated: true }]],
    ["a!", [{ text: "a!" }]],
    ["!|b", [{ text: "b" }]],
    ["a\\|b", [{ text: "a|b" }]],
    ["\\!a", [{ text: "!a" }]],
    ["a\\\\|b", [{ text: "a\\" }, { text: "b" }]],
    ["a\\", [{ text: "a\\" }]],
  ])("%j", (cell, entries) => {
    expect(listOfCell(cell)).toEqual(entries.map(({ text, negated = false }) => ({ text, negated })));
  });
});

describe("what is wrong with a line", () => {
  it("is one sentence, of five problems at most and how many more there are", () => {
    expect(reasonOf(["a"])).toBe("a");
    expect(reasonOf(["1", "2", "3", "4", "5"])).toBe("1; 2; 3; 4; 5");
    expect(reasonOf(["1", "2", "3", "4", "5", "6", "7"])).toBe("1; 2; 3; 4; 5; and 2 more");
  });

  const schema = z.strictObject({
    name: z.string().refine((text) => text !== "no", "must not be no"),
    age: z.int().optional(),
    size: z.number().optional(),
    isOld: z.boolean().optional(),
    kind: z.enum(["A", "B"]).optional(),
    tags: z
      .array(z.strictObject({ tag: z.string() }))
      .max(2)
      .optional(),
    born: z.date().optional(),
  });
  it.each<[unknown, string[]]>([
    [{}, ["name is missing"]],
    [{ name: 7 }, ["name must be a text"]],
    [{ name: "no" }, ["name must not be no"]],
    [{ name: "a", size: "1" }, ["size must be a number"]],
    [{ name: "a", age: 1.5 }, ["age must be a whole number"]],
    [{ name: "a", isOld: "yes" }, ["isOld must be true or false"]],
    [{ name: "a", kind: "C" }, ["kind must be one of A, B"]],
    [{ name: "a", tags: {} }, ["tags must be a list"]],
    [{ name: "a", tags: [{ tag: 1 }, 2] }, ["tags[0].tag must be a text", "tags[1] must be an object"]],
    [{ name: "a", tags: [{ tag: "x" }, { tag: "y" }, { tag: "z" }] }, ["tags must have at most 2 entries"]],
    [{ name: "a", born: 1 }, ["born must be of another kind"]],
    [{ name: "a", other: 1, more: 2 }, ["has the unknown field other, more"]],
    [{ name: "a", ["x".repeat(41)]: 1 }, [`has the unknown field ${"x".repeat(40)}...`]],
    [{ name: "a", ["x".repeat(40)]: 1 }, [`has the unknown field ${"x".repeat(40)}`]],
    ["text", ["must be an object"]],
  ])("%j: %j", (value, problems) => {
    const { error } = schema.safeParse(value, { error: sentence });
    expect(error && schemaProblems(error)).toEqual(problems);
  });

  it("is not a null: other systems write it where there is no value", () => {
    expect(withoutNulls({ a: null, b: [{ c: null, d: 0 }, null], e: { f: null } })).toEqual({
      b: [{ d: 0 }, null],
      e: {},
    });
    expect(withoutNulls({ a: { b: { c: { d: null } } } })).toEqual({ a: { b: { c: { d: null } } } });
    expect(withoutNulls({ a: { b: { c: null } } })).toEqual({ a: { b: {} } });
    expect(withoutNulls(null)).toBeNull();
    expect(withoutNulls("a")).toBe("a");
  });
});
