import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import { importErrorsKey, type RejectedLine } from "#records/import-objects";
import type { Store } from "#records/store";

/**
 * Writes the list of rejected lines: RFC 4180, CRLF, UTF-8 with BOM, header `line,id,reason`. Ids and reasons that a
 * spreadsheet would take for a formula get a leading apostrophe; line numbers are numbers.
 */
export async function saveErrors(
  store: Store,
  library: string,
  importId: string,
  rejected: AsyncIterable<RejectedLine>,
): Promise<void> {
  const lines = Readable.from(rejected);
  const rows = lines.pipe(
    stringify({
      bom: true,
      header: true,
      columns: ["line", "id", "reason"],
      record_delimiter: "windows",
      cast: { string: (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text) },
    }),
  );
  lines.on("error", (error) => rows.destroy(error));
  await store.objects.putStream(importErrorsKey(library, importId), rows, "text/csv; charset=utf-8");
}
