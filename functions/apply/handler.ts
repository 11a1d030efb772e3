import { z } from "zod";
import { logger } from "#platform/logger";
import { applyChunk, applyChunkTaskSchema } from "./chunk.ts";
import { closeApply } from "./close.ts";
import type { Dependencies } from "./dependencies.ts";
import { splitApply } from "./split.ts";

const eventSchema = z.discriminatedUnion("task", [
  z.object({ task: z.literal("split"), library: z.string(), job: z.string() }),
  applyChunkTaskSchema,
  z.object({ task: z.literal("close"), library: z.string(), job: z.string(), error: z.unknown().optional() }),
]);

/** The three steps of applying a sealed plan: list its chunks, write each, reconcile with the records and report. */
export function createHandler(dependencies: Dependencies) {
  return async (input: unknown): Promise<Record<string, unknown>> => {
    const event = eventSchema.parse(input);
    logger.info("Applying", { task: event.task, library: event.library, batchUpdate: event.job });
    switch (event.task) {
      case "split":
        return await splitApply(dependencies.store, event.library, event.job);
      case "chunk":
        await applyChunk(dependencies, event);
        return {};
      case "close":
        await closeApply(dependencies, event.library, event.job, event.error !== undefined);
        return {};
    }
  };
}
