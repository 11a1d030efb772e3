import type { Clock } from "#platform/clock";
import { loadImportResult } from "#records/imports/import-objects";
import { isFinalImport, requireImport } from "#records/imports/imports";
import { type Chunk, chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { closeImport } from "./close.ts";
import { importPatrons, type PatronsChunk } from "./patrons-chunk.ts";
import { splitImport } from "./split.ts";
import { checkTitles } from "./titles-chunk.ts";

export interface Dependencies extends PatronsChunk {
  readonly now: Clock;
}

/** The three steps of an import: lay the file out in chunks, import each, sum up. */
export function createHandler(dependencies: Dependencies) {
  const { store, now } = dependencies;
  return chunkedJob({
    says: "Importing",
    line: {},
    scratch: createScratch(store, "import", now),
    split: async (job) => await splitImport(store, job),
    work: async (chunk) => await workOnChunk(dependencies, chunk),
    close: async ({ library, job }, broken) => await closeImport(store, library, job, now(), broken),
  });
}

/** A chunk that has its result, or whose import has ended, was delivered twice or late: there is nothing left to do. */
async function workOnChunk(dependencies: PatronsChunk, { library, job: importId, chunk }: Chunk) {
  const { store } = dependencies;
  const it = await requireImport(store, library, importId);
  if (isFinalImport(it) || (await loadImportResult(store, library, importId, chunk)) !== undefined) return;
  if (it.kind === "patrons") await importPatrons(dependencies, library, it, chunk);
  else await checkTitles(store, library, importId, chunk);
}
