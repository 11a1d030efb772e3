import type { RecordOutcome, WarningCode } from "#domain/batch-update/outcome";
import type { BatchUpdateId } from "#domain/ids";
import type { LibrarySettings } from "#domain/library";
import { betweenFieldsProblem, type MediumFieldValue, tiedFields } from "#domain/profile/medium-record";
import { type QueueEntry, waitingIn } from "#domain/queue/service-queue";
import {
  changedFields,
  type FieldValues,
  type FieldWrites,
  type Finding,
  markOf,
  merged,
  type PatronState,
  type PlanField,
  type PlanLine,
  patronProblem,
  planFieldNames,
  presentRecord,
  valuesOf,
} from "./plan.ts";

/** What a processed batch update did to one patron. */
export interface Done {
  readonly line: PlanLine;
  readonly outcome: RecordOutcome;
  /** Id of the batch update. */
  readonly by: BatchUpdateId;
}

/** Entries that the batch update to be undone added to the patron's service queue, by where they are now. */
export interface AddedEntries {
  readonly waiting: number;
  readonly sent: number;
}

export function addedTo(queue: readonly QueueEntry[], batchUpdateId: BatchUpdateId): AddedEntries {
  const added = queue.filter((entry) => entry.batchUpdateId === batchUpdateId);
  const waiting = waitingIn(added);
  return { waiting, sent: added.length - waiting };
}

/** What is found of a patron who is in another undo of the same batch update: at most one takes anything back. */
export function alreadyUndone(patron: PatronState["patron"], library: LibrarySettings): Finding {
  const message = "Another undo of the same batch update has this patron already";
  const taken = { action: "INVALID", problem: { code: "ALREADY_UNDONE", message } } as const;
  return { before: {}, after: {}, warnings: [], ...(patronProblem(patron, library) ?? taken) };
}

/**
 * Plans taking back what a batch update did to one patron. Only where every field it changed still holds what it wrote;
 * else the patron is a CONFLICT and left alone whole. Old values are given back as they were, without a look at tables,
 * ranges or today.
 */
export function planUndo(done: Done, state: PatronState, added: AddedEntries, library: LibrarySettings): Finding {
  const refused = patronProblem(state.patron, library);
  if (refused !== undefined) return { before: {}, after: {}, warnings: [], ...refused };
  const queue = undoneQueue(done.line.queue, added, state.waiting);
  const warnings: WarningCode[] = done.line.queue?.after === "FILL" && added.sent > 0 ? ["ENTRIES_SENT"] : [];
  const finding = { ...(queue !== undefined && { queue }), warnings, ...markOf(state.record) };
  if (done.outcome === "CREATED") return undoCreate(done, state, added, finding);
  if (done.outcome === "REMOVED") return undoRemove(done, state, finding);
  return undoUpdate(done, state, finding);
}

type Common = Pick<Finding, "queue" | "warnings" | "version" | "previous">;

/** A fill is undone by withdrawing; a withdrawal by filling again. */
function undoneQueue(queue: PlanLine["queue"], added: AddedEntries, waiting: number): PlanLine["queue"] {
  if (queue === undefined) return undefined;
  return queue.after === "FILL" ? { before: added.waiting, after: "WITHDRAW" } : { before: waiting, after: "FILL" };
}

function undoUpdate({ line }: Done, state: PatronState, common: Common): Finding {
  const record = presentRecord(state.record);
  const fields = changedFields(line.before, line.after);
  const before = valuesOf(record, fields);
  const after = asWrites(fields, line.before);
  if (record === undefined) {
    return conflict({ ...common, before, after }, "The record that this batch update changed is no longer there");
  }
  const moved = fields.filter((field) => record[field] !== (line.after[field] ?? undefined));
  const [first] = moved;
  if (first !== undefined) {
    const message = `${first} no longer holds what this batch update wrote: it wrote ${said(line.after[first])}, now it is ${said(record[first])}`;
    return conflict({ ...common, before, after, moved }, message, first);
  }
  const broken = fields.some((field) => tiedFields.some((tied) => tied === field))
    ? betweenFieldsProblem(merged(record, after))
    : undefined;
  if (broken !== undefined) return { ...common, before, after, warnings: [], action: "CONFLICT", problem: broken };
  return { ...common, before, after, action: "UPDATE" };
}

function undoCreate({ line, by }: Done, state: PatronState, added: AddedEntries, common: Common): Finding {
  const record = presentRecord(state.record);
  const before = valuesOf(record, planFieldNames);
  const after = asWrites(Object.keys(before) as PlanField[], {});
  if (record === undefined) {
    return conflict({ ...common, before, after }, "The record that this batch update created is no longer there");
  }
  const untouched =
    record.mark?.by === by && record.mark.at === line.line && record.version === (line.version ?? 0) + 1;
  if (!untouched) {
    return conflict(
      { ...common, before, after },
      "The record was changed since this batch update created it; it is kept",
    );
  }
  if (added.sent > 0) {
    return conflict(
      { ...common, before, after },
      "Titles of its service queue are on order or sent already; the record is kept",
    );
  }
  return { ...common, before, after, action: "REMOVE" };
}

function undoRemove({ line }: Done, state: PatronState, common: Common): Finding {
  const record = presentRecord(state.record);
  const after = asWrites(Object.keys(line.before) as PlanField[], line.before);
  if (record !== undefined) {
    const before = valuesOf(record, Object.keys(after) as PlanField[]);
    return conflict(
      { ...common, before, after },
      "There is a record again since this batch update removed it; it is kept",
    );
  }
  return { ...common, before: {}, after, action: "CREATE" };
}

function conflict(finding: Omit<Finding, "action" | "problem">, message: string, field?: PlanField): Finding {
  const problem = { code: "CHANGED_SINCE_REVIEW" as const, message, ...(field !== undefined && { field }) };
  return { ...finding, warnings: [], action: "CONFLICT", problem };
}

/** Values to be given back: a field that was empty before is emptied again. */
function asWrites(fields: readonly PlanField[], values: FieldValues): FieldWrites {
  return Object.fromEntries(
    fields.map((field): [PlanField, MediumFieldValue | null] => [field, values[field] ?? null]),
  );
}

function said(value: MediumFieldValue | null | undefined): string {
  return value === undefined || value === null ? "empty" : String(value);
}
