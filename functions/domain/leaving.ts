const dayLength = 24 * 3600_000;

/** Days for which a library that is to be deleted can be taken back. */
export const takeBackDays = 7;

/**
 * Milliseconds after a library's time is over in which what was begun before comes to rest: a link to upload is good for an
 * hour, a function runs for a quarter of one, and what a library is may be remembered for a minute.
 */
const restsAfter = 90 * 60_000;

/** A library as far as it decides whether it is there to stay. */
export interface Leaving {
  /** The instant at which its time is over; absent from those that stay. */
  readonly deleteAt?: string | undefined;
}

/** When the time of a library is over that is deleted now. */
export function deletionDate(now: Date): Date {
  return new Date(now.getTime() + takeBackDays * dayLength);
}

/** Whether its time is over: from then on nothing is begun in it, and it cannot be taken back. */
export function hasLeft({ deleteAt }: Leaving, now: Date): boolean {
  return deleteAt !== undefined && Date.parse(deleteAt) <= now.getTime();
}

/** Whether nothing is under way in it any more that could write, so that what is deleted stays deleted. */
export function isAtRest({ deleteAt }: Leaving, now: Date): boolean {
  return deleteAt !== undefined && Date.parse(deleteAt) + restsAfter <= now.getTime();
}
