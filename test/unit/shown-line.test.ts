import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowReader } from "#domain/import/csv-columns";
import { RowSplitter } from "#domain/import/row-splitter";
import { shownBrokenRecord, shownRecord, shownRow } from "#domain/import/shown-line";

const mark = "SECRET1";

describe("what is shown of a line of JSON", () => {
  it.each([
    { hasHad: [mark, "X"] },
    { HasHad: mark },
    { has_had: { titles: [mark] } },
    { reading: { hasHad: [mark] } },
    { "has-had": [[mark]], hasHad: mark },
  ])("is all but what somebody has had: %o", (reading) => {
    const shown = shownRecord(JSON.stringify({ patronId: "P1", ...reading, lastName: "Doe" }));
    expect(shown).not.toContain(mark);
    expect(JSON.parse(shown)).toMatchObject({ patronId: "P1", lastName: "Doe" });
    expect(shown).toContain("(left out)");
  });

  it("is found where its name is written in escapes", () => {
    expect(shownRecord(`{"patronId":"P1","\\u0068asHad":["${mark}"]}`)).not.toContain(mark);
  });

  it("is the line to the letter where there is nothing to leave out", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("patronId", "lastName", "city"), fc.string()), (record) => {
        fc.pre(!/has.{0,3}had|u00/i.test(JSON.stringify(record)));
        const json = ` ${JSON.stringify(record)}`;
        expect(shownRecord(json)).toBe(json);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    `{"patronId":"P1","hasHad":["${mark}","X"`,
    `{"patronId":"P1", hashad: ["${mark}"]`,
    `"${mark}",`,
    `  "hasHad": ["${mark}"],`,
    `["${mark}"]`,
    `], "${mark}"`,
  ])("ends before what may be that list where the line is broken: %s", (text) => {
    const shown = shownBrokenRecord(text);
    expect(shown).not.toContain(mark);
    expect(shown).toMatch(/^(\{"patronId":"P1",.?"?)?\(left out\)$/);
  });

  it("is a broken line as it stands where nothing of that list is in it", () => {
    for (const text of ["oops", '{"patronId": "P3",}', "", "{"]) expect(shownBrokenRecord(text)).toBe(text);
  });
});

describe("what is shown of a row of CSV", () => {
  const header = ["patronId", "lastName", "hasHad", "city"];
  const reader = rowReader("patrons", header);
  const shown = (text: string, columns = reader) => {
    if ("reason" in columns) throw new Error(columns.reason);
    const splitter = new RowSplitter({ longestRow: 200 });
    return [...splitter.push(Buffer.from(text)), ...splitter.end()].map((row) => shownRow(row, columns.places));
  };

  it.each([
    [`P1,Doe,${mark}|X,Raleigh`, "P1,Doe,(left out),Raleigh"],
    [`P1,"Doe, ""J""",${mark},Raleigh`, 'P1,"Doe, ""J""",(left out),Raleigh'],
    [`P1,Doe,Jo,${mark},Raleigh`, "P1,Doe,(left out)"],
    [`P1,Doe,"${mark}`, "P1,Doe,(left out)"],
    [`P1,Doe,${mark},"Ral`, "P1,Doe,(left out)"],
    [`P1,Doe,${mark},${"x".repeat(300)}`, "P1,Doe,(left out)"],
    [`${mark}|X,Raleigh`, "(left out)"],
    ["P1,Doe", "P1,Doe"],
    ["'-P1,Doe,,Raleigh", "'-P1,Doe,(left out),Raleigh"],
  ])("is all but what somebody has had: %s", (text, wanted) => {
    expect(shown(text)).toEqual([wanted]);
  });

  it("is the row to the letter in a file without that column", () => {
    const text = 'P1, "Doe",x,y,"';
    expect(shown(text, rowReader("patrons", ["patronId", "lastName"]))).toEqual([text]);
  });
});
