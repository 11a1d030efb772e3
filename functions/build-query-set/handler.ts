import type { Clock } from "#platform/clock";
import { newId } from "#platform/identifiers";
import { shardLine } from "#records/query-sets/query-set-build";
import type { Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { closeBuilding } from "./close.ts";
import { buildShard } from "./shard.ts";
import { splitQuery } from "./split.ts";

export interface Dependencies {
  readonly store: Store;
  readonly now: Clock;
}

/** The three steps of building a query set: list the shards, search each, merge what they found. */
export function createHandler({ store, now }: Dependencies) {
  return chunkedJob({
    says: "Building a query set",
    line: shardLine,
    scratch: createScratch(store, "build-query-set", now),
    split: async (job) => await splitQuery(store, job, now()),
    work: async (chunk) => await buildShard(store, chunk, newId(now())),
    close: async ({ library, job }, broken) => await closeBuilding(store, library, job, now(), broken),
  });
}
