import type { Clock } from "#platform/clock";
import { newId } from "#platform/identifiers";
import { shardLine } from "#records/query-sets/query-set-build";
import type { OfEach, Store } from "#records/store/store";
import { chunkedJob } from "#workflows/chunked-job";
import { createScratch } from "#workflows/scratch";
import { closeBuilding } from "./close.ts";
import { buildShard } from "./shard.ts";
import { splitQuery } from "./split.ts";

export interface Dependencies {
  readonly stores: OfEach<Store>;
  readonly now: Clock;
}

/** The three steps of building a query set: list the shards, search each, merge what they found. */
export function createHandler({ stores, now }: Dependencies) {
  return chunkedJob({
    says: "Building a query set",
    line: shardLine,
    scratch: createScratch(stores, "build-query-set", now),
    within: (library) => stores.of(library),
    split: async (store, job) => await splitQuery(store, job, now()),
    work: async (store, chunk) => await buildShard(store, chunk, newId(now())),
    close: async (store, { job }, broken) => await closeBuilding(store, job, now(), broken),
  });
}
