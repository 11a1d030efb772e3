import type { z } from "zod";
import { logged } from "#platform/cause";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { count } from "#platform/thread";
import {
  beginErasureChunk,
  loadErasurePass,
  loadErasureResult,
  saveErasureResult,
} from "#records/erasures/erasure-objects";
import { requireErasure } from "#records/erasures/erasures";
import type { Store } from "#records/store/store";
import { isAtWork } from "#workflows/at-work";
import type { Chunk } from "#workflows/chunked-job";
import { eraseFromJob } from "./objects-of-job.ts";

type Task = Chunk<{ walk: z.ZodString }>;

/**
 * Rewrites what some jobs keep so that nothing of the patron is left but the id. Safe to run twice, also at once: what is
 * rewritten holds nothing more to rewrite. A job that is at work is told, for it may write once more what it has read. So is
 * one whose objects cannot be read, and the others go on.
 */
export async function eraseChunk(store: Store, { job: id, chunk, walk }: Task, now: Clock): Promise<void> {
  const it = await requireErasure(store, id);
  if (it.stage !== "WALKING" || it.walk !== walk) return;
  const of = { erasureId: id, walk };
  if ((await loadErasureResult(store, of, chunk)) !== undefined) return;
  const jobs = (await loadErasurePass(store, of))?.chunks[chunk] ?? [];
  // What another call rewrote that died before it could say so is not found again.
  const isDoubtful = !(await beginErasureChunk(store, of, chunk));
  const atWork: string[] = [];
  const failed: string[] = [];
  let objects = 0;
  for (const job of jobs) {
    try {
      const wasAtWork = await isAtWork(store, job, now());
      objects += await eraseFromJob(store, job, it);
      // One that has begun since may have read what was not rewritten yet.
      if (wasAtWork || (await isAtWork(store, job, now()))) atWork.push(job);
    } catch (error) {
      logger.error("A patron could not be erased from a job", { subject: job, ...logged(error) });
      failed.push(job);
    }
  }
  count({ objectsRewritten: objects });
  await saveErasureResult(store, of, chunk, { objects, atWork, failed, isDoubtful });
}
