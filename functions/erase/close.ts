import { count } from "#platform/thread";
import { loadErasurePass, loadErasureResult } from "#records/erasures/erasure-objects";
import { endPass, erasureWork, requireErasure } from "#records/erasures/erasures";
import { loadImportLock } from "#records/imports/import-lock";
import { ifStillOpen, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Job } from "#workflows/job";
import { jobsSince } from "./jobs.ts";

/**
 * Ends one walk. Another follows where jobs were at work meanwhile that may have read the patron before: the sweep begins
 * it when they have ended. What is made of what is clean is clean, so walks come to an end however busy the library is. May be
 * called at any time, by anyone; where a chunk has no result the walk is not over, and goes on with the next execution. What
 * could not be read is tried again, ever less often, and support is told.
 */
export async function closeErasure(store: Store, job: Job, now: Date): Promise<void> {
  const { job: id } = job;
  const it = await requireErasure(store, id);
  if (it.stage !== "WALKING" || it.walk === undefined) return;
  const walk = { erasureId: id, walk: it.walk };
  const pass = await loadErasurePass(store, walk);
  if (pass === undefined) return;
  let objects = 0;
  let isDoubtful = false;
  const again = new Set<string>();
  const failed: string[] = [];
  for (const chunk of pass.chunks.keys()) {
    const result = await loadErasureResult(store, walk, chunk);
    if (result === undefined) {
      count({ chunksFailed: 1 });
      return;
    }
    objects += result.objects;
    isDoubtful ||= result.isDoubtful;
    failed.push(...result.failed);
    for (const one of [...result.atWork, ...result.failed]) again.add(one);
  }
  const isClean = it.pass > 1 && objects === 0 && !isDoubtful && failed.length === 0;
  if (!isClean) for (const one of await jobsSince(store, now, pass, it.cleanSince)) again.add(one);
  // An import was at work while the table was looked at, and may have brought the patron back since.
  const { erasing, importId } = await loadImportLock(store, "patrons");
  const isInTable = erasing?.includes(id) === true;
  if (isInTable && importId !== undefined) again.add(`imports/${importId}`);
  // Whatever was read before this moment may have been read from what was not clean yet.
  const atLatest = isInTable ? undefined : now.toISOString();
  const cleanFrom = isClean && it.cleanFrom !== undefined ? it.cleanFrom : atLatest;
  const counts = { ...it.counts, objects: it.counts.objects + objects };
  const { done } = await endPass(store, it, { again: [...again], counts, cleanFrom, failed }, now);
  if (done && again.size > 0) await leaveLine(store, job, it.createdAt);
}

/** It waits for others, and nobody is to wait in line behind it. Where this is not said they do so, and nothing else is wrong. */
async function leaveLine(store: Store, { job, attempt = 1 }: Job, createdAt: string): Promise<void> {
  const work = { ...erasureWork(store, job, createdAt), attempt, waits: true } as const;
  await store.table.write({ ...openWork(work), if: ifStillOpen(work) });
}
