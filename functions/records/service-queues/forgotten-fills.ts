import type { BatchUpdateId, OfLibrary } from "#domain/ids";
import { type FillCounts, fillCountsSchema } from "#domain/queue/fill";
import { deleteItems, keysIn } from "#records/store/deletions";
import { readItem } from "#records/store/format";
import { fillsPartition, type Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent } from "#records/store/table";
import { fillCounts } from "./fill-counts.ts";

const countsOnly = "COUNTS";

function countsKey(of: OfLibrary, batchUpdateId: BatchUpdateId): Key {
  return { pk: fillsPartition(of, batchUpdateId), sk: countsOnly };
}

/**
 * Who had a service queue filled is evidence of a batch update, and ends with it: of the fills their counts stay, and no
 * patron. Call it when all fills are final. Repeating it, also where it broke off, changes nothing more.
 */
export async function forgetFills(store: Store, batchUpdateId: BatchUpdateId): Promise<void> {
  const key = countsKey(store, batchUpdateId);
  const counts = await fillCounts(store, batchUpdateId, false);
  // Those that were kept first stand: a call that broke off has deleted some of what they were made of.
  await store.table.write({ put: { ...key, ...counts }, if: ifAbsent });
  for await (const keys of keysIn(store, key.pk)) {
    await deleteItems(
      store,
      keys.filter(({ sk }) => sk !== countsOnly),
    );
  }
}

/** What is left of fills that were forgotten; undefined where they are still there. */
export async function forgottenFills(store: Store, batchUpdateId: BatchUpdateId): Promise<FillCounts | undefined> {
  const [item] = await store.table.batchGet([countsKey(store, batchUpdateId)]);
  return item && readItem(fillCountsSchema, item);
}
