import { z } from "zod";
import { logger } from "#platform/logger";
import type { Store } from "#records/store/store";
import { planChunk, planChunkTaskSchema } from "./chunk.ts";
import { closePlan } from "./close.ts";
import { splitPlan } from "./split.ts";

export interface Dependencies {
  readonly store: Store;
  readonly now: () => Date;
}

const eventSchema = z.discriminatedUnion("task", [
  z.object({ task: z.literal("split"), library: z.string(), job: z.string() }),
  planChunkTaskSchema,
  z.object({ task: z.literal("close"), library: z.string(), job: z.string(), error: z.unknown().optional() }),
]);

/** The three steps of planning: choose the lines, find out about each patron, seal. */
export function createHandler({ store, now }: Dependencies) {
  return async (input: unknown): Promise<Record<string, unknown>> => {
    const event = eventSchema.parse(input);
    logger.info("Planning", { task: event.task, library: event.library, batchUpdate: event.job });
    switch (event.task) {
      case "split":
        return await splitPlan(store, event.library, event.job, now());
      case "chunk":
        await planChunk(store, event, now());
        return {};
      case "close":
        await closePlan(store, event.library, event.job, now(), event.error !== undefined);
        return {};
    }
  };
}
