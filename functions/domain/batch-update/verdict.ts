import type { PlanLine } from "#domain/plan/plan";
import type { CurrentValues } from "#domain/plan/settle";
import { type Outcome, type PatronProblem, writtenOutcomes } from "./outcome.ts";

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

/** True where the verdict is the last word: the record was written, or nobody wanted it to be. */
export function isSettled({ outcome }: Verdict): boolean {
  return outcome === "EXCLUDED" || writtenOutcomes.includes(outcome);
}
