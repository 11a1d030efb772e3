import { writtenOutcomes } from "#domain/outcome";
import type { PlanLine } from "#domain/plan";
import { requestFills } from "#platform/fill-requests";
import { withdrawFills } from "#platform/withdraw-fills";
import type { BatchUpdate } from "#records/batch-updates";
import { outcomeLinesKey, saveApplyResult } from "#records/outcomes";
import type { Dependencies } from "./dependencies.ts";
import { outcomeLine, problemFields, type Verdict } from "./verdict.ts";

/**
 * What follows when the records of a chunk are written: service queues are asked for or withdrawn from, then the outcomes
 * are kept, and last the result, with which the chunk is done. Repeating it changes nothing.
 */
export async function finishChunk(
  dependencies: Dependencies,
  batch: BatchUpdate,
  chunk: number,
  lines: readonly PlanLine[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const { store, now } = dependencies;
  const { library, batchUpdateId, medium } = batch;
  const queuesOf = (after: "FILL" | "WITHDRAW") =>
    lines.flatMap((line, i) => {
      const outcome = verdicts[i]?.outcome;
      return line.queue?.after === after && outcome && writtenOutcomes.includes(outcome) ? [line.patronId] : [];
    });
  const fills = queuesOf("FILL");
  await requestFills(dependencies, { library, batch: batchUpdateId, medium }, chunk, fills);
  const withdrawals = queuesOf("WITHDRAW");
  if (batch.undoes !== undefined && withdrawals.length > 0) {
    const undone = { library, batch: batch.undoes, medium };
    await withdrawFills(store, undone, { undo: batchUpdateId, chunk }, withdrawals, now());
  }
  const verdictOf = (i: number): Verdict => verdicts[i] ?? { outcome: "UNPROCESSED" };
  const texts = lines.map((line, i) => JSON.stringify(outcomeLine(line, verdictOf(i))));
  await store.objects.putLinesOnce(outcomeLinesKey(batch, chunk), texts);
  const fields = lines.flatMap((line, i): [string, string[]][] => {
    const found = problemFields(line, verdictOf(i));
    return found.length === 0 ? [] : [[String(i), found]];
  });
  await saveApplyResult(store, batch, {
    chunk,
    outcomes: lines.map((_, i) => verdictOf(i).outcome),
    problemFields: Object.fromEntries(fields),
    requestedFills: fills.length,
  });
}
