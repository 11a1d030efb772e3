import type { Outcome } from "#domain/batch-update/outcome";
import { type BatchUpdate, loadBatchUpdate, saveBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadApplyResult } from "#records/batch-updates/outcomes";
import { requireLibrary } from "#records/library/libraries";
import type { Dependencies } from "./dependencies.ts";

/** Patrons that must have been tried before their share of failures says anything. */
const leastTried = 200;

const triedOutcomes: readonly Outcome[] = ["UPDATED", "CREATED", "REMOVED", "FAILED"];

/** True where more than the library's share of the patrons tried have failed for infrastructure reasons. */
export function isFailing(tried: number, failed: number, thresholdPercent: number): boolean {
  return tried >= leastTried && failed * 100 > tried * thresholdPercent;
}

/**
 * Stops a run that is going wrong: called by a chunk that had failures, it adds up what all chunks so far say. What is
 * not done yet stays unprocessed and can be retried.
 */
export async function brakeIfFailing({ store }: Dependencies, batch: BatchUpdate): Promise<void> {
  const { failureThresholdPercent } = await requireLibrary(store, batch.library);
  let tried = 0;
  let failed = 0;
  for (let chunk = 0; chunk < (batch.starts?.length ?? 0); chunk++) {
    const result = await loadApplyResult(store, batch, chunk);
    for (const outcome of result?.outcomes ?? []) {
      if (triedOutcomes.includes(outcome)) tried++;
      if (outcome === "FAILED") failed++;
    }
  }
  if (!isFailing(tried, failed, failureThresholdPercent)) return;
  const stateReason = `Stopped by the system: ${failed} of ${tried} patrons tried could not be written, more than the library's threshold of ${failureThresholdPercent} %. Tell support; the rest can be retried.`;
  for (;;) {
    const found = await loadBatchUpdate(store, batch.library, batch.batchUpdateId);
    if (found?.status !== "PROCESSING") return;
    if ((await saveBatchUpdate(store, found, { status: "CANCELLING", stateReason })) !== undefined) return;
  }
}
