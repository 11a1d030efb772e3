import { z } from "zod";
import { logger } from "#platform/logger";
import { loadImportResult } from "#records/imports/import-objects";
import { isFinalImport, requireImport } from "#records/imports/imports";
import { closeImport } from "./close.ts";
import { importPatrons, type PatronsChunk } from "./patrons-chunk.ts";
import { splitImport } from "./split.ts";
import { checkTitles } from "./titles-chunk.ts";

const job = { library: z.string(), job: z.string() };
const eventSchema = z.discriminatedUnion("task", [
  z.object({ task: z.literal("split"), ...job }),
  z.object({ task: z.literal("chunk"), ...job, chunk: z.int().min(0) }),
  z.object({ task: z.literal("close"), ...job, error: z.unknown().optional() }),
]);

/** The three steps of an import: lay the file out in chunks, import each, sum up. */
export function createHandler(dependencies: PatronsChunk) {
  const { store } = dependencies;
  return async (input: unknown): Promise<Record<string, unknown>> => {
    const event = eventSchema.parse(input);
    const { library, job: importId } = event;
    logger.info("Importing", { task: event.task, library, importId, ...("chunk" in event && { chunk: event.chunk }) });
    switch (event.task) {
      case "split":
        return await splitImport(store, library, importId);
      case "chunk":
        await workOnChunk(dependencies, library, importId, event.chunk);
        return {};
      case "close":
        if (event.error !== undefined) logger.warn("An import broke off", { library, importId, error: event.error });
        await closeImport(store, library, importId, new Date());
        return {};
    }
  };
}

/** A chunk that has its result, or whose import has ended, was delivered twice or late: there is nothing left to do. */
async function workOnChunk(dependencies: PatronsChunk, library: string, importId: string, chunk: number) {
  const { store } = dependencies;
  const it = await requireImport(store, library, importId);
  if (isFinalImport(it) || (await loadImportResult(store, library, importId, chunk)) !== undefined) return;
  if (it.kind === "patrons") await importPatrons(dependencies, library, importId, chunk);
  else await checkTitles(store, library, importId, chunk);
}
