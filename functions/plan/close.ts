import { batchUpdateIdSchema } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { PlanValuesBuilder } from "#domain/plan/distribution";
import { appendIndex, emptyIndex, summarisePlan } from "#domain/plan/plan-summary";
import { spreadOf } from "#domain/plan/update-spec";
import { whyInWords } from "#domain/support/failure";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { failPlanning, seal } from "#records/batch-updates/moves";
import { closeLeftovers } from "#records/batch-updates/open-items";
import { digestBase, loadPlanResult, planDigest, savePlanIndex, savePlanValues } from "#records/batch-updates/plans";
import { requireLibrary } from "#records/library/libraries";
import { loadFailures } from "#records/store/chunk-failures";
import type { Store } from "#records/store/store";

const readsAtOnce = 16;

/** Seals a plan: from now on it is what would be written, and nothing of it is computed again. */
export async function closePlan(store: Store, job: string, now: Date, broken: string | undefined): Promise<void> {
  const batch = await requireBatchUpdate(store, batchUpdateIdSchema.parse(job));
  if (batch.status !== "PLANNING") {
    await closeLeftovers(store, batch, "plan");
    return;
  }
  const sealed = broken !== undefined ? undefined : await assemble(store, batch);
  if (sealed === undefined) {
    const failures = await loadFailures(store, { job, workflow: "plan" });
    const why = whyInWords(failures.values(), broken);
    const stateReason = `Planning did not finish${why}. Nothing was changed. Create the batch update again, or ask support to restart it.`;
    await failed(store, batch, stateReason, now);
    return;
  }
  const { index, values, hashes } = sealed;
  await allEnded([savePlanIndex(store, batch, index), values && savePlanValues(store, batch, values)]);
  const nobody = LineSet.none(batch.patrons);
  const summary = summarisePlan(index, nobody, spreadOf(batch.changes) !== undefined);
  const base = digestBase(batch, hashes);
  const { largeBatchThreshold } = await requireLibrary(store);
  const plan = { ...summary, base, digest: planDigest(base, nobody) };
  const sealing = { plan, starts: index.starts, large: batch.patrons > largeBatchThreshold };
  let planning = batch;
  while (planning.status === "PLANNING") {
    if ((await seal(store, planning, sealing, now)) !== undefined) return;
    // Renamed in between, or cancelled in this very moment: then there is no work left either.
    planning = await requireBatchUpdate(store, batch.batchUpdateId);
  }
  await closeLeftovers(store, planning, "plan");
  if (planning.status !== "READY") await closeLeftovers(store, planning, "review");
}

/** The index of all chunks in order, with their hashes; undefined where a chunk is missing. */
async function assemble(store: Store, batch: BatchUpdate) {
  const index = emptyIndex();
  const values = new PlanValuesBuilder();
  let hasValues = true;
  const hashes: string[] = [];
  const results = sideBySideInTurn(batch.starts?.keys() ?? [], readsAtOnce, (chunk) =>
    loadPlanResult(store, batch, chunk),
  );
  for await (const result of results) {
    if (result === undefined) {
      count({ chunksFailed: 1 });
      return undefined;
    }
    appendIndex(index, result.index);
    hasValues &&= result.values !== undefined;
    if (result.values !== undefined) values.add(result.values);
    hashes.push(result.sha256);
  }
  if (index.patronIds.length !== batch.patrons) return undefined;
  return { index, values: hasValues ? values.whole() : undefined, hashes };
}

async function failed(store: Store, read: BatchUpdate, stateReason: string, now: Date): Promise<void> {
  let batch = read;
  while (batch.status === "PLANNING") {
    if ((await failPlanning(store, batch, stateReason, now)) !== undefined) {
      count({ jobsFailed: 1 });
      return;
    }
    batch = await requireBatchUpdate(store, batch.batchUpdateId);
  }
}
