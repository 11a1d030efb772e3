import { linesDone, type Progress } from "#domain/batch-update/progress";
import { isFinal } from "#domain/batch-update/state";
import { numberOfObject } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";
import type { BatchUpdate } from "./batch-updates.ts";
import { applyResultsPrefix } from "./outcomes.ts";
import { planLinesPrefix, planResultsPrefix } from "./plans.ts";

/** Where a step is over and whole. */
const atTotal: readonly BatchUpdate["status"][] = ["READY", "SCHEDULED", "COMPLETED", "COMPLETED_WITH_ERRORS"];

/** How far the present step of a batch update has come, in patrons. It does not fall within the step. */
export async function loadProgress(store: Store, batch: BatchUpdate): Promise<Progress> {
  const { status, patrons: total, processedAt, plan, counts, reached } = batch;
  if (atTotal.includes(status)) return { done: total, total };
  if (isFinal(status) && counts !== undefined) return { done: total - counts.unprocessed, total };
  if (reached !== undefined) return { done: reached, total };
  if (isFinal(status)) {
    // It never began: its results were scratch, its lines stay.
    const planned = plan === undefined ? await countPatrons(store, batch, planLinesPrefix(batch)) : total;
    return { done: planned, total };
  }
  const prefix = processedAt === undefined ? planResultsPrefix(batch) : applyResultsPrefix(batch);
  return { done: await countPatrons(store, batch, prefix), total };
}

/** Patrons of the chunks that a run has done. */
export async function countAppliedPatrons(store: Store, batch: BatchUpdate): Promise<number> {
  return await countPatrons(store, batch, applyResultsPrefix(batch));
}

/** The sizes of the chunks whose results are there. Nothing is counted up, so nothing can be counted twice. */
async function countPatrons(
  store: Store,
  { starts, patrons }: Pick<BatchUpdate, "starts" | "patrons">,
  prefix: string,
): Promise<number> {
  if (starts === undefined) return 0;
  const chunks: number[] = [];
  for await (const { key } of store.objects.list(prefix)) chunks.push(numberOfObject(key));
  return linesDone(starts, patrons, chunks);
}
