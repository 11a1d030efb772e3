import { isFinal } from "#domain/batch-update/state";
import type { BatchUpdateId } from "#domain/ids";
import type { FillCounts, FillSummary } from "#domain/queue/fill";
import { Cache } from "#platform/cache";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
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

/** Where the service queues of a batch update stand, as its answer shows them. */
export async function fillSummary(
  store: Store,
  batch: Pick<BatchUpdate, "library" | "batchUpdateId" | "status" | "asksForFills" | "processedAt">,
): Promise<FillSummary> {
  const asksForFills = batch.asksForFills && batch.processedAt !== undefined;
  const moreToCome = !isFinal(batch.status);
  const counts = asksForFills
    ? await fillCounts(store, batch.batchUpdateId, moreToCome)
    : { requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 };
  return { status: fillStatus(counts, asksForFills && moreToCome), ...counts };
}

function fillStatus({ requested, failed, pending }: FillCounts, moreToCome: boolean): FillSummary["status"] {
  if (pending > 0 || moreToCome) return "FILLING";
  if (requested === 0) return "NONE";
  return failed > 0 ? "FILLED_WITH_ERRORS" : "FILLED";
}
