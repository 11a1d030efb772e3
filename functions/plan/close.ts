import { LineSet } from "#domain/line-set";
import { appendIndex, emptyIndex, summarisePlan } from "#domain/plan/plan-summary";
import { spreadOf } from "#domain/plan/update-spec";
import { sideBySideInTurn } from "#platform/side-by-side";
import {
  type BatchUpdate,
  closeReview,
  openReview,
  requireBatchUpdate,
  saveBatchUpdate,
} from "#records/batch-updates/batch-updates";
import { digestBase, planDigest, planResultKey, planResultSchema, savePlanIndex } from "#records/batch-updates/plans";
import { requireLibrary } from "#records/library/libraries";
import { closeWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";

/** Days for which a review waits for somebody to go on with it. */
const reviewDays = 7;
const readsAtOnce = 16;

/** Seals a plan: from now on it is what would be written, and nothing of it is computed again. */
export async function closePlan(
  store: Store,
  library: string,
  job: string,
  now: Date,
  broken: string | undefined,
): Promise<void> {
  const batch = await requireBatchUpdate(store, library, job);
  const closed = closeWork({ library, workflow: "plan", id: job });
  if (batch.status !== "PLANNING") {
    await store.table.write(closed);
    return;
  }
  const sealed = broken !== undefined ? undefined : await assemble(store, batch);
  if (sealed === undefined) {
    const why = broken === undefined ? "" : ` (${broken})`;
    const stateReason = `Planning did not come to its end${why}. Nothing was changed. Make the batch update again.`;
    await saveBatchUpdate(store, batch, { status: "FAILED", stateReason, finishedAt: now.toISOString() }, closed);
    return;
  }
  const { index, hashes } = sealed;
  await savePlanIndex(store, batch, index);
  const nobody = LineSet.none(batch.patrons);
  const summary = summarisePlan(index, nobody, spreadOf(batch.changes) !== undefined);
  const base = digestBase(batch, hashes);
  const { largeBatchThreshold } = await requireLibrary(store, library);
  const reviewUntil = new Date(now.getTime() + reviewDays * 24 * 3600 * 1000).toISOString();
  const ready = {
    status: "READY",
    plan: { ...summary, base, digest: planDigest(base, nobody) },
    starts: index.starts,
    large: batch.patrons > largeBatchThreshold,
    plannedAt: now.toISOString(),
    reviewUntil,
  } as const;
  const saved = await saveBatchUpdate(store, batch, ready, closed, openReview(batch, reviewUntil));
  // Cancelled in this very moment: then there is no work left either.
  if (saved === undefined) await closePlanOfFinal(store, library, job);
}

async function closePlanOfFinal(store: Store, library: string, job: string): Promise<void> {
  const batch = await requireBatchUpdate(store, library, job);
  if (batch.status === "PLANNING") throw new Error(`Batch update ${job} changed while its plan was sealed`);
  await store.table.write(closeWork({ library, workflow: "plan", id: job }));
  if (batch.status !== "READY") await store.table.write(closeReview(batch));
}

/** The index of all chunks in order, with their hashes; undefined where a chunk is missing. */
async function assemble(store: Store, batch: BatchUpdate) {
  const index = emptyIndex();
  const hashes: string[] = [];
  const results = sideBySideInTurn(batch.starts?.keys() ?? [], readsAtOnce, (chunk) =>
    store.objects.getJson(planResultKey(batch, chunk), planResultSchema),
  );
  for await (const result of results) {
    if (result === undefined) return undefined;
    appendIndex(index, result.index);
    hashes.push(result.sha256);
  }
  return index.patronIds.length === batch.patrons ? { index, hashes } : undefined;
}
