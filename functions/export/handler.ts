import type { Clock } from "#platform/clock";
import { newId } from "#platform/identifiers";
import { exportLine } from "#records/exports/export-objects";
import type { OfEach, Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { exportChunk } from "./chunk.ts";
import { closeExport } from "./close.ts";
import { splitExport } from "./split.ts";

export interface Dependencies {
  readonly stores: OfEach<Store>;
  readonly now: Clock;
}

/** The three steps of an export: say who reads what, read it side by side as lines, join them into files. */
export function createHandler({ stores, now }: Dependencies) {
  return chunkedJob({
    says: "Exporting",
    line: exportLine,
    scratch: createScratch(stores, "export", now),
    within: (library) => stores.of(library),
    split: splitExport,
    work: async (store, chunk) => await exportChunk(store, chunk, newId(now())),
    close: async (store, { job }, broken) => await closeExport(store, job, now(), broken),
  });
}
