import { LineSet } from "#domain/line-set";
import { appendIndex, emptyIndex, summarisePlan } from "#domain/plan/plan-summary";
import { spreadOf } from "#domain/plan/update-spec";
import { sideBySideInTurn } from "#platform/side-by-side";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { closeLeftovers, failPlanning, seal } from "#records/batch-updates/moves";
import { digestBase, loadPlanResult, planDigest, savePlanIndex } from "#records/batch-updates/plans";
import { requireLibrary } from "#records/library/libraries";
import type { Store } from "#records/store/store";

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
  if (batch.status !== "PLANNING") {
    await closeLeftovers(store, batch, "plan");
    return;
  }
  const sealed = broken !== undefined ? undefined : await assemble(store, batch);
  if (sealed === undefined) {
    const why = broken === undefined ? "" : ` (${broken})`;
    const stateReason = `Planning did not come to its end${why}. Nothing was changed. Make the batch update again.`;
    await failPlanning(store, batch, stateReason, now);
    return;
  }
  const { index, hashes } = sealed;
  await savePlanIndex(store, batch, index);
  const nobody = LineSet.none(batch.patrons);
  const summary = summarisePlan(index, nobody, spreadOf(batch.changes) !== undefined);
  const base = digestBase(batch, hashes);
  const { largeBatchThreshold } = await requireLibrary(store, library);
  const plan = { ...summary, base, digest: planDigest(base, nobody) };
  const sealing = { plan, starts: index.starts, large: batch.patrons > largeBatchThreshold };
  const saved = await seal(store, batch, sealing, now);
  // Cancelled in this very moment: then there is no work left either.
  if (saved === undefined) await closePlanOfFinal(store, library, job);
}

async function closePlanOfFinal(store: Store, library: string, job: string): Promise<void> {
  const batch = await requireBatchUpdate(store, library, job);
  if (batch.status === "PLANNING") throw new Error(`Batch update ${job} changed while its plan was sealed`);
  await closeLeftovers(store, batch, "plan");
  if (batch.status !== "READY") await closeLeftovers(store, batch, "review");
}

/** The index of all chunks in order, with their hashes; undefined where a chunk is missing. */
async function assemble(store: Store, batch: BatchUpdate) {
  const index = emptyIndex();
  const hashes: string[] = [];
  const results = sideBySideInTurn(batch.starts?.keys() ?? [], readsAtOnce, (chunk) =>
    loadPlanResult(store, batch, chunk),
  );
  for await (const result of results) {
    if (result === undefined) return undefined;
    appendIndex(index, result.index);
    hashes.push(result.sha256);
  }
  return index.patronIds.length === batch.patrons ? { index, hashes } : undefined;
}
