import { requestFills } from "#batch-manager/requests";
import { withdrawFills } from "#batch-manager/withdrawals";
import { type Outcome, writtenOutcomes } from "#domain/batch-update/outcome";
import { outcomeLine, problemFields } from "#domain/batch-update/outcome-line";
import { isSettled, type Verdict, writtenVerdict } from "#domain/batch-update/verdict";
import { type PlanLine, writes } from "#domain/plan/plan";
import { isWrittenBy } from "#domain/plan/settle";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { type ApplyResult, reportTexts, requireApplyResult, saveApplyResult } from "#records/batch-updates/outcomes";
import { readPlanChunk } from "#records/batch-updates/plans";
import { loadMediumRecords } from "#records/profiles/medium-records";
import type { Dependencies } from "./dependencies.ts";

/**
 * What follows when the records of a chunk are written: service queues are asked for or withdrawn from, then the outcomes
 * are kept, and last the result, with which the chunk is done. Repeating it changes nothing.
 *
 * @param failure why its lines were not reached, where closing finds that out
 */
export async function finishChunk(
  dependencies: Dependencies,
  batch: BatchUpdate,
  chunk: number,
  lines: readonly PlanLine[],
  verdicts: readonly Verdict[],
  failure?: Failure,
): Promise<void> {
  const verdictOf = (i: number): Verdict => verdicts[i] ?? { outcome: "UNPROCESSED" };
  const outcomes = lines.map((_, i) => verdictOf(i).outcome);
  const requestedFills = await changeQueues(dependencies, batch, chunk, lines, outcomes);
  const fields = lines.flatMap((line, i): [string, string[]][] => {
    const found = problemFields(line, verdictOf(i));
    return found.length === 0 ? [] : [[String(i), found]];
  });
  const left = lines.flatMap(({ action }, i) => (writes(action) && !isSettled(verdictOf(i)) ? [i] : []));
  const texts = lines.map((line, i) => JSON.stringify(outcomeLine(line, verdictOf(i))));
  const failures = failuresIn(verdicts, failure);
  const result = { chunk, outcomes, problemFields: Object.fromEntries(fields), left, requestedFills, ...failures };
  await saveApplyResult(dependencies.store, batch, result, texts, { correct: false });
}

type Failure = NonNullable<Verdict["failure"]>;

/** The errors by which lines failed, each once, or by which none of them was reached. */
function failuresIn(verdicts: readonly Verdict[], whole: Failure | undefined): { failures?: Failure[] } {
  const found = new Map<string, Failure>();
  for (const failure of [whole, ...verdicts.map((verdict) => verdict.failure)]) {
    if (failure !== undefined) found.set(failure.error, { error: failure.error, tries: failure.tries });
  }
  return found.size === 0 ? {} : { failures: [...found.values()] };
}

/**
 * Looks again at the lines that a chunk's result says were left, and corrects it where the record bears this run's mark:
 * another delivery of the chunk, or a request that counted as lost, did write it. The record is the truth.
 */
export async function correctChunk(
  dependencies: Dependencies,
  batch: BatchUpdate,
  result: ApplyResult,
): Promise<ApplyResult> {
  const { store } = dependencies;
  const { batchUpdateId: by, turn, medium } = batch;
  if (result.left.length === 0 || turn === undefined) return result;
  const lines = await readPlanChunk(store, batch, result.chunk);
  const left = result.left.flatMap((place) => {
    const line = lines[place];
    return line === undefined ? [] : [{ place, line }];
  });
  const patronIds = left.map(({ line }) => line.patronId);
  const records = await loadMediumRecords(store, medium, patronIds);
  const written = left.filter(({ line }) => isWrittenBy(records.get(line.patronId), { by, turn }));
  if (written.length === 0) return result;
  const outcomes = [...result.outcomes];
  const texts = reportTexts(result);
  const fields = new Map(Object.entries(result.problemFields));
  for (const { place, line } of written) {
    const verdict = writtenVerdict(line);
    outcomes[place] = verdict.outcome;
    texts[place] = JSON.stringify(outcomeLine(line, verdict));
    fields.delete(String(place));
  }
  const places = new Set(written.map(({ place }) => place));
  const corrected = {
    chunk: result.chunk,
    outcomes,
    problemFields: Object.fromEntries(fields),
    left: result.left.filter((place) => !places.has(place)),
    ...(result.failures !== undefined && { failures: result.failures }),
    requestedFills: await changeQueues(dependencies, batch, result.chunk, lines, outcomes),
  };
  await saveApplyResult(store, batch, corrected, texts, { correct: true });
  return await requireApplyResult(store, batch, result.chunk);
}

/** @returns how many service queues the lines that were written ask to be filled */
async function changeQueues(
  dependencies: Dependencies,
  batch: BatchUpdate,
  chunk: number,
  lines: readonly PlanLine[],
  outcomes: readonly Outcome[],
): Promise<number> {
  const { store, now } = dependencies;
  const { library, batchUpdateId, medium } = batch;
  const queuesOf = (after: "FILL" | "WITHDRAW") =>
    lines.map(({ queue, patronId }, i) => {
      const outcome = outcomes[i];
      return queue?.after === after && outcome && writtenOutcomes.includes(outcome) ? patronId : undefined;
    });
  const fills = queuesOf("FILL");
  await requestFills(dependencies, { library, batchUpdateId, medium }, chunk, fills);
  const withdrawals = queuesOf("WITHDRAW").filter((patronId) => patronId !== undefined);
  if (batch.undoes !== undefined && withdrawals.length > 0) {
    const undone = { library, batchUpdateId: batch.undoes, medium };
    await withdrawFills(store, undone, { undo: batchUpdateId, chunk }, withdrawals, now());
  }
  return fills.filter((patronId) => patronId !== undefined).length;
}
