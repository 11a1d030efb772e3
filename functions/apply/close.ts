import type { OutcomeCounts } from "#domain/batch-update/counts";
import type { Outcome } from "#domain/batch-update/outcome";
import { type BatchUpdateStatus, isFinal } from "#domain/batch-update/state";
import { isWrittenBy } from "#domain/plan/settle";
import { pause } from "#platform/pause";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import { type BatchUpdate, requireBatchUpdate, saveBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadApplyResult, requireApplyResult } from "#records/batch-updates/outcomes";
import { loadPlanExclusions, readPlanChunk } from "#records/batch-updates/plans";
import { countAppliedPatrons } from "#records/batch-updates/progress";
import { requireLibrary } from "#records/library/libraries";
import { loadMediumRecords } from "#records/profiles/medium-records";
import type { Exclusions } from "#records/store/exclusions";
import { closeWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Dependencies } from "./dependencies.ts";
import { correctChunk, finishChunk } from "./finish-chunk.ts";
import { type ReportSums, writeReport } from "./report.ts";
import { notReached, type Verdict, verdictOfPlan, writtenVerdict } from "./verdict.ts";
import { lookLasts } from "./write-permit.ts";

/** Chunks handled at a time. */
const chunksAtOnce = 8;

/**
 * Ends a run: finds out from the records what became of lines that no result speaks of, keeps the outcomes, writes the
 * report, and only then says the final state. Anyone may call it again at any time.
 *
 * @param broken the name of the error by which the workflow ended, where it did
 */
export async function closeApply(
  dependencies: Dependencies,
  library: string,
  job: string,
  broken: string | undefined,
): Promise<void> {
  const { store, now } = dependencies;
  const closed = closeWork({ library, workflow: "apply", id: job });
  let batch = await requireBatchUpdate(store, library, job);
  if (isFinal(batch.status)) {
    await store.table.write(closed);
    return;
  }
  const chunks = Array.from({ length: batch.starts?.length ?? 0 }, (_, chunk) => chunk);
  const [{ retentionDays }, undoubted] = await allEnded([
    requireLibrary(store, library),
    reportUndoubted(store, batch, chunks),
  ]);
  let report = undoubted;
  if (report === undefined) {
    // Without its canary, a run that broke was stopped before it could do harm.
    const canaryFailed = broken !== undefined && (await loadApplyResult(store, batch, 0)) === undefined;
    batch = await stopWriting(dependencies, batch, canaryFailed);
    report = await reportSettled(dependencies, batch, chunks);
  }
  const { outcomes, errorRows, requestedFills } = report;
  for (;;) {
    const counts = countOutcomes(outcomes);
    const at = now();
    const final = {
      ...finalState(batch, counts, broken),
      counts,
      errorRows,
      requestedFills,
      finishedAt: at.toISOString(),
      undoableUntil: new Date(at.getTime() + retentionDays * 24 * 3600 * 1000).toISOString(),
    };
    if ((await saveBatchUpdate(store, batch, final, closed)) !== undefined) return;
    // Somebody asked to cancel in between.
    batch = await requireBatchUpdate(store, library, job);
    if (isFinal(batch.status)) return;
  }
}

function finalState(
  { status, stateReason }: BatchUpdate,
  counts: OutcomeCounts,
  broken: string | undefined,
): { status: BatchUpdateStatus; stateReason?: string } {
  if (status === "CANCELLING") return { status: "CANCELLED", ...(stateReason !== undefined && { stateReason }) };
  if (broken !== undefined) {
    return {
      status: "FAILED",
      stateReason: `The run broke off (${broken}). The report says who was updated; the rest can be retried.`,
    };
  }
  const { conflict, notFound, invalid, failed, unprocessed } = counts;
  const errors = conflict + notFound + invalid + failed + unprocessed;
  return { status: errors > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED" };
}

const countNames = {
  UPDATED: "updated",
  CREATED: "created",
  REMOVED: "removed",
  UNCHANGED: "unchanged",
  CONFLICT: "conflict",
  NOT_FOUND: "notFound",
  INVALID: "invalid",
  FAILED: "failed",
  UNPROCESSED: "unprocessed",
  EXCLUDED: "excluded",
} as const satisfies Record<Outcome, string>;

function countOutcomes(outcomes: readonly Outcome[]): OutcomeCounts {
  const counts: OutcomeCounts = {
    total: outcomes.length,
    updated: 0,
    created: 0,
    removed: 0,
    unchanged: 0,
    conflict: 0,
    notFound: 0,
    invalid: 0,
    failed: 0,
    unprocessed: 0,
    excluded: 0,
  };
  for (const outcome of outcomes) counts[countNames[outcome]]++;
  return counts;
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
  const exclusions = await loadPlanExclusions(store, batch);
  const results = sideBySideInTurn(chunks, chunksAtOnce, async (chunk) => {
    const found = await loadApplyResult(store, batch, chunk);
    if (found === undefined) await settleChunk(dependencies, batch, chunk, exclusions);
    return await correctChunk(dependencies, batch, found ?? (await requireApplyResult(store, batch, chunk)));
  });
  return await writeReport(store, batch, results);
}

const canaryReason =
  "Stopped by the system: the first patrons could not be worked on. Tell support; it can be retried.";

/** Makes sure that no write of this run can arrive any more: says so, then waits as long as one may be under way. */
async function stopWriting(
  { store, writerTimeout }: Dependencies,
  read: BatchUpdate,
  canaryFailed: boolean,
): Promise<BatchUpdate> {
  let batch = read;
  while (batch.closing !== true) {
    const stopped = { closing: true, reached: await countAppliedPatrons(store, batch) } as const;
    const cancelled = { status: "CANCELLING", stateReason: canaryReason } as const;
    const isCancelled = canaryFailed && batch.status === "PROCESSING";
    const saved = await saveBatchUpdate(store, batch, { ...stopped, ...(isCancelled && cancelled) });
    batch = saved ?? (await requireBatchUpdate(store, batch.library, batch.batchUpdateId));
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
): Promise<void> {
  const { store } = dependencies;
  const { library, medium, batchUpdateId: by, turn } = batch;
  const lines = await readPlanChunk(store, batch, chunk);
  const patronIds = lines.map((line) => line.patronId);
  const records = await loadMediumRecords(store, library, medium, patronIds);
  const verdicts = lines.map((line): Verdict => {
    const planned = verdictOfPlan(line, exclusions.lines.has(line.line));
    if (planned !== undefined) return planned;
    const isMine = turn !== undefined && isWrittenBy(records.get(line.patronId), { by, turn });
    return isMine ? writtenVerdict(line) : notReached;
  });
  await finishChunk(dependencies, batch, chunk, lines, verdicts);
}
