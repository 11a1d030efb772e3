import type { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { type ImportKind, type RowReader, rowReader } from "#domain/import/csv-columns";
import { type FileLine, longestLine, UnreadableFile } from "./file-line.ts";

interface Row {
  readonly cells: readonly string[];
  /** Line on which the row ends, from 1. */
  readonly lastLine: number;
}

/**
 * The rows of a CSV file as records, blank rows left out. Lines count from 1 with the header; a row that spans lines has
 * the number of its first. Blanks around a cell do not count. A quote that is never closed takes the rest of the file
 * with it, and is said once.
 *
 * @throws UnreadableFile if the header is missing or names a column that is not known
 */
export async function* csvRows(body: Readable, kind: ImportKind): AsyncGenerator<FileLine> {
  let read: RowReader | undefined;
  let columns = 0;
  for await (const row of rows(body)) {
    if ("reason" in row) {
      if (read === undefined) throw new UnreadableFile("The file cannot be read: its header is not CSV.");
      yield row;
      return;
    }
    const cells = row.cells.map((cell) => cell.trim());
    if (cells.every((cell) => cell === "")) continue;
    if (read === undefined) {
      read = headerOf(kind, cells);
      columns = cells.length;
      continue;
    }
    const line = row.lastLine - row.cells.join("").split("\n").length + 1;
    if (cells.length !== columns) yield { line, reason: `has ${cells.length} cells where the header has ${columns}` };
    else if (cells.some((cell) => cell.includes("\uFFFD"))) yield { line, reason: "is not UTF-8" };
    else yield { line, record: read(cells) };
  }
}

function headerOf(kind: ImportKind, cells: readonly string[]): RowReader {
  const reader = rowReader(kind, cells);
  if ("reason" in reader) throw new UnreadableFile(`The file cannot be read: ${reader.reason}.`);
  return reader;
}

/** Rows as they are parsed. The parser's own stream would drop the rows before an error, so they are taken as they come. */
async function* rows(body: Readable): AsyncGenerator<Row | { line: number; reason: string }> {
  let found: Row[] = [];
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // A quote inside a cell that began without one is part of the text, as in: Robert "Bob" Lee
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestLine,
    on_record: (cells: string[], { lines }: Info) => {
      found.push({ cells, lastLine: lines });
      return null;
    },
  });
  let failure: Error | undefined;
  parser.on("error", (error) => {
    failure = error;
  });
  parser.resume();
  const take = () => {
    const taken = found;
    found = [];
    return taken;
  };
  for await (const chunk of body) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    yield* take();
    if (failure !== undefined) break;
  }
  if (failure === undefined) {
    await new Promise<void>((resolve) => parser.once("error", () => resolve()).end(() => resolve()));
    yield* take();
  }
  if (failure !== undefined) yield { line: parser.info.lines, reason: csvReason(failure) };
}

function csvReason(error: Error): string {
  const code = error instanceof CsvError ? error.code : undefined;
  if (code === "CSV_QUOTE_NOT_CLOSED") {
    return "is inside a quote that was opened before and never closed; what follows was not read";
  }
  if (code === "CSV_MAX_RECORD_SIZE") {
    return `belongs to a row of more than ${longestLine} bytes, perhaps for want of a closing quote; the rest was not read`;
  }
  throw error;
}
