import type { Clock } from "#platform/clock";
import type { Catalogues } from "#records/imports/catalogue";
import { loadImportResult } from "#records/imports/import-objects";
import { isFinalImport, requireImport } from "#records/imports/imports";
import type { OfEach, Store, Writer } from "#records/store/store";
import { type Chunk, chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { closeImport } from "./close.ts";
import { importPatrons, type PatronsChunk } from "./patrons-chunk.ts";
import { splitImport } from "./split.ts";
import { checkTitles } from "./titles-chunk.ts";

export interface Dependencies {
  readonly stores: OfEach<Store>;
  readonly writers: OfEach<Writer>;
  readonly catalogues: Catalogues;
  readonly now: Clock;
}

/** The three steps of an import: lay the file out in chunks, import each, sum up. */
export function createHandler({ stores, writers, catalogues, now }: Dependencies) {
  return chunkedJob({
    says: "Importing",
    line: {},
    scratch: createScratch(stores, "import", now),
    within: (library) => ({ store: stores.of(library), writer: writers.of(library), catalogues }),
    split: async ({ store }, job) => await splitImport(store, job),
    work: workOnChunk,
    close: async ({ store }, { job }, broken) => await closeImport(store, job, now(), broken),
  });
}

/** A chunk that has its result, or whose import has ended, was delivered twice or late: there is nothing left to do. */
async function workOnChunk(dependencies: PatronsChunk, { job: importId, chunk }: Chunk) {
  const { store } = dependencies;
  const it = await requireImport(store, importId);
  if (isFinalImport(it) || (await loadImportResult(store, importId, chunk)) !== undefined) return;
  if (it.kind === "patrons") await importPatrons(dependencies, it, chunk);
  else await checkTitles(store, importId, chunk);
}
