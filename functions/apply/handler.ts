import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { applyChunk } from "./chunk.ts";
import { closeApply } from "./close.ts";
import type { Dependencies, WideDependencies } from "./dependencies.ts";
import { splitApply } from "./split.ts";

/** The three steps of applying a sealed plan: list its chunks, write each, reconcile with the records and report. */
export function createHandler({ stores, writers, ...shared }: WideDependencies) {
  return chunkedJob({
    says: "Applying",
    line: {},
    scratch: createScratch(stores, "apply", shared.now),
    within: (library): Dependencies => ({ ...shared, store: stores.of(library), writer: writers.of(library) }),
    split: async ({ store }, job) => await splitApply(store, job),
    work: applyChunk,
    close: async (dependencies, { job }, broken) => await closeApply(dependencies, job, broken),
  });
}
