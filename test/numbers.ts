import type { Progress } from "#domain/batch-update/progress";

/**
 * Looks at the numbers of a job while it goes on, as whoever watches it sees them.
 *
 * @param what the job, for what is said when they are wrong
 */
export class NumbersOnTheWay {
  readonly #what: string;
  readonly #last = new Map<string, number>();

  constructor(what: string) {
    this.#what = what;
  }

  /**
   * @param step of the job: each begins with 0 anew
   * @throws Error where progress has fallen within the step, is above its total or below 0
   */
  progress(step: string, { done, total }: Progress): void {
    if (done < 0 || done > total) throw new Error(`${this.#what}, ${step}: progress of ${done} / ${total}`);
    this.neverFalls(`${step}, progress`, done);
  }

  /** @throws Error where a number that only grows has fallen */
  neverFalls(name: string, now: number): void {
    const before = this.#last.get(name) ?? 0;
    if (now < before) throw new Error(`${this.#what}, ${name}: fell from ${before} to ${now}`);
    this.#last.set(name, now);
  }
}

/** @throws Error where a job that is over did not end at its total */
export function endsAtTotal(what: string, { done, total }: Progress): void {
  if (done !== total) throw new Error(`${what} is over at ${done} / ${total}`);
}

/** The sum of all counts but the total, which it must equal. */
export function sumOf({ total: _, ...rest }: Readonly<Record<string, number>>): number {
  return Object.values(rest).reduce((sum, one) => sum + one, 0);
}

/** @throws Error where counts do not add up to their total */
export function addsUp(what: string, counts: Readonly<Record<string, number>>): void {
  if (sumOf(counts) !== counts["total"])
    throw new Error(`${what}: the counts do not add up: ${JSON.stringify(counts)}`);
}
