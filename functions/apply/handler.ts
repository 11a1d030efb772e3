import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { applyChunk } from "./chunk.ts";
import { closeApply } from "./close.ts";
import type { Dependencies } from "./dependencies.ts";
import { splitApply } from "./split.ts";

/** The three steps of applying a sealed plan: list its chunks, write each, reconcile with the records and report. */
export function createHandler(dependencies: Dependencies) {
  return chunkedJob({
    says: "Applying",
    line: {},
    scratch: createScratch(dependencies.store, "apply", dependencies.now),
    split: async (job) => await splitApply(dependencies.store, job),
    work: async (chunk) => await applyChunk(dependencies, chunk),
    close: async ({ library, job }, broken) => await closeApply(dependencies, library, job, broken),
  });
}
