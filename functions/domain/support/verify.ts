import { type Outcome, writtenOutcomes } from "#domain/batch-update/outcome";
import { changedFields, type PlanLine } from "#domain/plan/plan";
import { isWrittenBy, type Run } from "#domain/plan/settle";
import type { MediumRecord } from "#domain/profile/medium-record";

/**
 * How a record stands to what a run says of it.
 *
 * - AS_WRITTEN: it holds what the run wrote
 * - SINCE: somebody wrote it after the run, or the patron is gone: told, and not wrong
 * - ERASED: the patron was erased since, and what the run planned is not known any more
 * - UNTOUCHED: the run did not write it, and says so
 * - WRONG: it bears the run's mark though the run says that it was not written, or lacks what the run says it wrote
 */
export type Standing = "AS_WRITTEN" | "SINCE" | "ERASED" | "UNTOUCHED" | "WRONG";

export function standingOf(line: PlanLine, outcome: Outcome, record: MediumRecord | undefined, run: Run): Standing {
  // Whoever has the id now is somebody else.
  if (line.erased === true) return "ERASED";
  const isMine = isWrittenBy(record, run);
  if (!writtenOutcomes.includes(outcome)) return isMine ? "WRONG" : "UNTOUCHED";
  if (record === undefined) return "SINCE";
  if (!isMine) return (record.mark?.turn ?? 0) > run.turn ? "SINCE" : "WRONG";
  if (holds(line, outcome, record)) return "AS_WRITTEN";
  // Edits and imports keep the mark and count the version on.
  return record.version > (line.version ?? 0) + 1 ? "SINCE" : "WRONG";
}

function holds(line: PlanLine, outcome: Outcome, record: MediumRecord): boolean {
  if (outcome === "REMOVED") return record.removed === true;
  if (record.removed === true) return false;
  const fields = outcome === "CREATED" ? Object.keys(line.after) : changedFields(line.before, line.after);
  const values: Readonly<Record<string, unknown>> = { ...record };
  const wanted: Readonly<Record<string, unknown>> = { ...line.after };
  return fields.every((field) => (values[field] ?? undefined) === (wanted[field] ?? undefined));
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Holds numbers against numbers, name by name. */
export function compareCounts(
  name: string,
  what: string,
  found: Readonly<Record<string, number>>,
  said: Readonly<Record<string, number>>,
): Check {
  const names = [...new Set([...Object.keys(found), ...Object.keys(said)])];
  const wrong = names.filter((one) => (found[one] ?? 0) !== (said[one] ?? 0));
  const told = wrong.map((one) => `${one}: ${found[one] ?? 0} counted, ${said[one] ?? 0} said`);
  return {
    name,
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `${what}: ${found["total"] ?? 0} counted, as said` : `${what}: ${told.join("; ")}`,
  };
}
