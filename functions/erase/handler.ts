import { z } from "zod";
import type { Clock } from "#platform/clock";
import type { OfEach, Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { eraseChunk } from "./chunk.ts";
import { closeErasure } from "./close.ts";
import { splitErasure } from "./split.ts";

export interface Dependencies {
  readonly stores: OfEach<Store>;
  readonly now: Clock;
}

/**
 * The three steps of one walk of an erasure: empty the table and list the jobs, rewrite what each of them keeps, see
 * whether another walk is needed. What may be deleted for good only is left to the one function that may.
 */
export function createHandler({ stores, now }: Dependencies) {
  return chunkedJob({
    says: "Erasing",
    line: { walk: z.string() },
    scratch: createScratch(stores, "erase", now),
    within: (library) => stores.of(library),
    split: async (store, job) => await splitErasure(store, job, now),
    work: async (store, chunk) => await eraseChunk(store, chunk, now),
    close: async (store, job) => await closeErasure(store, job, now()),
  });
}
