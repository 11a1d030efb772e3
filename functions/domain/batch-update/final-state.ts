import { type ChunkFailure, failuresInWords } from "../support/failure.ts";
import { countErrors, type OutcomeCounts } from "./counts.ts";
import type { BatchUpdateStatus } from "./state.ts";

/** What a run ends as, and why where that needs words. */
export interface FinalState {
  readonly status: BatchUpdateStatus;
  readonly stateReason?: string;
}

export interface EndingRun {
  readonly status: "PROCESSING" | "CANCELLING";
  /** Why it was cancelled or stopped. */
  readonly stateReason?: string | undefined;
  readonly counts: OutcomeCounts;
  /** The name of the error by which its workflow ended, where it did. */
  readonly broken: string | undefined;
  /** What parts of it failed by, for a reason not the patrons'. */
  readonly failures?: readonly Failure[];
}

type Failure = Pick<ChunkFailure, "error" | "chunk" | "tries">;

/** The final state of a run whose every patron is accounted for. Who cancelled it is told even where it broke as well. */
export function finalState({ status, stateReason, counts, broken, failures = [] }: EndingRun): FinalState {
  const why = failures.length === 0 ? undefined : `What failed: ${failuresInWords(failures)}.`;
  if (status === "CANCELLING") return { status: "CANCELLED", ...reasonOf(stateReason, why) };
  if (broken !== undefined) {
    const broke = `The run broke off (${broken}). The report says who was updated; the rest can be retried.`;
    return { status: "FAILED", ...reasonOf(broke, why) };
  }
  if (countErrors(counts) === 0) return { status: "COMPLETED" };
  const retry = why === undefined ? undefined : "Some patrons could not be worked on; they can be retried.";
  return { status: "COMPLETED_WITH_ERRORS", ...reasonOf(retry, why) };
}

function reasonOf(...sentences: readonly (string | undefined)[]): { stateReason?: string } {
  const said = sentences.filter((sentence) => sentence !== undefined);
  return said.length === 0 ? {} : { stateReason: said.join(" ") };
}

const dayLength = 24 * 3600 * 1000;

/** The instant until which a batch update that ended at `finishedAt` can be undone. */
export function undoableUntil(finishedAt: Date, retentionDays: number): Date {
  return new Date(finishedAt.getTime() + retentionDays * dayLength);
}

/** Days for which a review waits for somebody to go on with it. */
export const reviewDays = 7;

/** The instant at which a review that nobody goes on with is cancelled. */
export function reviewUntil(plannedAt: Date): Date {
  return new Date(plannedAt.getTime() + reviewDays * dayLength);
}
