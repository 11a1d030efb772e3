import { combine } from "./data-flow.ts";
import type { TaskState } from "./definition.ts";
import type { StatesError } from "./states-error.ts";

export type Retrier = TaskState["Retry"][number];
export type Catcher = TaskState["Catch"][number];

/**
 * Whether a list of ErrorEquals means this error. `States.Runtime` is never mended; `States.DataLimitExceeded` only by
 * its name; `States.TaskFailed` means everything a task can fail with but a timeout.
 */
export function meansError(errorEquals: readonly string[], error: string): boolean {
  if (error === "States.Runtime") return false;
  if (errorEquals.includes(error)) return true;
  if (error === "States.DataLimitExceeded") return false;
  if (errorEquals.includes("States.ALL")) return true;
  return errorEquals.includes("States.TaskFailed") && error !== "States.Timeout";
}

/** The first retrier that means the error, if it has a try left, by its place in the list. */
export function retrierFor(
  retriers: readonly Retrier[],
  attempts: readonly number[],
  failure: StatesError,
): number | undefined {
  const place = retriers.findIndex((retrier) => meansError(retrier.ErrorEquals, failure.error));
  const retrier = retriers[place];
  return retrier !== undefined && (attempts[place] ?? 0) < retrier.MaxAttempts ? place : undefined;
}

/**
 * Milliseconds to wait before try number `attempt` (from 0) of a retrier.
 *
 * @param random from 0 up to 1; with jitter FULL it picks a delay between none and the whole back-off.
 */
export function retryDelay(retrier: Retrier, attempt: number, random: number): number {
  const backOff = Math.min(
    retrier.IntervalSeconds * retrier.BackoffRate ** attempt,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return Math.round(backOff * 1000 * (retrier.JitterStrategy === "FULL" ? random : 1));
}

/** Where a caught error leads, and with what. */
export function caught(
  catchers: readonly Catcher[],
  input: unknown,
  failure: StatesError,
): { next: string; output: unknown } | undefined {
  const catcher = catchers.find(({ ErrorEquals }) => meansError(ErrorEquals, failure.error));
  if (catcher === undefined) return undefined;
  const errorOutput = { Error: failure.error, Cause: failure.reason };
  return { next: catcher.Next, output: combine(catcher.ResultPath, input, errorOutput) };
}
