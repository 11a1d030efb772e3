import { stringify } from "csv-stringify/sync";

/** A cell of a report; undefined is an empty one. */
export type Cell = string | number | boolean | undefined;

/** Byte order mark: with it spreadsheets read the file as UTF-8. It stands before the header. */
export const csvMark = "\ufeff";

/** Rows as RFC 4180 wants them, with nothing in them that a spreadsheet would run. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(formulaSafe)),
    // With CRLF between records the library would leave a lone CR or LF inside a text unquoted.
    { record_delimiter: "windows", quoted_match: /[\r\n]/, cast: { boolean: String } },
  );
}

/**
 * A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are, negative ones
 * too.
 */
export function formulaSafe(cell: Cell): Cell {
  return typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/**
 * Takes away the apostrophe that {@link formulaSafe}, or a spreadsheet, put before a text. One alone: a text that itself
 * began with apostrophes before such a character had one put before them.
 */
export function withoutGuard(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
