import { countOutcomes, countWritten } from "#domain/batch-update/counts";
import { mayWriteRecords } from "#domain/batch-update/state";
import { type Verdict, verdictOfPlan } from "#domain/batch-update/verdict";
import { dayAt } from "#domain/calendar";
import { batchUpdateIdSchema } from "#domain/ids";
import type { PlanLine } from "#domain/plan/plan";
import { blockedNow } from "#domain/plan/settle";
import { allEnded } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadApplyResult } from "#records/batch-updates/outcomes";
import { loadPlanExclusions, readPlanChunk } from "#records/batch-updates/plans";
import { loadMainStatuses } from "#records/profiles/patron-states";
import { loadPatronsAsOf, type PatronsAsOf } from "#records/profiles/patrons-as-of";
import { loadQueues } from "#records/service-queues/service-queues";
import type { Chunk } from "#workflows/chunked-job";
import { brakeIfFailing } from "./brake.ts";
import type { Dependencies } from "./dependencies.ts";
import { finishChunk } from "./finish-chunk.ts";
import { writeLines } from "./write-lines.ts";
import { createWritePermit } from "./write-permit.ts";

/** Writes one chunk of a plan. Ends without a result where the run was cancelled or is late: closing finds out the rest. */
export async function applyChunk(dependencies: Dependencies, { job, chunk }: Chunk): Promise<void> {
  const { store, now } = dependencies;
  const looked = Date.now();
  const named = { library: store.library, batchUpdateId: batchUpdateIdSchema.parse(job) };
  const [batch, done, lines, patrons] = await allEnded([
    requireBatchUpdate(store, named.batchUpdateId),
    loadApplyResult(store, named, chunk),
    readPlanChunk(store, named, chunk),
    loadPatronsAsOf(store, now()),
  ]);
  const { turn } = batch;
  if (turn === undefined || !mayWriteRecords(batch) || done !== undefined) return;
  const mayWrite = createWritePermit(store, batch, looked);
  const exclusions = await loadPlanExclusions(store, batch);
  const verdicts = lines.map((line) => verdictOfPlan(line, exclusions.lines.has(line.line)));
  const toWrite = lines.filter((_, i) => verdicts[i] === undefined);
  const blocked = await findBlocked(dependencies, batch, toWrite, patrons);
  const free = toWrite.filter((line) => !blocked.has(line.line));
  const written = await writeLines(dependencies, { ...batch, turn }, chunk, free, mayWrite);
  if (written === undefined) return;
  const all = lines.map((line, i): Verdict => {
    const verdict = verdicts[i] ?? blocked.get(line.line) ?? written.get(line.line);
    if (verdict === undefined) throw new Error(`Line ${line.line} has no verdict`);
    return verdict;
  });
  await finishChunk(dependencies, batch, chunk, lines, all);
  countVerdicts(all);
  if (all.some(({ outcome }) => outcome === "FAILED")) await brakeIfFailing(dependencies, batch);
}

function countVerdicts(verdicts: readonly Verdict[]): void {
  const counts = countOutcomes(verdicts.map(({ outcome }) => outcome));
  count({ patronsWritten: countWritten(counts), conflicts: counts.conflict, failures: counts.failed });
}

/**
 * Lines that must not be written for a reason outside their medium record: gone, closed, a day passed, a code that left
 * the tables, titles sent. Where
 * an earlier delivery of the chunk did write one, closing sees its mark on the record.
 */
async function findBlocked(
  { store, now }: Dependencies,
  batch: BatchUpdate,
  lines: readonly PlanLine[],
  { settings, patronsAsOf }: PatronsAsOf,
): Promise<Map<number, Verdict>> {
  const blocked = new Map<number, Verdict>();
  if (lines.length === 0) return blocked;
  const removed = batch.undoes === undefined ? [] : lines.filter((line) => line.action === "REMOVE");
  const isAsReviewed = patronsAsOf !== undefined && patronsAsOf === batch.patronsAsOf;
  const idsOf = (some: readonly PlanLine[]) => some.map((line) => line.patronId);
  const [statuses, queues] = await allEnded([
    isAsReviewed ? undefined : loadMainStatuses(store, idsOf(lines)),
    loadQueues(store, batch.medium, idsOf(removed)),
  ]);
  const circumstances = {
    medium: batch.medium,
    library: settings,
    today: dayAt(now(), settings.timeZone),
    isUndo: batch.undoes !== undefined,
  };
  for (const line of lines) {
    const patron = statuses === undefined ? "AS_REVIEWED" : statuses.get(line.patronId);
    const refused = blockedNow(line, patron, circumstances);
    if (refused !== undefined) blocked.set(line.line, { outcome: refused.action, problem: refused.problem });
  }
  for (const line of removed) {
    const sent = queues
      .get(line.patronId)
      ?.entries.some((it) => it.batchUpdateId === batch.undoes && it.status !== "WAITING");
    if (sent !== true || blocked.has(line.line)) continue;
    const message = "Titles of its service queue were put on order or sent since the review; the record is kept";
    blocked.set(line.line, {
      outcome: "CONFLICT",
      problem: { code: "CHANGED_SINCE_REVIEW", message },
      current: line.before,
    });
  }
  return blocked;
}
