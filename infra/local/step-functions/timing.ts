import { StatesError } from "./states-error.ts";

/** Clock, chance and timers of the engine; a test puts its own in their place. Times are milliseconds. */
export interface Timing {
  now(): number;
  /** From 0 up to, not including, 1: for jitter. */
  random(): number;
  /** Calls back once after the delay; the answer takes it back. */
  after(delay: number, callback: () => void): () => void;
}

/** Node's timers fire at once when asked for more than this, which a Wait of a month does. */
const longestTimer = 2 ** 31 - 1;

export const systemTiming: Timing = {
  now: Date.now,
  random: Math.random,
  after(delay, callback) {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      timer = setTimeout(
        () => (left > longestTimer ? arm(left - longestTimer) : callback()),
        Math.min(left, longestTimer),
      );
    };
    arm(Math.max(0, delay));
    return () => clearTimeout(timer);
  },
};

/** What can be waited for ends early when the execution is halted. */
export interface Haltable {
  readonly signal: AbortSignal;
  readonly timing: Timing;
}

/**
 * Waits for a piece of work, but no longer than the limit and no longer than the execution lives. The work itself is
 * not stopped, as nothing stops a Lambda call either: its late answer is dropped.
 *
 * @throws StatesError `States.Timeout` at the limit (milliseconds); the signal's reason when halted.
 */
export function settle<Value>(work: Promise<Value>, { signal, timing }: Haltable, limit?: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const halt = (): void => {
      cancel?.();
      reject(signal.reason);
    };
    const done = (): void => {
      cancel?.();
      signal.removeEventListener("abort", halt);
    };
    const cancel =
      limit === undefined
        ? undefined
        : timing.after(limit, () => {
            signal.removeEventListener("abort", halt);
            reject(new StatesError("States.Timeout", `It took longer than ${limit / 1000} seconds.`));
          });
    if (signal.aborted) halt();
    else signal.addEventListener("abort", halt, { once: true });
    work.then(resolve, reject).finally(done);
  });
}

/** Waits so many milliseconds, or rejects with the signal's reason when halted. */
export function pause(delay: number, { signal, timing }: Haltable): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = timing.after(delay, () => {
      signal.removeEventListener("abort", halt);
      resolve();
    });
    const halt = (): void => {
      cancel();
      reject(signal.reason);
    };
    if (signal.aborted) halt();
    else signal.addEventListener("abort", halt, { once: true });
  });
}
