import { type Title, titleSchema } from "#domain/catalogue/title";
import { readTitleLine } from "#domain/import/title-line";
import { importTitlesKey, saveImportResult } from "#records/imports/import-objects";
import { noCounts } from "#records/imports/imports";
import { requireLibrary } from "#records/library/libraries";
import type { Store } from "#records/store/store";
import { readChunk } from "./chunk-lines.ts";

/** Checks the titles of one chunk and lays the good ones by: the catalogue changes once, when the import closes. */
export async function checkTitles(store: Store, importId: string, chunk: number): Promise<void> {
  const settings = await requireLibrary(store);
  const checked = await readChunk(store, importId, chunk, "titleId", (it) => readTitleLine(it, settings));
  const titles = checked.records.map(({ record }) => JSON.stringify(record));
  await store.objects.putLines(importTitlesKey(store, importId, chunk), titles);
  const rejected = [...checked.rejected];
  const counts = { ...noCounts, read: titles.length + rejected.length, rejected: rejected.length };
  await saveImportResult(store, importId, chunk, { counts, rejected });
}

/** The titles laid by, in the order of the file. Chunks without a result have none. */
export async function* checkedTitles(store: Store, importId: string, chunks: Iterable<number>): AsyncGenerator<Title> {
  for (const chunk of chunks) {
    const lines = await store.objects.getLines(importTitlesKey(store, importId, chunk));
    if (lines === undefined) throw new Error(`The titles of chunk ${chunk} of import ${importId} are not whole`);
    for (const line of lines) yield titleSchema.parse(JSON.parse(line));
  }
}
