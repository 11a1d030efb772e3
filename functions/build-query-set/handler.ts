import { z } from "zod";
import { newId } from "#platform/identifiers";
import { logger } from "#platform/logger";
import { chunkTaskSchema } from "#records/query-sets/query-set-build";
import type { Store } from "#records/store/store";
import { closeBuilding } from "./close.ts";
import { buildShard } from "./shard.ts";
import { splitQuery } from "./split.ts";

export interface Dependencies {
  readonly store: Store;
}

const eventSchema = z.discriminatedUnion("task", [
  z.object({ task: z.literal("split"), library: z.string(), job: z.string() }),
  chunkTaskSchema,
  z.object({ task: z.literal("close"), library: z.string(), job: z.string(), error: z.unknown().optional() }),
]);

/** The three steps of building a query set: list the shards, search each, merge what they found. */
export function createHandler({ store }: Dependencies) {
  return async (input: unknown): Promise<Record<string, unknown>> => {
    const event = eventSchema.parse(input);
    logger.info("Building a query set", { task: event.task, library: event.library, querySet: event.job });
    switch (event.task) {
      case "split":
        return await splitQuery(store, event.library, event.job);
      case "chunk":
        await buildShard(store, event, newId(new Date()));
        return {};
      case "close":
        await closeBuilding(store, event.library, event.job);
        return {};
    }
  };
}
