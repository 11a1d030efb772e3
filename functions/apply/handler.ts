import { z } from "zod";
import type { FillMessages } from "#platform/fill-messages";
import { logger } from "#platform/logger";
import type { Store } from "#records/store";
import type { Table } from "#records/table";
import { applyChunk, applyChunkTaskSchema } from "./chunk.ts";
import { closeApply } from "./close.ts";
import { splitApply } from "./split.ts";

export interface Dependencies {
  readonly store: Store;
  /** The table over a client with one attempt and a short timeout, for writes of medium records alone. */
  readonly writer: Table;
  /** Milliseconds after which a request of the writer has certainly ended. */
  readonly writerTimeout: number;
  readonly messages: FillMessages;
  readonly now: () => Date;
}

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
