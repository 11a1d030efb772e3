/** How far something was, and when: milliseconds. */
export interface Sample {
  readonly at: number;
  readonly done: number;
}

/** How fast something goes, and how long it still takes at that. */
export interface Pace {
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** Milliseconds that are looked back: what was longer ago says little about what comes. */
const lookBack = 20_000;
/** Milliseconds that have to be looked back over before anything is said. */
const least = 2_000;

/** The samples with the newest. What is older than is looked back is dropped; what falls begins anew. */
export function withSample(samples: readonly Sample[], newest: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && newest.done < last.done) return [newest];
  const recent = samples.filter(({ at }) => newest.at - at <= lookBack);
  return [...recent, newest];
}

/** Undefined while too little is known, and while nothing gets on. */
export function paceOf(samples: readonly Sample[], total: number): Pace | undefined {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < least || last.done <= first.done) {
    return undefined;
  }
  const perSecond = ((last.done - first.done) * 1000) / (last.at - first.at);
  return { perSecond, secondsLeft: Math.max(0, total - last.done) / perSecond };
}

/** `about 3 minutes left`, rounded as coarsely as it is known. */
export function leftText(seconds: number): string {
  if (seconds < 10) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes === 1 ? "1 minute" : `${minutes} minutes`} left`;
  const hours = Math.round(minutes / 30) / 2;
  return `about ${hours === 1 ? "1 hour" : `${hours} hours`} left`;
}

/** `about 120 each second`, or each minute where that is less than one a second. */
export function rateText(perSecond: number): string {
  const round = (count: number) => Number(count.toPrecision(2)).toLocaleString("en-US");
  return perSecond >= 1 ? `about ${round(perSecond)} each second` : `about ${round(perSecond * 60)} each minute`;
}
