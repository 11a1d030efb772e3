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
}

/** The final state of a run whose every patron is accounted for. Who cancelled it is told even where it broke as well. */
export function finalState({ status, stateReason, counts, broken }: EndingRun): FinalState {
  if (status === "CANCELLING") return { status: "CANCELLED", ...(stateReason !== undefined && { stateReason }) };
  if (broken !== undefined) {
    return {
      status: "FAILED",
      stateReason: `The run broke off (${broken}). The report says who was updated; the rest can be retried.`,
    };
  }
  return { status: countErrors(counts) > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED" };
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
