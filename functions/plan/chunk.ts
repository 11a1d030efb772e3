import { z } from "zod";
import { addYears, type Day, dayAt } from "#domain/calendar";
import { type BatchUpdateId, batchUpdateIdSchema } from "#domain/ids";
import type { Library } from "#domain/library";
import { fieldsLookedAt, valuesOfLines } from "#domain/plan/distribution";
import {
  type Finding,
  type PatronState,
  type PlanLine,
  patronGone,
  planUpdate,
  presentRecord,
} from "#domain/plan/plan";
import { indexLines } from "#domain/plan/plan-summary";
import { addedTo, alreadyUndone, planUndo } from "#domain/plan/undo";
import { dayOfPatron, spreadDays, spreadOf, type UpdateSpec } from "#domain/plan/update-spec";
import type { MediumFields } from "#domain/profile/medium-record";
import { waitingIn } from "#domain/queue/service-queue";
import { allEnded } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { keepPlanChunk, loadPlanResult, loadSource, savePlanResult } from "#records/batch-updates/plans";
import { requireLibrary } from "#records/library/libraries";
import { loadPatronStates } from "#records/profiles/patron-states";
import { loadQueues, type ServiceQueue } from "#records/service-queues/service-queues";
import type { Store } from "#records/store/store";
import type { Chunk } from "#workflows/chunked-job";
import { readSourceLines, type SourceLine } from "./source-lines.ts";

/** What the list says of a chunk. */
export const planChunkLine = {
  /** Chunk of the source that the lines come from. */
  source: z.int(),
  firstLine: z.int(),
};

/** Plans one chunk: reads each patron, compares, keeps the lines for good, then says so with a result. */
export async function planChunk(store: Store, task: Chunk<typeof planChunkLine>, now: Date): Promise<void> {
  const batch = await requireBatchUpdate(store, batchUpdateIdSchema.parse(task.job));
  if (batch.status !== "PLANNING" || (await loadPlanResult(store, batch, task.chunk)) !== undefined) return;
  const [library, source] = await allEnded([requireLibrary(store), loadSource(store, batch)]);
  const sourceLines = await readSourceLines(store, batch, source, task.source);
  const lines = await planLines(store, batch, library, sourceLines, task.firstLine, now);
  const kept = await keepPlanChunk(
    store,
    batch,
    task.chunk,
    lines.map(({ line }) => line),
  );
  count({ patronsPlanned: lines.length });
  const values = valuesOfLines(
    kept.lines.map((line, i) => ({ line, record: lines[i]?.record })),
    fieldsLookedAt(batch.undoes === undefined ? batch.changes : undefined),
  );
  const { sha256 } = kept;
  await savePlanResult(store, batch, { chunk: task.chunk, sha256, index: indexLines(kept.lines), values });
}

/** A line with the record that it was planned from. */
interface PlannedLine {
  readonly line: PlanLine;
  readonly record: MediumFields | undefined;
}

async function planLines(
  store: Store,
  batch: BatchUpdate,
  library: Library,
  sourceLines: readonly SourceLine[],
  firstLine: number,
  now: Date,
): Promise<PlannedLine[]> {
  const today = dayAt(now, library.timeZone);
  const patronIds = sourceLines.map((line) => line.patronId);
  const states = await loadPatronStates(store, batch.medium, patronIds);
  const queues = needsQueues(batch, sourceLines)
    ? await loadQueues(store, batch.medium, patronIds)
    : new Map<string, ServiceQueue>();
  const findOut = batch.undoes === undefined ? updateFinder(batch, library, today) : undoFinder(batch.undoes, library);
  return sourceLines.map((source, i) => {
    const { patronId } = source;
    const found = states.get(patronId);
    const queue = queues.get(patronId);
    const state = { patron: found?.patron, record: found?.record, waiting: waitingIn(queue?.entries ?? []) };
    const finding = known(source, state, library) ?? findOut({ source, state, queue, place: firstLine + i });
    const { lastName, firstName } = source.erased ? nobody : (found?.patron ?? source);
    const names = { ...(lastName !== undefined && { lastName }), ...(firstName !== undefined && { firstName }) };
    return { line: { line: firstLine + i, patronId, ...names, ...finding }, record: presentRecord(found?.record) };
  });
}

const nobody: Pick<PlanLine, "lastName" | "firstName"> = {};

/** What is found of a patron whatever stands in the records. */
function known({ erased, taken }: SourceLine, { patron }: PatronState, library: Library): Finding | undefined {
  // Who has the id since is somebody new, whom nobody chose, and to whom the earlier batch update did nothing.
  if (erased) return { before: {}, after: {}, warnings: [], ...patronGone };
  return taken ? alreadyUndone(patron, library) : undefined;
}

interface Looked {
  readonly source: SourceLine;
  readonly state: PatronState;
  readonly queue: ServiceQueue | undefined;
  /** Place in the query set less its excluded members, from 0. */
  readonly place: number;
}

function updateFinder(batch: BatchUpdate, library: Library, today: Day) {
  const spec: UpdateSpec = { medium: batch.medium, nightlyDebug: batch.nightlyDebug ?? false, changes: batch.changes };
  const spread = spreadOf(batch.changes);
  // A retry keeps each patron's day, so only a first plan lays days out; its spec was checked to fit.
  const days =
    spread !== undefined && batch.kind === "UPDATE"
      ? spreadDays(spread, library, batch.patrons, addYears(spread.from, 10))
      : undefined;
  return ({ source, state, place }: Looked): Finding => {
    const day = dayOfPatron(spread, days, place, source.earlier?.line.after.nextServiceDate);
    return planUpdate(state, spec, library, today, day);
  };
}

function undoFinder(by: BatchUpdateId, library: Library) {
  return ({ source: { earlier }, state, queue }: Looked): Finding => {
    if (earlier === undefined) throw new Error("An undo plans from an earlier plan");
    const { line, outcome } = earlier;
    if (outcome !== "UPDATED" && outcome !== "CREATED" && outcome !== "REMOVED") {
      throw new Error(`There is nothing to undo where the outcome was ${outcome}`);
    }
    return planUndo({ line, outcome, by }, state, addedTo(queue?.entries ?? [], by), library);
  };
}

function needsQueues(batch: BatchUpdate, lines: readonly SourceLine[]): boolean {
  if (batch.undoes === undefined) return batch.changes.addServiceQueue === true;
  return lines.some(({ earlier }) => earlier?.line.queue !== undefined);
}
