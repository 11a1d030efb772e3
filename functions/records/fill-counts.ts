import { type BatchUpdate, isFinal } from "./batch-updates.ts";
import { fillStatusOf, listGroups, loadWithdrawn } from "./fill-answers.ts";
import type { Store } from "./store.ts";

/** `requested` is always the sum of the others; it and `filled` never fall. */
export interface FillCounts {
  readonly requested: number;
  readonly filled: number;
  readonly withdrawn: number;
  readonly failed: number;
  readonly pending: number;
}

/** Counts the fills of a batch update from their answers. */
export async function fillCounts(store: Store, library: string, batch: string): Promise<FillCounts> {
  const counts = { requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 };
  const names = { FILLED: "filled", WITHDRAWN: "withdrawn", FAILED: "failed", PENDING: "pending" } as const;
  const withdrawn = await loadWithdrawn(store, library, batch);
  for await (const group of listGroups(store, library, batch)) {
    counts.requested += group.requested.size;
    if (group.filled.size === group.requested.size) {
      counts.filled += group.filled.size;
      continue;
    }
    for (const patronId of group.requested) counts[names[fillStatusOf(group, withdrawn, patronId)]]++;
  }
  return counts;
}

export interface FillSummary extends FillCounts {
  readonly status: "NONE" | "FILLING" | "FILLED" | "FILLED_WITH_ERRORS";
}

/** Where the service queues of a batch update stand, as its answer shows them. */
export async function fillSummary(
  store: Store,
  batch: Pick<BatchUpdate, "library" | "batchUpdateId" | "status" | "changes" | "processedAt">,
): Promise<FillSummary> {
  const asksForFills = batch.changes.addServiceQueue === true && batch.processedAt !== undefined;
  const counts = asksForFills
    ? await fillCounts(store, batch.library, batch.batchUpdateId)
    : { requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 };
  return { status: fillStatus(counts, asksForFills && !isFinal(batch.status)), ...counts };
}

function fillStatus({ requested, failed, pending }: FillCounts, moreToCome: boolean): FillSummary["status"] {
  if (pending > 0 || moreToCome) return "FILLING";
  if (requested === 0) return "NONE";
  return failed > 0 ? "FILLED_WITH_ERRORS" : "FILLED";
}
