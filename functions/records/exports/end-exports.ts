import type { Store } from "#records/store/store";
import { exportScratch } from "./export-objects.ts";
import { endExport, listExports } from "./exports.ts";

const atOnce = 100;
/** Milliseconds for which anything of an export is kept, and the time that the sweep takes to see that it is over. */
const keptAtMost = 3 * 24 * 3600 * 1000;

/** Exports of a library that are at work, and may hold a patron. */
export async function runningExports(store: Store): Promise<string[]> {
  const { items } = await listExports(store, atOnce, undefined);
  return items.flatMap(({ exportId, kind, status }) => (status === "RUNNING" && kind !== "titles" ? [exportId] : []));
}

/**
 * Ends all exports of a library that may hold a patron: they are there for a day, and nothing tells who is in which. One that
 * is RUNNING is left alone: it must be looked at again when it has ended. Doing it again does no harm.
 *
 * @param madeBefore those made from then on are left alone too: the patron was not there any more
 * @returns how many objects were deleted just now
 */
export async function endExports(store: Store, now: Date, madeBefore = now): Promise<number> {
  const oldest = new Date(now.getTime() - keptAtMost).toISOString();
  let objects = 0;
  let after: string | undefined;
  do {
    const page = await listExports(store, atOnce, after);
    for (const it of page.items) {
      if (it.createdAt < oldest) return objects;
      if (it.kind === "titles" || it.status === "RUNNING" || it.createdAt >= madeBefore.toISOString()) continue;
      await endExport(store, it, now);
      for (const prefix of exportScratch(store, it.exportId)) objects += await store.objects.deleteAll(prefix);
    }
    after = page.next;
  } while (after !== undefined);
  return objects;
}
