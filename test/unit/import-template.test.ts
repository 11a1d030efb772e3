import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { importFormats, importKinds } from "#domain/import/import-job";
import { readPatronLine } from "#domain/import/patron-line";
import { importTemplate } from "#domain/import/template";
import { readTitleLine } from "#domain/import/title-line";
import type { LibrarySettings } from "#domain/library";
import { storedFieldNames } from "#domain/profile/medium-fields";
import { patronFieldNames } from "#domain/profile/patron-fields";
import { piedmont } from "#infra/local/samples/libraries";
import { csvRows } from "../../functions/import/csv-rows.ts";
import type { FileLine } from "../../functions/import/file-line.ts";
import { jsonlLines } from "../../functions/import/jsonl-lines.ts";

/** A library with as little in it as the settings allow, closed patrons alone among it. */
const bare: LibrarySettings = {
  ...piedmont,
  media: [{ code: "X-1", name: "X" }],
  mediumStatuses: [{ code: "ON", name: "On" }],
  mainStatuses: [{ code: "GONE", name: "Gone", closed: true }],
  serveCodes: [],
  branches: [],
};

async function linesOf(text: string, kind: (typeof importKinds)[number], format: string): Promise<FileLine[]> {
  const body = Readable.from([Buffer.from(text)]);
  const lines: FileLine[] = [];
  const found = format === "csv" ? csvRows(body, kind) : jsonlLines(body, kind === "patrons" ? "patronId" : "titleId");
  for await (const line of found) lines.push(line);
  return lines;
}

describe("a template of an import", () => {
  for (const kind of importKinds) {
    for (const format of importFormats) {
      test(`of ${kind} as ${format} can be imported as it stands, in any library`, async () => {
        for (const library of [piedmont, bare]) {
          const [line, ...others] = await linesOf(importTemplate(kind, format, library), kind, format);
          expect(others).toEqual([]);
          if (line === undefined || !("record" in line)) throw new Error(line?.reason ?? "There is no line");
          const read = kind === "patrons" ? readPatronLine(line.record, library) : readTitleLine(line.record, library);
          expect(read).not.toHaveProperty("reason");
        }
      });
    }
  }

  test("has every field of the tables, and a column for each field of each medium", () => {
    const [header = ""] = importTemplate("patrons", "csv", piedmont).slice(1).split("\r\n");
    const columns = new Set(header.split(","));
    for (const name of patronFieldNames) expect(columns).toContain(name);
    for (const { code } of piedmont.media) {
      for (const field of storedFieldNames) expect(columns).toContain(`media.${code}.${field}`);
    }
    const line = JSON.parse(importTemplate("patrons", "jsonl", piedmont));
    expect(Object.keys(line)).toEqual(expect.arrayContaining([...patronFieldNames, "media", "preferences"]));
    expect(Object.keys(line.media[0]).sort()).toEqual(["medium", ...storedFieldNames].sort());
  });
});
