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
 * The time that a piece of work may take, in milliseconds of its own: while it waits for a free place the clock stands
 * still. On AWS there is room for everybody; here a call may stand in line for minutes, and would be given up unbegun.
 */
export class Deadline {
  readonly milliseconds: number;
  readonly #timing: Timing;
  #left: number;
  #since = 0;
  #waiting = 0;
  #expired: (() => void) | undefined;
  #cancel: (() => void) | undefined;

  constructor(timing: Timing, milliseconds: number) {
    this.#timing = timing;
    this.milliseconds = milliseconds;
    this.#left = milliseconds;
  }

  /** Sets the clock going, unless the work is waiting already. */
  start(expired: () => void): void {
    this.#expired = expired;
    if (this.#waiting === 0) this.#run();
  }

  /** Stops the clock until the work has its place. */
  waitFor(place: Promise<void>): void {
    this.#waiting++;
    if (this.#cancel !== undefined) {
      this.#cancel();
      this.#cancel = undefined;
      this.#left -= this.#timing.now() - this.#since;
    }
    void place.then(() => {
      this.#waiting--;
      if (this.#waiting === 0) this.#run();
    });
  }

  cancel(): void {
    this.#expired = undefined;
    this.#cancel?.();
  }

  #run(): void {
    const expired = this.#expired;
    if (expired === undefined) return;
    this.#since = this.#timing.now();
    this.#cancel = this.#timing.after(this.#left, expired);
  }
}

/**
 * Waits for a piece of work, but no longer than its deadline and no longer than the execution lives. The work itself is
 * not stopped, as nothing stops a Lambda call either: its late answer is dropped.
 *
 * @throws StatesError `States.Timeout` at the deadline; the signal's reason when halted.
 */
export function settle<Value>(
  work: Promise<Value>,
  { signal }: Pick<Haltable, "signal">,
  deadline?: Deadline,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const halt = (): void => {
      deadline?.cancel();
      reject(signal.reason);
    };
    const done = (): void => {
      deadline?.cancel();
      signal.removeEventListener("abort", halt);
    };
    deadline?.start(() => {
      signal.removeEventListener("abort", halt);
      reject(new StatesError("States.Timeout", `It took longer than ${deadline.milliseconds / 1000} seconds.`));
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
