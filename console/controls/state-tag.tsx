import { label } from "../words/labels.ts";

type Shape =
  | "moving"
  | "waiting"
  | "clock"
  | "done"
  | "added"
  | "removed"
  | "same"
  | "refused"
  | "conflict"
  | "gone"
  | "problem"
  | "stopped";

/** What a state, an action or an outcome means for who looks at a list: its shape and color. The word is always there too. */
const shapes: Readonly<Record<string, Shape>> = {
  PLANNING: "moving",
  BUILDING: "moving",
  PROCESSING: "moving",
  CANCELLING: "moving",
  RUNNING: "moving",
  READY: "waiting",
  AWAITING_UPLOAD: "waiting",
  SCHEDULED: "clock",
  COMPLETED: "done",
  COMPLETED_WITH_ERRORS: "problem",
  FAILED: "problem",
  CANCELLED: "stopped",
  INVITED: "waiting",
  ACTIVE: "done",
  DISABLED: "stopped",
  SUSPENDED: "stopped",
  UPDATE: "done",
  UPDATED: "done",
  CREATE: "added",
  CREATED: "added",
  REMOVE: "removed",
  REMOVED: "removed",
  UNCHANGED: "same",
  INVALID: "refused",
  CONFLICT: "conflict",
  NOT_FOUND: "gone",
  UNPROCESSED: "waiting",
  EXCLUDED: "stopped",
  PENDING: "clock",
  FILLED: "done",
  WITHDRAWN: "stopped",
  WAITING: "waiting",
  ON_ORDER: "clock",
  SENT: "done",
  SUCCEEDED: "done",
};

const paths: Readonly<Record<Shape, string>> = {
  // An arrow round, a diamond, a clock, a tick, a plus, a cross, two lines, no entry, a flash, a ring, a triangle with its
  // mark, and a bar.
  moving: "M8 2a6 6 0 1 0 6 6h-2a4 4 0 1 1-4-4v3l4-4-4-4v3z",
  waiting: "M8 1l7 7-7 7-7-7z",
  clock: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM7 4v5h4V7H9V4z",
  done: "M6 12.5L1.5 8 3 6.5l3 3 7-7L14.5 4z",
  added: "M6.5 2h3v4.5H14v3H9.5V14h-3V9.5H2v-3h4.5z",
  removed: "M3.5 1.5L8 6l4.5-4.5 2 2L10 8l4.5 4.5-2 2L8 10l-4.5 4.5-2-2L6 8 1.5 3.5z",
  same: "M2 4h12v3H2zm0 5h12v3H2z",
  refused: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4 6.5h8v3H4z",
  conflict: "M10 0L2.5 9H7l-1.5 7L13.5 6.5H9z",
  gone: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  problem: "M8 1l7.5 14H.5zM7 6v4h2V6zm0 5v2h2v-2z",
  stopped: "M2 6.5h12v3H2z",
};

interface Props {
  readonly status: string;
  /** Where the word of the state is not the one that is meant. */
  readonly word?: string;
}

/** A state with a shape, a colour and a word, so that a list is taken in at a glance, by whomever. */
export function StateTag({ status, word = label(status) }: Props) {
  const shape = shapes[status] ?? "stopped";
  return (
    <span className={`state state-${shape}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        <path fillRule="evenodd" d={paths[shape]} />
      </svg>
      {word}
    </span>
  );
}
