import { type Outcome, type PatronProblem, problemAdvice } from "#domain/batch-update/outcome";
import { changedFields, fieldChange, lineChanges, type PlanField, type PlanLine } from "#domain/plan/plan";
import { type CurrentValues, plannedFields } from "#domain/plan/settle";
import type { OutcomeLine } from "#records/batch-updates/outcomes";

/** What became of a line. `current` holds the planned fields of a conflict as they were found. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly problem?: PatronProblem;
  readonly current?: CurrentValues;
}

/** The verdict over a line whose record was written. */
export function writtenVerdict({ action }: PlanLine): Verdict {
  if (action === "CREATE") return { outcome: "CREATED" };
  return { outcome: action === "REMOVE" ? "REMOVED" : "UPDATED" };
}

export const notReached: Verdict = {
  outcome: "UNPROCESSED",
  problem: { code: "NOT_REACHED", message: "The run ended before this patron was reached. Nothing was changed" },
};

/**
 * The verdict over a line that was tried in vain.
 *
 * @param error the name of what DynamoDB answered last
 * @param chunk of the plan, as executions number it
 */
export function writeFailed(error: string, chunk: number, tries: number): Verdict {
  const message = `The record could not be written: ${error} in chunk ${chunk}, after ${tries} tries. Nothing was changed`;
  return { outcome: "FAILED", problem: { code: "WRITE_FAILED", message } };
}

/** The verdict over a line that is not written whatever the records say; undefined over one that is to be written. */
export function verdictOfPlan(line: PlanLine, excluded: boolean): Verdict | undefined {
  if (excluded) return { outcome: "EXCLUDED" };
  if (line.action === "UPDATE" || line.action === "CREATE" || line.action === "REMOVE") return undefined;
  const problem = line.problem && { problem: line.problem };
  return line.action === "CONFLICT"
    ? { outcome: "CONFLICT", ...problem, current: line.before }
    : { outcome: line.action, ...problem };
}

/** The line of the report. */
export function outcomeLine(line: PlanLine, { outcome, problem, current }: Verdict): OutcomeLine {
  const { patronId, lastName, firstName } = line;
  return {
    patronId,
    lastName,
    ...(firstName !== undefined && { firstName }),
    outcome,
    ...(problem !== undefined && { code: problem.code, message: problem.message, advice: problemAdvice[problem.code] }),
    changes: outcome === "UNCHANGED" || outcome === "EXCLUDED" ? [] : changesOf(line, current),
  };
}

function changesOf(line: PlanLine, current: CurrentValues | undefined): OutcomeLine["changes"] {
  if (current === undefined) return lineChanges(line);
  const fields = plannedFields(line).filter((field) => isChanged(line, field) || hasMoved(line, current, field));
  return fields.map((field) => {
    const now = current[field];
    return { ...fieldChange(field, line), ...(now !== undefined && { current: now }) };
  });
}

function isChanged(line: PlanLine, field: PlanField): boolean {
  return changedFields(line.before, line.after).includes(field);
}

function hasMoved(line: PlanLine, current: CurrentValues, field: PlanField): boolean {
  return current[field] !== line.before[field] || line.moved?.includes(field) === true;
}

/** The fields that a problem is about, one row of the errors report each; none where it is not about a field. */
export function problemFields(line: PlanLine, { problem, current }: Verdict): string[] {
  if (problem === undefined) return [];
  const moved = current === undefined ? [] : plannedFields(line).filter((field) => hasMoved(line, current, field));
  if (moved.length > 0) return moved;
  return problem.field === undefined ? [] : [problem.field];
}
