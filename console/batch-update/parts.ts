import type { PlanAnswer } from "#contract/batch-updates";
import type { OutcomeCounts } from "#domain/batch-update/counts";

/** How a part of a whole is drawn: a color and a pattern of its own, so that neither stands alone. */
export type Look =
  | "change"
  | "create"
  | "remove"
  | "same"
  | "refused"
  | "conflict"
  | "gone"
  | "failed"
  | "unreached"
  | "out";

/** One part of a whole: what the API calls it, and for how many patrons it holds. */
export interface Part {
  readonly code: string;
  readonly look: Look;
  readonly count: number;
}

const actions = [
  ["UPDATE", "update", "change"],
  ["CREATE", "create", "create"],
  ["REMOVE", "remove", "remove"],
  ["UNCHANGED", "unchanged", "same"],
  ["INVALID", "invalid", "refused"],
  ["CONFLICT", "conflict", "conflict"],
  ["NOT_FOUND", "notFound", "gone"],
  ["EXCLUDED", "excluded", "out"],
] as const;

const outcomes = [
  ["UPDATED", "updated", "change"],
  ["CREATED", "created", "create"],
  ["REMOVED", "removed", "remove"],
  ["UNCHANGED", "unchanged", "same"],
  ["INVALID", "invalid", "refused"],
  ["CONFLICT", "conflict", "conflict"],
  ["NOT_FOUND", "notFound", "gone"],
  ["FAILED", "failed", "failed"],
  ["UNPROCESSED", "unprocessed", "unreached"],
  ["EXCLUDED", "excluded", "out"],
] as const;

/** What a plan would do, part by part; what holds for nobody is not among them. */
export function planParts(counts: PlanAnswer["counts"]): Part[] {
  return actions.map(([code, key, look]) => ({ code, look, count: counts[key] })).filter(({ count }) => count > 0);
}

/** What became of everybody, part by part; what became of nobody is not among them. */
export function outcomeParts(counts: OutcomeCounts): Part[] {
  return outcomes.map(([code, key, look]) => ({ code, look, count: counts[key] })).filter(({ count }) => count > 0);
}

/**
 * How many rows a list has, where its filters let that be told from what was counted: unfiltered, or narrowed to one part.
 * Undefined where filters meet, or where somebody is searched for.
 */
export function rowsThatFit(
  total: number,
  filters: readonly { readonly value: string; readonly counts: readonly { code: string; count: number }[] }[],
  q: string,
): number | undefined {
  const [set, ...more] = filters.filter(({ value }) => value !== "");
  if (q !== "" || more.length > 0) return undefined;
  return set === undefined ? total : (set.counts.find(({ code }) => code === set.value)?.count ?? 0);
}
