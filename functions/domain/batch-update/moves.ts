import type { BatchUpdateStatus } from "./state.ts";

/** What may be done in any state, and changes none. */
const staysAsItIs = {
  PLANNING: ["PLANNING"],
  READY: ["READY"],
  SCHEDULED: ["SCHEDULED"],
  PROCESSING: ["PROCESSING"],
  CANCELLING: ["CANCELLING"],
  COMPLETED: ["COMPLETED"],
  COMPLETED_WITH_ERRORS: ["COMPLETED_WITH_ERRORS"],
  CANCELLED: ["CANCELLED"],
  FAILED: ["FAILED"],
} as const;

/**
 * The life of a batch update: for each move the states it may be made in, and the states it may lead to from there. A move
 * that is not here is not made by anybody.
 *
 * - split: the chunks of its plan are known
 * - seal: the plan is whole and waits for its review
 * - failPlanning: planning did not come to its end, or was given up
 * - planAgain: support has a plan that failed planned again; never one that was processed
 * - exclude: patrons of a review are left out or taken in again
 * - handOver: whoever prepared it tells the administrators that it waits for them
 * - handBack: an administrator gives it back
 * - schedule: it will begin by itself
 * - unschedule: it will not, and its review goes on
 * - begin: the reviewed plan is being applied
 * - cancel: somebody asked for it; at once where nothing was written yet
 * - expire: nobody went on with the review
 * - stop: the system ends a run that is going wrong
 * - stopWriting: closing has begun, so nothing more may be written; with the first patrons' failure it stops as well
 * - finish: everything is accounted for
 * - addChild: a retry or an undo of it is made
 * - rename: it gets another name, at any time
 * - erase: a patron was erased from what it keeps, at any time
 * - forget: what it keeps of its patrons is being deleted, or is deleted; its counts stay
 */
export const moves = {
  split: { PLANNING: ["PLANNING"] },
  seal: { PLANNING: ["READY"] },
  failPlanning: { PLANNING: ["FAILED"] },
  planAgain: { FAILED: ["PLANNING"] },
  exclude: { READY: ["READY"] },
  handOver: { READY: ["READY"] },
  handBack: { READY: ["READY"] },
  schedule: { READY: ["SCHEDULED"] },
  unschedule: { SCHEDULED: ["READY"] },
  begin: { READY: ["PROCESSING"], SCHEDULED: ["PROCESSING"] },
  cancel: {
    PLANNING: ["CANCELLED"],
    READY: ["CANCELLED"],
    SCHEDULED: ["CANCELLED"],
    PROCESSING: ["CANCELLING"],
  },
  expire: { READY: ["CANCELLED"] },
  stop: { PROCESSING: ["CANCELLING"] },
  stopWriting: { PROCESSING: ["PROCESSING", "CANCELLING"], CANCELLING: ["CANCELLING"] },
  finish: { PROCESSING: ["COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED"], CANCELLING: ["CANCELLED"] },
  addChild: {
    COMPLETED: ["COMPLETED"],
    COMPLETED_WITH_ERRORS: ["COMPLETED_WITH_ERRORS"],
    CANCELLED: ["CANCELLED"],
    FAILED: ["FAILED"],
  },
  forget: {
    COMPLETED: ["COMPLETED"],
    COMPLETED_WITH_ERRORS: ["COMPLETED_WITH_ERRORS"],
    CANCELLED: ["CANCELLED"],
    FAILED: ["FAILED"],
  },
  rename: staysAsItIs,
  erase: staysAsItIs,
} as const satisfies Record<string, Partial<Record<BatchUpdateStatus, readonly BatchUpdateStatus[]>>>;
export type Move = keyof typeof moves;

const table: Record<Move, Partial<Record<BatchUpdateStatus, readonly BatchUpdateStatus[]>>> = moves;

/** True where a move may be made in a state at all. */
export function mayMove(move: Move, from: BatchUpdateStatus): boolean {
  return table[move][from] !== undefined;
}

/** True where a move may be made from one state to another. */
export function isLegalMove(move: Move, from: BatchUpdateStatus, to: BatchUpdateStatus): boolean {
  return table[move][from]?.includes(to) === true;
}

/** Where cancelling leads: nothing was written before PROCESSING, so there it is done at once. */
export function cancelledFrom(status: BatchUpdateStatus): "CANCELLED" | "CANCELLING" {
  return status === "PROCESSING" ? "CANCELLING" : "CANCELLED";
}
