import type { PlanLine } from "#domain/plan/plan";
import type { CurrentValues } from "#domain/plan/settle";
import { type ChunkFailure, failureInWords } from "#domain/support/failure";
import { type Outcome, type PatronProblem, writtenOutcomes } from "./outcome.ts";

/** What became of a line. `current` holds the planned fields of a conflict as they were found. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly problem?: PatronProblem;
  readonly current?: CurrentValues;
  /** Of a line that was tried in vain. */
  readonly failure?: { readonly error: string; readonly tries: number };
}

/** The verdict over a line whose record was written. */
export function writtenVerdict({ action }: PlanLine): Verdict {
  if (action === "CREATE") return { outcome: "CREATED" };
  return { outcome: action === "REMOVE" ? "REMOVED" : "UPDATED" };
}

/**
 * The verdict over a line that nobody came to.
 *
 * @param failure why its chunk could not be worked on, where that is so
 */
export function notReached(failure?: Pick<ChunkFailure, "error" | "chunk" | "tries">): Verdict {
  const why =
    failure === undefined
      ? "The run ended before this patron was reached"
      : `This patron was not reached: ${failureInWords(failure)}`;
  return { outcome: "UNPROCESSED", problem: { code: "NOT_REACHED", message: `${why}. Nothing was changed` } };
}

/**
 * The verdict over a line that was tried in vain.
 *
 * @param error the name of what DynamoDB answered last
 * @param chunk of the plan, as executions number it
 */
export function writeFailed(error: string, chunk: number, tries: number): Verdict {
  const failure = { error, tries };
  const message = `The record could not be written: ${failureInWords({ ...failure, chunk })}. Nothing was changed`;
  return { outcome: "FAILED", problem: { code: "WRITE_FAILED", message }, failure };
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
