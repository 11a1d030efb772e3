import { count } from "#platform/thread";
import { loadErasurePass, loadErasureResult } from "#records/erasures/erasure-objects";
import { endPass, requireErasure } from "#records/erasures/erasures";
import { loadImportLock } from "#records/imports/import-lock";
import type { Store } from "#records/store/store";
import { jobsSince } from "./jobs.ts";

/**
 * Ends one walk. Another follows where jobs were at work meanwhile that may have read the patron before: the sweep begins
 * it when they have ended. What is made of what is clean is clean, so walks come to an end however busy the library is. May be
 * called at any time, by anyone; where a chunk has no result the walk is not over, and goes on with the next execution.
 */
export async function closeErasure(store: Store, id: string, now: Date): Promise<void> {
  const it = await requireErasure(store, id);
  if (it.stage !== "WALKING") return;
  const pass = await loadErasurePass(store, it);
  if (pass === undefined) return;
  let objects = 0;
  const again = new Set<string>();
  for (const chunk of pass.chunks.keys()) {
    const result = await loadErasureResult(store, it, chunk);
    if (result === undefined) {
      count({ chunksFailed: 1 });
      return;
    }
    objects += result.objects;
    for (const job of result.atWork) again.add(job);
  }
  const isClean = it.pass > 1 && objects === 0;
  // Whatever was read before this moment may have been read from what was not clean yet.
  const cleanFrom = isClean && it.cleanFrom !== undefined ? it.cleanFrom : now.toISOString();
  if (!isClean) for (const job of await jobsSince(store, pass.began)) again.add(job);
  // An import was at work while the table was looked at, and may have brought the patron back since.
  const { erasing, importId } = await loadImportLock(store, "patrons");
  if (erasing?.includes(id) === true && importId !== undefined) again.add(`imports/${importId}`);
  const counts = { ...it.counts, objects: it.counts.objects + objects };
  await endPass(store, it, { again: [...again], counts, cleanFrom });
}
