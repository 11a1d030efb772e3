import { canaryReason } from "#domain/batch-update/brake";
import { countOutcomes } from "#domain/batch-update/counts";
import { finalState } from "#domain/batch-update/final-state";
import { isFinal } from "#domain/batch-update/state";
import { notReached, type Verdict, verdictOfPlan, writtenVerdict } from "#domain/batch-update/verdict";
import { batchUpdateIdSchema } from "#domain/ids";
import { isWrittenBy } from "#domain/plan/settle";
import type { ChunkFailure } from "#domain/support/failure";
import { pause } from "#platform/pause";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { closeLeftovers } from "#records/batch-updates/open-items";
import { loadApplyResult, requireApplyResult } from "#records/batch-updates/outcomes";
import { loadPlanExclusions, readPlanChunk } from "#records/batch-updates/plans";
import { countAppliedPatrons } from "#records/batch-updates/progress";
import { finish, stopWriting } from "#records/batch-updates/run-moves";
import { requireLibrary } from "#records/library/libraries";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { loadFailures } from "#records/store/chunk-failures";
import type { Exclusions } from "#records/store/exclusions";
import type { Store } from "#records/store/store";
import type { Dependencies } from "./dependencies.ts";
import { correctChunk, finishChunk } from "./finish-chunk.ts";
import { type ReportSums, writeReport } from "./report.ts";
import { lookLasts } from "./write-permit.ts";

/** Chunks handled at a time. */
const chunksAtOnce = 8;

/**
 * Ends a run: finds out from the records what became of lines that no result speaks of, keeps the outcomes, writes the
 * report, and only then says the final state. Anyone may call it again at any time.
 *
 * @param broken the name of the error by which the workflow ended, where it did
 */
export async function closeApply(dependencies: Dependencies, job: string, broken: string | undefined): Promise<void> {
  const { store, now } = dependencies;
  let batch = await requireBatchUpdate(store, batchUpdateIdSchema.parse(job));
  const chunks = Array.from({ length: batch.starts?.length ?? 0 }, (_, chunk) => chunk);
  if (isFinal(batch.status)) {
    // Support closes a run once more whose report was damaged. What the chunks left is what it was made of.
    if (batch.counts !== undefined) await reportAgain(store, batch, chunks);
    await closeLeftovers(store, batch, "apply");
    return;
  }
  const [{ retentionDays }, undoubted] = await allEnded([requireLibrary(store), reportUndoubted(store, batch, chunks)]);
  let report = undoubted;
  if (report === undefined) {
    // Without its canary, a run that broke was stopped before it could do harm.
    const canaryFailed = broken !== undefined && (await loadApplyResult(store, batch, 0)) === undefined;
    batch = await endWriting(dependencies, batch, canaryFailed);
    report = await reportSettled(dependencies, batch, chunks);
  }
  const { outcomes, errorRows, requestedFills, failures } = report;
  const counts = countOutcomes(outcomes);
  while (batch.status === "PROCESSING" || batch.status === "CANCELLING") {
    const { status, stateReason } = batch;
    const final = finalState({ status, stateReason, counts, broken, failures });
    const ended = await finish(
      store,
      batch,
      final,
      { counts, errorRows, requestedFills },
      { at: now(), retentionDays, failures },
    );
    if (ended?.status === "FAILED") count({ jobsFailed: 1 });
    if (ended !== undefined) return;
    // Somebody asked to cancel in between.
    batch = await requireBatchUpdate(store, batch.batchUpdateId);
  }
}

/** As often as somebody was erased meanwhile, who may stand in what was read before. */
async function reportAgain(store: Store, read: BatchUpdate, chunks: readonly number[]): Promise<void> {
  let batch = read;
  for (;;) {
    await writeReport(store, batch, resultsOf(store, batch, chunks));
    const now = await requireBatchUpdate(store, batch.batchUpdateId);
    if (now.rewritten === batch.rewritten) return;
    batch = now;
  }
}

function resultsOf(store: Store, batch: BatchUpdate, chunks: readonly number[]) {
  return sideBySideInTurn(chunks, chunksAtOnce, (chunk) => requireApplyResult(store, batch, chunk));
}

/** A chunk has no result, or one that leaves lines open. */
class InDoubt extends Error {}

/** The report where every result speaks of every line; undefined where one is in doubt: then no report is there. */
async function reportUndoubted(
  store: Store,
  batch: BatchUpdate,
  chunks: readonly number[],
): Promise<ReportSums | undefined> {
  const results = sideBySideInTurn(chunks, chunksAtOnce, async (chunk) => {
    const result = await loadApplyResult(store, batch, chunk);
    // A write may still come: of a chunk without a result, or by another delivery of one that left a line.
    if (result === undefined || result.left.length > 0) throw new InDoubt();
    return result;
  });
  try {
    return await writeReport(store, batch, results);
  } catch (error) {
    if (error instanceof InDoubt) return undefined;
    throw error;
  }
}

/** The report with every result held against the records wherever it does not say that a line was written. */
async function reportSettled(
  dependencies: Dependencies,
  batch: BatchUpdate,
  chunks: readonly number[],
): Promise<ReportSums> {
  const { store } = dependencies;
  const { batchUpdateId: job } = batch;
  const [exclusions, failures] = await allEnded([
    loadPlanExclusions(store, batch),
    loadFailures(store, { job, workflow: "apply" }),
  ]);
  const results = sideBySideInTurn(chunks, chunksAtOnce, async (chunk) => {
    const found = await loadApplyResult(store, batch, chunk);
    // What was not reached because somebody cancelled has not failed.
    if (found === undefined && batch.status === "PROCESSING") count({ chunksFailed: 1 });
    if (found === undefined) await settleChunk(dependencies, batch, chunk, exclusions, failures.get(chunk));
    return await correctChunk(dependencies, batch, found ?? (await requireApplyResult(store, batch, chunk)));
  });
  return await writeReport(store, batch, results);
}

/** Makes sure that no write of this run can arrive any more: says so, then waits as long as one may be under way. */
async function endWriting(
  { store, writerTimeout, now }: Dependencies,
  read: BatchUpdate,
  canaryFailed: boolean,
): Promise<BatchUpdate> {
  let batch = read;
  while (batch.closing !== true) {
    const reached = await countAppliedPatrons(store, batch);
    const saved = await stopWriting(store, batch, reached, canaryFailed ? canaryReason : undefined, now());
    batch = saved ?? (await requireBatchUpdate(store, batch.batchUpdateId));
  }
  await pause(lookLasts + writerTimeout);
  return batch;
}

/** Finds out from the records what became of a chunk that left no result. */
async function settleChunk(
  dependencies: Dependencies,
  batch: BatchUpdate,
  chunk: number,
  exclusions: Exclusions,
  failure: ChunkFailure | undefined,
): Promise<void> {
  const { store } = dependencies;
  const { medium, batchUpdateId: by, turn } = batch;
  const lines = await readPlanChunk(store, batch, chunk);
  const patronIds = lines.map((line) => line.patronId);
  const records = await loadMediumRecords(store, medium, patronIds);
  const verdicts = lines.map((line): Verdict => {
    const planned = verdictOfPlan(line, exclusions.lines.has(line.line));
    if (planned !== undefined) return planned;
    const isMine = turn !== undefined && isWrittenBy(records.get(line.patronId), { by, turn });
    return isMine ? writtenVerdict(line) : notReached(failure);
  });
  await finishChunk(dependencies, batch, chunk, lines, verdicts, failure);
}
