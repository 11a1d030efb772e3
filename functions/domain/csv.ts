import { stringify } from "csv-stringify/sync";
import { type Cell, formulaSafe, importSafe } from "./formula-guard.ts";

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

/** The same for a file that is imported again: every text of it comes back as it was. */
export function importCsvText(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(importSafe)),
    { record_delimiter: "windows", quoted_match: /[\r\n]|^\s|\s$/, cast: { boolean: String } },
  );
}
