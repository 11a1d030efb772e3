import type { Readable } from "node:stream";
import { textOfCell } from "#domain/formula-guard";
import { type RowReader, rowReader } from "#domain/import/csv-columns";
import type { ImportKind } from "#domain/import/import-job";
import { type CsvRow, RowSplitter } from "#domain/import/row-splitter";
import { shownRow } from "#domain/import/shown-line";
import { type FileLine, longestLine, UnreadableFile } from "./file-line.ts";

/**
 * The rows of a CSV file as records, blank rows left out. Lines count from 1 with the header; a row that spans lines has
 * the number of its first. Blanks around a cell do not count, nor does the apostrophe that spreadsheets and our own
 * exports put before what looks like a formula or begins with a blank. A row that is broken costs its own first line and no other.
 *
 * @throws UnreadableFile if the header is missing or names a column that is not known
 */
export async function* csvRows(body: Readable, kind: ImportKind): AsyncGenerator<FileLine> {
  const splitter = new RowSplitter({ longestRow: longestLine });
  const reading = new Reading(kind);
  for await (const bytes of body) yield* reading.lines(splitter.push(bytes));
  yield* reading.lines(splitter.end());
}

/** Rows after each other: the first one that is not blank is the header of all the others. */
class Reading {
  readonly #kind: ImportKind;
  #reader: RowReader | undefined;

  constructor(kind: ImportKind) {
    this.#kind = kind;
  }

  *lines(rows: readonly CsvRow[]): Generator<FileLine> {
    for (const row of rows) {
      const cells = row.cells.map((cell, i) => textOfCell(cell, row.quoted?.has(i) === true));
      if (row.reason === undefined && cells.every((cell) => cell.trim() === "")) continue;
      if (this.#reader === undefined) this.#reader = headerOf(this.#kind, row, cells);
      else yield lineOf(this.#reader, row, cells);
    }
  }
}

function lineOf(reader: RowReader, row: CsvRow, cells: readonly string[]): FileLine {
  const { line, reason } = row;
  const text = shownRow(row, reader.places);
  const read = reason === undefined ? reader.read(cells) : { reason };
  if ("record" in read) return { line, text, record: read.record };
  const id = reader.idIn(cells);
  return { line, text, ...(id !== undefined && { id }), reason: read.reason };
}

function headerOf(kind: ImportKind, { reason }: CsvRow, cells: readonly string[]): RowReader {
  if (reason !== undefined) throw new UnreadableFile(`The file cannot be read: its header ${reason}.`);
  const reader = rowReader(kind, cells);
  if ("reason" in reader) throw new UnreadableFile(`The file cannot be read: ${reader.reason}.`);
  return reader;
}
