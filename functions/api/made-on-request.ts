import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import type { Store } from "#records/store/store";

/**
 * Keeps a file made of what a batch update holds of patrons, as `read` before any of it was. Whoever is erased meanwhile may
 * stand in it, and those who erase may have deleted such files already: then it is deleted here.
 *
 * @returns whether it stands; else who asked looks again
 */
export async function keepMade(
  store: Store,
  read: BatchUpdate,
  key: string,
  put: () => Promise<unknown>,
): Promise<boolean> {
  await put();
  const now = await loadBatchUpdate(store, read.batchUpdateId);
  if (now !== undefined && now.rewritten === read.rewritten && now.evidence === read.evidence) return true;
  await store.objects.remove(key);
  return false;
}
