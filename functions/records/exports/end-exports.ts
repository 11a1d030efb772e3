import type { Store } from "#records/store/store";
import { exportScratch } from "./export-objects.ts";
import { type Export, endExport, listExports } from "./exports.ts";

const atOnce = 100;
/** Milliseconds for which anything of an export is kept, and the time that the sweep takes to see that it is over. */
const keptAtMost = 3 * 24 * 3600 * 1000;

/** Exports that may hold a patron in what is still kept of them, newest first. */
async function* keptExports(store: Store, now: Date): AsyncGenerator<Export> {
  const oldest = new Date(now.getTime() - keptAtMost).toISOString();
  let after: string | undefined;
  do {
    const page = await listExports(store, atOnce, after);
    for (const it of page.items) {
      if (it.createdAt < oldest) return;
      if (it.kind !== "titles") yield it;
    }
    after = page.next;
  } while (after !== undefined);
}

/** Exports of a library that are at work, and may hold a patron. */
export async function runningExports(store: Store, now: Date): Promise<string[]> {
  const running: string[] = [];
  for await (const { exportId, status } of keptExports(store, now)) if (status === "RUNNING") running.push(exportId);
  return running;
}

/**
 * Ends all exports of a library that may hold a patron: they are there for a day, and nothing tells who is in which. One that
 * is RUNNING is left alone: it must be looked at again when it has ended. Doing it again does no harm.
 *
 * @param madeBefore those made from then on are left alone too: the patron was not there any more
 * @returns how many objects were deleted just now
 */
export async function endExports(store: Store, now: Date, madeBefore = now): Promise<number> {
  let objects = 0;
  for await (const it of keptExports(store, now)) {
    if (it.status === "RUNNING" || it.createdAt >= madeBefore.toISOString()) continue;
    await endExport(store, it, now);
    for (const prefix of exportScratch(store, it.exportId)) objects += await store.objects.deleteAll(prefix);
  }
  return objects;
}
