import type { Clock } from "#platform/clock";
import type { OfEach, Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { planChunk, planChunkLine } from "./chunk.ts";
import { closePlan } from "./close.ts";
import { splitPlan } from "./split.ts";

export interface Dependencies {
  readonly stores: OfEach<Store>;
  readonly now: Clock;
}

/** The three steps of planning: choose the lines, find out about each patron, seal. */
export function createHandler({ stores, now }: Dependencies) {
  return chunkedJob({
    says: "Planning",
    line: planChunkLine,
    scratch: createScratch(stores, "plan", now),
    within: (library) => stores.of(library),
    split: async (store, job) => await splitPlan(store, job, now()),
    work: async (store, chunk) => await planChunk(store, chunk, now()),
    close: async (store, { job }, broken) => await closePlan(store, job, now(), broken),
  });
}
