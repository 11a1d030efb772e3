import type { Clock } from "#platform/clock";
import type { Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { planChunk, planChunkLine } from "./chunk.ts";
import { closePlan } from "./close.ts";
import { splitPlan } from "./split.ts";

export interface Dependencies {
  readonly store: Store;
  readonly now: Clock;
}

/** The three steps of planning: choose the lines, find out about each patron, seal. */
export function createHandler({ store, now }: Dependencies) {
  return chunkedJob({
    says: "Planning",
    line: planChunkLine,
    scratch: createScratch(store, "plan", now),
    split: async (job) => await splitPlan(store, job, now()),
    work: async (chunk) => await planChunk(store, chunk, now()),
    close: async ({ library, job }, broken) => await closePlan(store, library, job, now(), broken),
  });
}
