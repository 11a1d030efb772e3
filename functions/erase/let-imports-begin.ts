import type { Clock } from "#platform/clock";
import { noteTableClean } from "#records/erasures/erasures";
import { endErasing, isQuiet, loadImportLock } from "#records/imports/import-lock";
import type { Store } from "#records/store/store";

/**
 * The table holds nothing of the patron any more, and nothing that began before brings it back: imports of patrons may
 * begin again. Where one is at work that began before, they may not: the table has to be looked at again after its end.
 */
export async function letImportsBegin(store: Store, erasureId: string, now: Clock): Promise<void> {
  for (;;) {
    const lock = await loadImportLock(store, "patrons");
    const at = now();
    if (lock.erasing?.includes(erasureId) !== true) return;
    if (!isQuiet(lock, at)) return;
    const given = endErasing(store, lock, erasureId);
    if ((await store.table.write(given, noteTableClean(store, erasureId, at))).done) return;
  }
}
