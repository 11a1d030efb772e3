/** An event of an execution's history, as support reads it. */
export interface HistoryEvent {
  readonly at: string;
  readonly type: string;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** One step of an execution: how it stands, when, and how often it was tried. */
export interface Step {
  readonly state: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly tries: number;
  /** What its last try that failed ended in, also where a later one went well. */
  readonly error?: string;
  readonly cause?: string;
}

type Open = { -readonly [Name in keyof Step]: Step[Name] } & { hasFailed: boolean };

/** States that only lead on: they take no time and tell nothing. */
const leadsOn = /^(Choice|Pass|Succeed|Fail)State/;

/**
 * The steps of an execution in their order, from its history. A step that ends in an error which the workflow catches has
 * failed, though the execution goes on.
 */
export function stepsOf(history: readonly HistoryEvent[]): Step[] {
  const steps: Open[] = [];
  let open: Open | undefined;
  for (const { at, type, state, error, cause } of history) {
    if (type.endsWith("StateEntered") && state !== undefined) {
      open = leadsOn.test(type) ? undefined : { state, status: "RUNNING", startedAt: at, tries: 0, hasFailed: false };
      if (open !== undefined) steps.push(open);
    } else if (open !== undefined && type.startsWith("Execution") && type !== "ExecutionStarted") {
      end(open, at, type !== "ExecutionSucceeded");
    } else if (open !== undefined && type.endsWith("StateExited")) {
      end(open, at, open.hasFailed);
      open = undefined;
    } else if (open !== undefined) {
      note(open, type, error, cause);
    }
  }
  return steps.map(({ hasFailed: _, ...step }) => step);
}

function end(step: Open, at: string, hasFailed: boolean): void {
  step.stoppedAt = at;
  step.status = hasFailed ? "FAILED" : "SUCCEEDED";
}

function note(step: Open, type: string, error: string | undefined, cause: string | undefined): void {
  // A map run is one try of its step, and a call of a function is scheduled anew for each.
  if (type.endsWith("Scheduled") || type === "MapRunStarted") {
    step.tries++;
    step.hasFailed = false;
  }
  if (!/(Failed|TimedOut|Aborted)$/.test(type)) return;
  step.hasFailed = true;
  if (error !== undefined) step.error = error;
  if (cause !== undefined) step.cause = cause;
}
