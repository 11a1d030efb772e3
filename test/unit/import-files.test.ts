import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { csvText } from "#domain/csv";
import { reasonByColumns } from "#domain/import/csv-columns";
import { listOfCell } from "#domain/import/list-cell";
import { readPatronLine } from "#domain/import/patron-line";
import { readTitleLine } from "#domain/import/title-line";
import { piedmont } from "#infra/local/samples/libraries";
import { csvRows } from "../../functions/import/csv-rows.ts";
import type { FileLine } from "../../functions/import/file-line.ts";
import { jsonlLines } from "../../functions/import/jsonl-lines.ts";

/** A file that arrives in pieces of `size` bytes, as the network would cut it. */
function inPieces(content: string | Buffer, size = 7): Readable {
  const bytes = Buffer.from(content);
  const pieces: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
  return Readable.from(pieces);
}

async function all(lines: AsyncIterable<FileLine>): Promise<FileLine[]> {
  const found: FileLine[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

async function jsonl(content: string | Buffer, size?: number) {
  return (await all(jsonlLines(inPieces(content, size), "patronId"))).map((it) =>
    "record" in it ? [it.line, it.record] : [it.line, it.reason],
  );
}

async function csv(content: string | Buffer, kind: "patrons" | "titles" = "patrons") {
  return (await all(csvRows(inPieces(content), kind))).map((it) =>
    "record" in it ? [it.line, it.record] : [it.line, it.reason],
  );
}

describe("a JSONL file", () => {
  test("is read over byte order mark, CRLF and blank lines, wherever it is cut", async () => {
    const content = '\uFEFF{"a":"é"}\r\n\r\n  \n{"b":"髙"}';
    for (const size of [1, 2, 3, 1000]) {
      expect(await jsonl(content, size)).toEqual([
        [1, { a: "é" }],
        [4, { b: "髙" }],
      ]);
    }
  });

  test("has a reason for each line that is no object, and goes on", async () => {
    const bytes = Buffer.concat([
      Buffer.from('[1]\n"x"\nnot json\n{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"b":1}\n'),
    ]);
    expect(await jsonl(bytes)).toEqual([
      [1, "is a list, not one object"],
      [2, "is a single value, not one object"],
      [3, "is not JSON"],
      [4, "is not UTF-8"],
      [5, { b: 1 }],
    ]);
  });

  test("may hold U+FFFD itself, which is a character like others", async () => {
    expect(await jsonl('{"a":"\uFFFD"}')).toEqual([[1, { a: "\uFFFD" }]]);
  });

  test("ends its lines in LF, CRLF and CR, wherever it is cut, and tells an id that can be read", async () => {
    const content = '{"a":1}\r{"a":2}\r\n{"patronId": "P3",}\n\r\n\r{"a":4}\r';
    for (const size of [1, 2, 3, 1000]) {
      const found = await all(jsonlLines(inPieces(content, size), "patronId"));
      expect(found).toEqual([
        { line: 1, record: { a: 1 }, json: '{"a":1}' },
        { line: 2, record: { a: 2 }, json: '{"a":2}' },
        { line: 3, id: "P3", text: '{"patronId": "P3",}', reason: "is not JSON" },
        { line: 6, record: { a: 4 }, json: '{"a":4}' },
      ]);
    }
  });

  test("cannot fill the memory with one endless line", async () => {
    const endless = Buffer.alloc(3 * 1024 * 1024, "x");
    const bytes = Buffer.concat([endless, Buffer.from('\n{"a":1}\n')]);
    expect(await jsonl(bytes, 65_536)).toEqual([
      [1, "is longer than 2097152 bytes"],
      [2, { a: 1 }],
    ]);
  });
});

describe("a CSV file of patrons", () => {
  const header =
    "patronId,lastName,firstName,mainStatus,media.DB.serveCode,media.DB.cutoff,media.DB.nightlyDebug,media.BR.status,preferences.SUBJECT,preferences.AUTHOR,requests";

  test("gives the same record as the line of JSON", async () => {
    const row = 'P1,"O""Hara, Jr.",Zoë,ACTIVE,NA,12,yes,,Mystery|!Strong language,"Brontë, Charlotte",DB1|DB2';
    const [[line, record] = []] = await csv(`\uFEFF${header}\r\n${row}\r\n`);
    expect(line).toBe(2);
    const json = {
      patronId: "P1",
      lastName: 'O"Hara, Jr.',
      firstName: "Zoë",
      mainStatus: "ACTIVE",
      media: [{ medium: "DB", serveCode: "NA", cutoff: 12, nightlyDebug: true }],
      preferences: [
        { type: "SUBJECT", code: "Mystery" },
        { type: "SUBJECT", code: "Strong language", exclusion: true },
        { type: "AUTHOR", code: "Brontë, Charlotte" },
      ],
      requests: ["DB1", "DB2"],
    };
    expect(readPatronLine(record, piedmont)).toEqual(readPatronLine(json, piedmont));
    expect(readPatronLine(record, piedmont)).toHaveProperty("record");
  });

  test("numbers rows by the line they begin on, blank rows and line breaks in cells counted", async () => {
    const rows = await csv('patronId,lastName,mainStatus\n\nP1,"a\nb",ACTIVE\n,,\nP2,c,ACTIVE\n');
    expect(rows.map(([line]) => line)).toEqual([3, 6]);
    expect(rows[0]?.[1]).toMatchObject({ lastName: "a\nb" });
  });

  test("takes cells that lack at the end of a row as empty, refuses a row with more than the header has, and goes on", async () => {
    const rows = await csv("patronId,lastName,mainStatus\nP1,a\nP2,b,ACTIVE,x\nP3,c,ACTIVE\n");
    expect(rows).toEqual([
      [2, { patronId: "P1", lastName: "a" }],
      [3, "has 4 cells where the header has 3"],
      [4, { patronId: "P3", lastName: "c", mainStatus: "ACTIVE" }],
    ]);
  });

  test("takes a quote inside a cell as it stands", async () => {
    const rows = await csv('patronId,lastName,mainStatus\nP1,Robert "Bob" Lee,ACTIVE\nP2,b,ACTIVE\n');
    expect(rows.map(([, record]) => record)).toMatchObject([{ lastName: 'Robert "Bob" Lee' }, { lastName: "b" }]);
  });

  test("says where a quote is never closed, and keeps the rows before and after", async () => {
    const rows = await csv('patronId,lastName,mainStatus\nP1,a,ACTIVE\nP2,"b,ACTIVE\nP3,c,ACTIVE\n');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual([2, { patronId: "P1", lastName: "a", mainStatus: "ACTIVE" }]);
    expect(rows[1]?.[1]).toMatch(/never closed/);
    expect(rows[2]).toEqual([4, { patronId: "P3", lastName: "c", mainStatus: "ACTIVE" }]);
  });

  test("reads its rows over line ends in any mixture", async () => {
    const rows = await csv(
      "patronId,mainStatus,lastName,,\r\nFN1,ACTIVE,Alder\nFN2,ACTIVE,Birch\r\nFN3,ACTIVE,Elm,,,\r",
    );
    expect(rows.map(([line, record]) => [line, Object(record).patronId, Object(record).lastName])).toEqual([
      [2, "FN1", "Alder"],
      [3, "FN2", "Birch"],
      [4, "FN3", "Elm"],
    ]);
  });

  test("refuses a value in a column without a name", async () => {
    expect(await csv("patronId,,lastName\nP1,x,a\n")).toEqual([
      [2, "has a value in column 2, which the header does not name"],
    ]);
  });

  test("tells the id and the text of a row that cannot be read, wherever its quote is", async () => {
    const file = 'lastName,patronId,mainStatus\nAlder,N1,"ACTIVE\n"Birch,N2,ACTIVE\nElm,N3,ACTIVE,x\nOak,N4,"A"B\n';
    const rows = await all(csvRows(inPieces(file), "patrons"));
    expect(rows.map((it) => ["id" in it ? it.id : undefined, "text" in it && it.text])).toEqual([
      ["N1", 'Alder,N1,"ACTIVE'],
      [undefined, '"Birch,N2,ACTIVE'],
      ["N3", "Elm,N3,ACTIVE,x"],
      ["N4", 'Oak,N4,"A"B'],
    ]);
  });

  test("drops the apostrophe that was put before what looks like a formula, whatever the text was", async () => {
    const names = ["=A", "+1", "-5", "@x", "'t Hooft", "'plain"];
    const rows = names.map((name, i) => [`P${i}`, name]);
    const found = await csv(`patronId,lastName\r\n${csvText(rows)}`);
    expect(found.map(([, record]) => Object(record).lastName)).toEqual(names);
    const [[, record] = []] = await csv("patronId,lastName,requests\n'-5,''=A,'-1|'2\n");
    expect(record).toEqual({ patronId: "-5", lastName: "'=A", requests: ["-1", "'2"] });
  });

  test("leaves a number that is none to the rules of the record", async () => {
    const [[, record] = []] = await csv("patronId,lastName,mainStatus,media.DB.cutoff\nP1,a,ACTIVE,many\n");
    expect(readPatronLine(record, piedmont)).toEqual({ reason: "media[0].cutoff must be a number" });
  });

  test("has its reasons by the columns of its header, which know no places of a list", async () => {
    const header = "patronId,lastName,mainStatus,media.BR.cutoff,media.DB.serveCode,media.VHS.cutoff";
    const [[, record] = []] = await csv(`${header}\nP1,a,ACTIVE,5,QQ,1\n`);
    const found = readPatronLine(record, piedmont);
    expect("reason" in found && reasonByColumns(found.reason, record)).toBe(
      "media.DB.serveCode QQ is not in the library's table; media.VHS VHS is not in the library's table",
    );
    expect(reasonByColumns("media[7].cutoff must be a number", record)).toBe("media[7].cutoff must be a number");
    expect(reasonByColumns("the line is no object", undefined)).toBe("the line is no object");
  });

  test.each([
    ["an unknown column", "patronId,shoeSize\nP1,44\n", /column 2 of the header is unknown/],
    ["an unknown field of a medium", "patronId,media.DB.version\nP1,1\n", /column 2 of the header is unknown/],
    ["a column twice", "patronId,city,city\nP1,a,b\n", /column city twice/],
    ["no patronId", "lastName\na\n", /no column patronId/],
    ["something else than CSV", "<html>\n", /column 1 of the header is unknown/],
  ])("cannot be read at all with %s in its header", async (_, content, message) => {
    await expect(csv(content)).rejects.toThrow(message);
  });

  test("knows media whose codes hold full stops", async () => {
    const [[, record] = []] = await csv("patronId,lastName,mainStatus,media.A.B.cutoff\nP1,a,ACTIVE,3\n");
    expect(record).toMatchObject({ media: [{ medium: "A.B", cutoff: 3 }] });
  });
});

test("a CSV file of titles gives the same record as the line of JSON", async () => {
  const [[, record] = []] = await csv(
    "titleId,medium,title,author,series.name,series.number,subjects,contentWarnings\nDB1,DB,A,B,Saga,2.5,War|Sea,Violence\n",
    "titles",
  );
  const json = {
    titleId: "DB1",
    medium: "DB",
    title: "A",
    author: "B",
    series: { name: "Saga", number: 2.5 },
    subjects: ["War", "Sea"],
    contentWarnings: ["Violence"],
  };
  expect(readTitleLine(record, piedmont)).toEqual(readTitleLine(json, piedmont));
});

test("a list in a cell keeps bars, exclamation marks and backslashes that a backslash stands before", () => {
  expect(listOfCell(String.raw`a\|b | !c|\!d|!\!e|f\\| |`)).toEqual([
    { text: "a|b", negated: false },
    { text: "c", negated: true },
    { text: "!d", negated: false },
    { text: "!e", negated: true },
    { text: "f\\", negated: false },
  ]);
});
