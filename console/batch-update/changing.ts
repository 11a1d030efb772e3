import type { PlanSummary } from "../api/batch-updates.ts";

/** How many patrons would be written: what an administrator says yes to. */
export function changing(plan: PlanSummary | undefined): number {
  return plan === undefined ? 0 : plan.counts.update + plan.counts.create + plan.counts.remove;
}
