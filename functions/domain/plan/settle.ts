import type { PatronProblem } from "#domain/batch-update/outcome";
import type { Day } from "#domain/calendar";
import type { BatchUpdateId } from "#domain/ids";
import type { LibrarySettings } from "#domain/library";
import {
  betweenFieldsProblem,
  type MediumFieldValue,
  type MediumRecord,
  tiedFields,
} from "#domain/profile/medium-record";
import {
  intentProblem,
  merged,
  type PlanField,
  type PlanLine,
  patronProblem,
  planFieldNames,
  presentRecord,
  type Refusal,
} from "./plan.ts";

/** The run that applies a plan. `turn` grows with each taking of the medium's lock. */
export interface Run {
  readonly by: BatchUpdateId;
  readonly turn: number;
}

/**
 * What to do with a line whose record is not at the planned version, or of which nobody knows whether it was written.
 *
 * - DONE: this run wrote it, and nobody after; or somebody after, who found our mark.
 * - LATE: a later run has the record; this one must write nothing more.
 * - UNCHANGED: all planned fields hold the intended values already.
 * - CONFLICT: left alone, with the reason; `current` holds the planned fields as they are now.
 * - WRITE: only other fields changed; write on the version just read. `held` where somebody else had set every planned
 *   field already, so that the service queue is all this run changes: an undo of it must not take their values back.
 */
export type Settlement =
  | { readonly is: "DONE" }
  | { readonly is: "LATE" }
  | { readonly is: "UNCHANGED" }
  | { readonly is: "CONFLICT"; readonly problem: PatronProblem; readonly current: CurrentValues }
  | { readonly is: "WRITE"; readonly version: number | undefined; readonly held?: true };

export type CurrentValues = { readonly [Field in PlanField]?: MediumFieldValue };

/** Decides from the record as it stands; the record is the truth, whatever was claimed before. */
export function settle(line: PlanLine, record: MediumRecord | undefined, run: Run): Settlement {
  if (isWrittenBy(record, run)) return { is: "DONE" };
  if (record?.mark !== undefined && record.mark.turn > run.turn) return { is: "LATE" };
  const present = presentRecord(record);
  if (line.action === "UPDATE") return settleUpdate(line, present, record?.version);
  if (line.action === "CREATE") {
    if (present === undefined) return { is: "WRITE", version: record?.version };
    // A patron whose queue is to be filled is never UNCHANGED; a retry plans the fill for the record that came.
    return holdsAll(line, present) && line.queue === undefined
      ? { is: "UNCHANGED" }
      : conflict(line, present, "A record for this medium was made since the review");
  }
  if (present === undefined) return { is: "UNCHANGED" };
  return present.version === line.version
    ? { is: "WRITE", version: present.version }
    : conflict(line, present, "The record was changed since the review; it is kept");
}

/** True where a record bears the mark of a run: it wrote it, and no later run did. Edits and imports keep the mark. */
export function isWrittenBy(record: MediumRecord | undefined, { by, turn }: Run): boolean {
  return record?.mark?.by === by && record.mark.turn === turn;
}

function settleUpdate(line: PlanLine, record: MediumRecord | undefined, version: number | undefined): Settlement {
  if (record === undefined) return conflict(line, record, "The record was removed since the review");
  const moved = plannedFields(line).filter((field) => record[field] !== line.before[field]);
  const [first] = moved;
  if (first !== undefined) {
    // A queue to be filled is a change for every valid patron, so such a patron is written all the same.
    if (holdsAll(line, record)) {
      return line.queue === undefined ? { is: "UNCHANGED" } : { is: "WRITE", version, held: true };
    }
    return conflict(line, record, `${moved.join(", ")} changed since the review`, first);
  }
  const tied = plannedFields(line).some((field) => tiedFields.some((one) => one === field));
  const broken = tied ? betweenFieldsProblem(merged(record, line.after)) : undefined;
  if (broken !== undefined) return { is: "CONFLICT", problem: broken, current: currentValues(line, record) };
  return { is: "WRITE", version };
}

/** What a line is judged by right before it is written. */
export interface Circumstances {
  readonly medium: string;
  /** The library's settings as they are now, not as they were at the review. */
  readonly library: LibrarySettings;
  /** The library's day. */
  readonly today: Day;
  /** Whether the run takes back what another did. */
  readonly isUndo: boolean;
}

/**
 * What keeps a line from being written although its record may be as planned: the patron is gone or closed by now, the
 * planned next service date has passed, or the medium or a code that is set has left the library's tables. An undo gives
 * old values back whatever day it is and whatever the tables say.
 *
 * @param patron "AS_REVIEWED" where nothing can have happened to the patron since, so that the review is right about it
 */
export function blockedNow(
  line: PlanLine,
  patron: { readonly mainStatus: string } | undefined | "AS_REVIEWED",
  { medium, library, today, isUndo }: Circumstances,
): Refusal | undefined {
  const refused = patron === "AS_REVIEWED" ? undefined : patronProblem(patron, library);
  if (refused !== undefined) return refused;
  const problem = isUndo ? undefined : intentProblem(medium, line.after, library, today);
  return problem && { action: "INVALID", problem };
}

export function plannedFields(line: Pick<PlanLine, "after">): PlanField[] {
  return planFieldNames.filter((field) => line.after[field] !== undefined);
}

export function currentValues(line: PlanLine, record: MediumRecord | undefined): CurrentValues {
  const current: { -readonly [Field in PlanField]?: MediumFieldValue } = {};
  for (const field of plannedFields(line)) {
    const value = record?.[field];
    if (value !== undefined) current[field] = value;
  }
  return current;
}

function holdsAll(line: PlanLine, record: MediumRecord): boolean {
  return plannedFields(line).every((field) => record[field] === (line.after[field] ?? undefined));
}

function conflict(line: PlanLine, record: MediumRecord | undefined, message: string, field?: PlanField): Settlement {
  const problem = { code: "CHANGED_SINCE_REVIEW" as const, message, ...(field !== undefined && { field }) };
  return { is: "CONFLICT", problem, current: currentValues(line, presentRecord(record)) };
}
