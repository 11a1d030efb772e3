import { Readable } from "node:stream";
import { csvMark, csvText } from "#domain/csv";
import { importErrorsKey, type RejectedLine } from "#records/imports/import-objects";
import type { Store } from "#records/store/store";

/** Writes the list of rejected lines as CSV with the header `line,id,reason,text`; it appears when all of it is there. */
export async function saveErrors(store: Store, importId: string, rejected: AsyncIterable<RejectedLine>): Promise<void> {
  const text = Readable.from(csvParts(rejected), { objectMode: false });
  await store.objects.putStream(importErrorsKey(store, importId), text, "text/csv; charset=utf-8");
}

async function* csvParts(rejected: AsyncIterable<RejectedLine>): AsyncGenerator<string> {
  yield csvMark + csvText([["line", "id", "reason", "text"]]);
  for await (const { line, id = "", reason, text = "" } of rejected) yield csvText([[line, id, reason, text]]);
}
