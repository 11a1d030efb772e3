import { type Outcome, writtenOutcomes } from "./outcome.ts";

/** Patrons that must have been tried before their share of failures says anything. */
export const leastTried = 200;

/** How many patrons a run has tried to write so far, and how many of those failed for a reason not the patron's. */
export interface Tried {
  readonly tried: number;
  readonly failed: number;
}

/** Refusals are not tries: only a write that was attempted says something about the infrastructure. */
export function countTried(outcomes: Iterable<Outcome>): Tried {
  let tried = 0;
  let failed = 0;
  for (const outcome of outcomes) {
    if (outcome === "FAILED") failed++;
    if (outcome === "FAILED" || writtenOutcomes.includes(outcome)) tried++;
  }
  return { tried, failed };
}

/** True where more than the library's share of the patrons tried have failed for infrastructure reasons. */
export function isFailing({ tried, failed }: Tried, thresholdPercent: number): boolean {
  return tried >= leastTried && failed * 100 > tried * thresholdPercent;
}

/** What a run says that was stopped because too many patrons failed. */
export function failingReason({ tried, failed }: Tried, thresholdPercent: number): string {
  return `Stopped by the system: ${failed} of ${tried} patrons tried could not be written, more than the library's threshold of ${thresholdPercent}%. Tell support; the rest can be retried.`;
}

export const canaryReason =
  "Stopped by the system: the first patrons could not be worked on. Tell support; it can be retried.";
