import type { PlanAnswer } from "#contract/batch-updates";

/** How many patrons would be written: what an administrator says yes to. */
export function changing(plan: PlanAnswer | undefined): number {
  return plan === undefined ? 0 : plan.counts.update + plan.counts.create + plan.counts.remove;
}
