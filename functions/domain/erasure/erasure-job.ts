/** An erasure that was accepted is brought to its end, whatever breaks off: it never fails. */
export const erasureStatuses = ["RUNNING", "COMPLETED"] as const;

/** How far an erasure has come, and whether it is done again because a restored table did not know it. */
export interface Standing {
  readonly isCompleted: boolean;
  /** Whether nothing of the patron is in the table any more. */
  readonly isTableClean: boolean;
  readonly isRepeated: boolean;
}

/**
 * Whether nobody of the library may be let in before this erasure has come further: one that is done again comes to its end
 * first, any other, which a restored table may have brought back to its beginning, at least takes the patron out of the table.
 */
export function keepsLibraryShut({ isCompleted, isTableClean, isRepeated }: Standing): boolean {
  return !isCompleted && (isRepeated || !isTableClean);
}

const minute = 60_000;
/** Minutes. */
const longestPause = 60;

/** Jobs that the last walk could not erase the patron from, how many walks in a row met such, and when to try again. */
export interface Failing {
  readonly jobs: readonly string[];
  readonly walks: number;
  readonly retryFrom: string;
}

/**
 * What a walk leaves to be tried again: after the first in a minute, then ever later, in the end once an hour, for whoever
 * asked was told that it will be done. Undefined where nothing failed.
 */
export function failingAfter(failed: readonly string[], before: Failing | undefined, now: Date): Failing | undefined {
  if (failed.length === 0) return undefined;
  const walks = (before?.walks ?? 0) + 1;
  const pause = Math.min(2 ** (walks - 1), longestPause) * minute;
  return { jobs: [...failed], walks, retryFrom: new Date(now.getTime() + pause).toISOString() };
}

/** Whether support is told: once may be a moment in which the storage did not answer. */
export function isTrouble({ walks }: Failing): boolean {
  return walks >= 2;
}

/** What is left of an erasure: jobs for the next walk, and those of them that the last one failed at. */
export interface Left {
  readonly again?: readonly string[] | undefined;
  readonly failing?: Failing | undefined;
}

/** Whether nothing can be done but try once more what failed, and it is too early for that. */
export function isTooEarly({ again = [], failing }: Left, now: Date): boolean {
  if (failing === undefined || again.some((job) => !failing.jobs.includes(job))) return false;
  return now.toISOString() < failing.retryFrom;
}

/** Milliseconds in which an erasure that was asked for comes by. */
const longestErasure = 24 * 60 * minute;

/** Whether who was erased then may be meant by what is told now. Somebody else may have the id of one from long ago. */
export function isOfLate(erasedAt: string, now: Date): boolean {
  return erasedAt >= new Date(now.getTime() - longestErasure).toISOString();
}
