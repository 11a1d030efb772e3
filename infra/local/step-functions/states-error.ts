/**
 * A failure in the language's own terms: an error name that Retry and Catch match on, and a cause for people.
 * Names that begin with `States.` are the language's; any other comes from the function that failed.
 */
export class StatesError extends Error {
  readonly error: string;
  readonly reason: string;

  constructor(error: string, reason: string) {
    super(`${error}: ${reason}`);
    this.name = "StatesError";
    this.error = error;
    this.reason = reason;
  }
}

/** Why an execution was told to end before its time. CLOSED leaves no trace: the next start goes on with it. */
export class Halted extends Error {
  readonly kind: "STOPPED" | "TIMED_OUT" | "CLOSED";
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(kind: Halted["kind"], error?: string, reason?: string) {
    super(`The execution was halted: ${kind}.`);
    this.name = "Halted";
    this.kind = kind;
    this.error = error;
    this.reason = reason;
  }
}

/** A definition that this machine cannot run faithfully. The message is one sentence naming machine, state and field. */
export class DefinitionRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DefinitionRefused";
  }
}

/** What the catcher and the history see of any thrown value: a bug in the engine must not take other executions down. */
export function asStatesError(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) return thrown;
  return new StatesError("States.Runtime", thrown instanceof Error ? thrown.message : String(thrown));
}
