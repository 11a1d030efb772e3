import { endErasing, isQuiet, loadImportLock } from "#records/imports/import-lock";
import type { Store } from "#records/store/store";

/**
 * The table holds nothing of the patron any more, and nothing that began before brings it back: imports of patrons may
 * begin again. Where one is at work that began before, they may not: the table has to be looked at again after its end.
 */
export async function letImportsBegin(store: Store, erasureId: string, now: Date): Promise<void> {
  for (;;) {
    const lock = await loadImportLock(store, "patrons");
    if (lock.erasing?.includes(erasureId) !== true) return;
    if (!isQuiet(lock, now)) return;
    if ((await store.table.write(endErasing(store, lock, erasureId))).done) return;
  }
}
