import { reasonByColumns } from "#domain/import/csv-columns";
import type { LineResult } from "#domain/import/line-problem";
import { shownRecord, shownText } from "#domain/import/shown-line";
import { chunkLineSchema, importChunkKey, type RejectedLine } from "#records/imports/import-objects";
import type { Store } from "#records/store/store";

/** The lines of a chunk after checking: records with the line they stand on, and the lines that are not imported. */
export interface CheckedLines<T> {
  readonly records: readonly { readonly line: number; readonly record: T }[];
  readonly rejected: readonly RejectedLine[];
}

/** Reads a chunk and checks each of its records with `read`. */
export async function readChunk<T>(
  store: Store,
  importId: string,
  chunk: number,
  idField: "patronId" | "titleId",
  read: (record: unknown) => LineResult<T>,
): Promise<CheckedLines<T>> {
  const lines = await store.objects.getLines(importChunkKey(store, importId, chunk));
  if (lines === undefined) throw new Error(`Chunk ${chunk} of import ${importId} is not whole`);
  const records: { line: number; record: T }[] = [];
  const rejected: RejectedLine[] = [];
  for (const json of lines) {
    const found = readChunkLine(json);
    if ("reason" in found) {
      rejected.push(found);
      continue;
    }
    const { line, record } = found;
    const result = read(record);
    if ("record" in result) records.push({ line, record: result.record });
    else {
      const reason = found.isRow ? reasonByColumns(result.reason, record) : result.reason;
      rejected.push({ line, ...idIn(record, idField), reason, text: found.text });
    }
  }
  return { records, rejected };
}

/** A line of a chunk with what is shown of it, which is looked for only where somebody asks. */
export function readChunkLine(json: string) {
  const found = chunkLineSchema.parse(JSON.parse(json));
  if ("reason" in found) return found;
  const { line, record, text } = found;
  return {
    line,
    record,
    /** The text of a line of JSON is its record, and is not kept beside it. */
    isRow: text !== undefined,
    get text() {
      return shownText(text ?? shownRecord(recordJson(json)));
    },
  };
}

/** A record of JSON stands in its chunk as it stood in the file. */
function recordJson(line: string): string {
  const mark = '"record":';
  return line.slice(line.indexOf(mark) + mark.length, -1);
}

/** The id a line gave, so far as it can be shown: a wrong one may be anything. */
export function idIn(record: unknown, field: "patronId" | "titleId"): { id?: string } {
  const id =
    typeof record === "object" && record !== null
      ? Object.entries(record).find(([name]) => name === field)?.[1]
      : undefined;
  return typeof id === "string" && /^[A-Za-z0-9._-]{1,32}$/.test(id) ? { id } : {};
}
