import type { Outcome } from "#domain/outcome";
import {
  type BatchUpdate,
  type BatchUpdateStatus,
  isFinal,
  type OutcomeCounts,
  requireBatchUpdate,
  saveBatchUpdate,
} from "#records/batch-updates";
import { requireLibrary } from "#records/libraries";
import { loadMediumRecords } from "#records/medium-records";
import { closeWork } from "#records/open-work";
import { type ApplyResult, loadApplyResult, saveOutcomeIndex } from "#records/outcomes";
import { loadPlanExclusions, readPlanChunk } from "#records/plans";
import { pause } from "#records/table";
import type { Dependencies } from "./dependencies.ts";
import { finishChunk } from "./finish-chunk.ts";
import { writeReport } from "./report.ts";
import { notReached, type Verdict, verdictOfPlan, writtenOutcome } from "./verdict.ts";
import { lookLasts } from "./write-permit.ts";

/** Chunks handled side by side. */
const side = 8;

/**
 * Ends a run: finds out from the records what became of lines that no result speaks of, keeps the outcomes, writes the
 * report, and only then says the final state. Anyone may call it again at any time.
 *
 * @param broken whether the workflow ended by an error
 */
export async function closeApply(
  dependencies: Dependencies,
  library: string,
  job: string,
  broken: boolean,
): Promise<void> {
  const { store, now } = dependencies;
  const closed = closeWork({ library, workflow: "apply", id: job });
  let batch = await requireBatchUpdate(store, library, job);
  if (isFinal(batch.status)) {
    await store.table.write(closed);
    return;
  }
  const chunks = batch.starts?.length ?? 0;
  let results = await loadResults(dependencies, batch, chunks);
  // Without its canary, a run that broke was stopped before it could do harm.
  const canaryFailed = broken && results[0] === undefined;
  if (results.includes(undefined)) {
    batch = await stopWriting(dependencies, batch);
    await settleRest(dependencies, batch, results);
    results = await loadResults(dependencies, batch, chunks);
  }
  const done = results.filter((result) => result !== undefined);
  if (done.length < chunks) throw new Error(`Batch update ${job} still has chunks without an outcome`);
  const outcomes = done.flatMap((result) => result.outcomes);
  await saveOutcomeIndex(store, batch, outcomes);
  const errorRows = await writeReport(store, batch, done);
  const { retentionDays } = await requireLibrary(store, library);
  for (;;) {
    const counts = countOutcomes(outcomes);
    const at = now();
    const final = {
      ...finalState(batch, counts, broken, canaryFailed),
      counts,
      errorRows,
      requestedFills: done.reduce((sum, result) => sum + result.requestedFills, 0),
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
  broken: boolean,
  canaryFailed: boolean,
): { status: BatchUpdateStatus; stateReason?: string } {
  if (status === "CANCELLING") return { status: "CANCELLED", ...(stateReason !== undefined && { stateReason }) };
  if (canaryFailed) {
    return {
      status: "CANCELLED",
      stateReason: "Stopped by the system: the first patrons could not be worked on. Tell support; it can be retried.",
    };
  }
  if (broken) {
    return {
      status: "FAILED",
      stateReason: "The run broke off. The report says who was updated; the rest can be retried.",
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

async function loadResults({ store }: Dependencies, batch: BatchUpdate, chunks: number) {
  const results: (ApplyResult | undefined)[] = [];
  for (let from = 0; from < chunks; from += side) {
    const numbers = Array.from({ length: Math.min(side, chunks - from) }, (_, i) => from + i);
    results.push(...(await Promise.all(numbers.map((chunk) => loadApplyResult(store, batch, chunk)))));
  }
  return results;
}

/** Makes sure that no write of this run can arrive any more: says so, then waits as long as one may be under way. */
async function stopWriting({ store, writerTimeout }: Dependencies, read: BatchUpdate): Promise<BatchUpdate> {
  let batch = read;
  while (batch.closing !== true) {
    const saved = await saveBatchUpdate(store, batch, { closing: true });
    batch = saved ?? (await requireBatchUpdate(store, batch.library, batch.batchUpdateId));
  }
  await pause(lookLasts + writerTimeout);
  return batch;
}

/** Finds out from the records what became of the chunks that left no result. */
async function settleRest(
  dependencies: Dependencies,
  batch: BatchUpdate,
  results: readonly (ApplyResult | undefined)[],
): Promise<void> {
  const { store } = dependencies;
  const missing = results.flatMap((result, chunk) => (result === undefined ? [chunk] : []));
  const exclusions = await loadPlanExclusions(store, batch);
  const settleChunk = async (chunk: number) => {
    if ((await loadApplyResult(store, batch, chunk)) !== undefined) return;
    const lines = await readPlanChunk(store, batch, chunk);
    const records = await loadMediumRecords(
      store,
      batch.library,
      batch.medium,
      lines.map((line) => line.patronId),
    );
    const verdicts = lines.map((line): Verdict => {
      const planned = verdictOfPlan(line, exclusions.lines.has(line.line));
      if (planned !== undefined) return planned;
      const mark = records.get(line.patronId)?.mark;
      const isMine = mark !== undefined && mark.by === batch.batchUpdateId && mark.turn === batch.turn;
      return isMine ? { outcome: writtenOutcome[line.action as keyof typeof writtenOutcome] } : notReached;
    });
    await finishChunk(dependencies, batch, chunk, lines, verdicts);
  };
  const next = missing.values();
  await Promise.all(
    Array.from({ length: side }, async () => {
      for (const chunk of next) await settleChunk(chunk);
    }),
  );
}
