import type { BatchUpdateId } from "#domain/ids";
import type { FillCounts } from "#domain/queue/fill";
import { Cache } from "#platform/cache";
import type { Store } from "#records/store/store";
import { fillStatusOf, listGroups, loadWithdrawn } from "./fill-answers.ts";

/**
 * Groups at the beginning that are filled to the last patron. FILLED is for good, and when the batch update has ended no
 * group grows any more: a console that asks every second need not have all of them read again.
 */
interface FilledBeginning {
  readonly lastGroup: string;
  readonly filled: number;
}
const beginnings = new WeakMap<Store, Cache<FilledBeginning>>();
const mostBeginnings = 1000;

/**
 * Counts the fills of a batch update from their answers.
 *
 * @param moreToCome whether the batch update may still ask for more
 */
export async function fillCounts(store: Store, batchUpdateId: BatchUpdateId, moreToCome = true): Promise<FillCounts> {
  const remembered = beginnings.get(store) ?? new Cache<FilledBeginning>(mostBeginnings);
  beginnings.set(store, remembered);
  const name = `${store.library}#${batchUpdateId}`;
  let beginning = moreToCome ? undefined : remembered.get(name);
  const known = beginning?.filled ?? 0;
  const counts = { requested: known, filled: known, withdrawn: 0, failed: 0, pending: 0 };
  const names = { FILLED: "filled", WITHDRAWN: "withdrawn", FAILED: "failed", PENDING: "pending" } as const;
  const withdrawn = await loadWithdrawn(store, batchUpdateId);
  for await (const group of listGroups(store, batchUpdateId, beginning?.lastGroup)) {
    const isFilled = group.filled.size === group.requested.size;
    counts.requested += group.requested.size;
    if (isFilled) counts.filled += group.filled.size;
    else for (const patronId of group.requested) counts[names[fillStatusOf(group, withdrawn, patronId)]]++;
    if (isFilled && counts.filled === counts.requested) beginning = { lastGroup: group.group, filled: counts.filled };
  }
  if (!moreToCome && beginning !== undefined) remembered.set(name, beginning);
  return counts;
}
