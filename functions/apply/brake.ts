import { countTried, failingReason, isFailing } from "#domain/batch-update/brake";
import type { Outcome } from "#domain/batch-update/outcome";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadApplyResult } from "#records/batch-updates/outcomes";
import { stop } from "#records/batch-updates/run-moves";
import { requireLibrary } from "#records/library/libraries";
import type { Dependencies } from "./dependencies.ts";

/**
 * Stops a run that is going wrong: called by a chunk that had failures, it adds up what all chunks so far say. What is
 * not done yet stays unprocessed and can be retried.
 */
export async function brakeIfFailing({ store, now }: Dependencies, batch: BatchUpdate): Promise<void> {
  const { failureThresholdPercent } = await requireLibrary(store);
  const outcomes: Outcome[] = [];
  for (let chunk = 0; chunk < (batch.starts?.length ?? 0); chunk++) {
    outcomes.push(...((await loadApplyResult(store, batch, chunk))?.outcomes ?? []));
  }
  const tried = countTried(outcomes);
  if (!isFailing(tried, failureThresholdPercent)) return;
  const reason = failingReason(tried, failureThresholdPercent);
  for (;;) {
    const found = await loadBatchUpdate(store, batch.batchUpdateId);
    if (found?.status !== "PROCESSING") return;
    if ((await stop(store, found, reason, now())) !== undefined) return;
  }
}
