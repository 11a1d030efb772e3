import { z } from "zod";
import { errorOutcomes, type Outcome, retriedOutcomes, writtenOutcomes } from "./outcome.ts";

const count = z.int().min(0);

/** How many patrons came to which outcome; `total` is the sum of the others. */
export const outcomeCountsSchema = z.object({
  total: count,
  updated: count,
  created: count,
  removed: count,
  unchanged: count,
  conflict: count,
  notFound: count,
  invalid: count,
  failed: count,
  unprocessed: count,
  excluded: count,
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

const countNames = {
  UPDATED: "updated",
  CREATED: "created",
  REMOVED: "removed",
  UNCHANGED: "unchanged",
  CONFLICT: "conflict",
  NOT_FOUND: "notFound",
  INVALID: "invalid",
  FAILED: "failed",
  UNPROCESSED: "unprocessed",
  EXCLUDED: "excluded",
} as const satisfies Record<Outcome, keyof OutcomeCounts>;

export function countOutcomes(outcomes: Iterable<Outcome>): OutcomeCounts {
  const counts: OutcomeCounts = {
    total: 0,
    updated: 0,
    created: 0,
    removed: 0,
    unchanged: 0,
    conflict: 0,
    notFound: 0,
    invalid: 0,
    failed: 0,
    unprocessed: 0,
    excluded: 0,
  };
  for (const outcome of outcomes) {
    counts[countNames[outcome]]++;
    counts.total++;
  }
  return counts;
}

/** Patrons who stand in the errors report. */
export function countErrors(counts: OutcomeCounts): number {
  return sumOf(counts, errorOutcomes);
}

/** Patrons whose record was written. */
export function countWritten(counts: OutcomeCounts): number {
  return sumOf(counts, writtenOutcomes);
}

/** Patrons whom a retry would take up. */
export function countRetried(counts: OutcomeCounts): number {
  return sumOf(counts, retriedOutcomes);
}

function sumOf(counts: OutcomeCounts, outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + counts[countNames[outcome]], 0);
}

interface Planned {
  readonly counts: { readonly update: number; readonly create: number; readonly remove: number };
}

/** How many patrons a plan writes: the number that whoever processes it must say. 0 as long as there is no plan. */
export function patronsToWrite(plan: Planned | undefined): number {
  return plan === undefined ? 0 : plan.counts.update + plan.counts.create + plan.counts.remove;
}
