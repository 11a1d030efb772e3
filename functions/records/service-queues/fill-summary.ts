import { isFinal } from "#domain/batch-update/state";
import type { FillCounts, FillSummary } from "#domain/queue/fill";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import type { Store } from "#records/store/store";
import { fillCounts } from "./fill-counts.ts";
import { forgottenFills } from "./forgotten-fills.ts";

type Asking = Pick<BatchUpdate, "batchUpdateId" | "status" | "asksForFills" | "processedAt" | "evidence">;

/** Where the service queues of a batch update stand, as its answer shows them. */
export async function fillSummary(store: Store, batch: Asking): Promise<FillSummary> {
  const asksForFills = batch.asksForFills && batch.processedAt !== undefined;
  const moreToCome = !isFinal(batch.status);
  const counts = asksForFills
    ? await keptCounts(store, batch, moreToCome)
    : { requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 };
  return { status: fillStatus(counts, asksForFills && moreToCome), ...counts };
}

/** Of fills that were forgotten with the evidence what is left of them. */
async function keptCounts(store: Store, batch: Asking, moreToCome: boolean): Promise<FillCounts> {
  const { batchUpdateId, evidence } = batch;
  const forgotten = evidence === undefined ? undefined : await forgottenFills(store, batchUpdateId);
  return forgotten ?? (await fillCounts(store, batchUpdateId, moreToCome));
}

function fillStatus({ requested, failed, pending }: FillCounts, moreToCome: boolean): FillSummary["status"] {
  if (pending > 0 || moreToCome) return "FILLING";
  if (requested === 0) return "NONE";
  return failed > 0 ? "FILLED_WITH_ERRORS" : "FILLED";
}
