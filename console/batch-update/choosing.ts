import type { PlanAnswer } from "#contract/batch-updates";
import type { OutcomeItem } from "#contract/outcomes";
import type { PlanItem } from "#contract/plan";
import { countWritten, type OutcomeCounts } from "#domain/batch-update/counts";
import { type PlanAction, writtenOutcomes } from "#domain/batch-update/outcome";
import { outcomeParts, planParts, rowsThatFit } from "./parts.ts";

/** Actions of which a patron can be left out: of the others nothing is written anyway. */
export const choosableActions = ["UPDATE", "CREATE", "REMOVE", "UNCHANGED"] as const satisfies readonly PlanAction[];

export function canChoose({ action }: Pick<PlanItem, "action">): boolean {
  return action === "EXCLUDED" || choosableActions.some((it) => it === action);
}

/** How many of the rows that fit can be chosen; undefined where that is not known. */
export function choosableRows(plan: PlanAnswer, filter: Parameters<typeof planRows>[1], q: string): number | undefined {
  const rows = planRows(plan, filter, q);
  const { invalid, conflict, notFound } = plan.counts;
  if (rows === undefined || (filter.warning !== "" && conflict > 0)) return undefined;
  if (filter.problem !== "") return 0;
  if (filter.warning !== "") return rows;
  if (filter.action === "") return rows - invalid - conflict - notFound;
  return ["EXCLUDED", ...choosableActions].includes(filter.action) ? rows : 0;
}

/** Only who was changed can be chosen for an undo. */
export function wasWritten({ outcome }: Pick<OutcomeItem, "outcome">): boolean {
  return writtenOutcomes.includes(outcome);
}

/** How many of the outcomes that fit can be chosen for an undo; undefined where that is not known. */
export function writtenRows(counts: OutcomeCounts, { outcome }: { readonly outcome: string }, q: string) {
  if (q !== "") return undefined;
  if (outcome === "") return countWritten(counts);
  return writtenOutcomes.some((it) => it === outcome) ? outcomeRows(counts, { outcome }, q) : 0;
}

/** How many outcomes fit; undefined where that is not known before the last page is seen. */
export function outcomeRows(counts: OutcomeCounts, { outcome }: { readonly outcome: string }, q: string) {
  return rowsThatFit(counts.total, [{ value: outcome, counts: outcomeParts(counts) }], q);
}

/** How many rows of a plan fit; undefined where that is not known before the last page is seen. */
export function planRows(
  plan: PlanAnswer,
  filter: { readonly action: string; readonly warning: string; readonly problem: string },
  q: string,
): number | undefined {
  const { warnings, problems, leftOut, counts } = plan;
  // Who is left out keeps the warnings, and stays in the list; with a reason against it they are not counted anywhere.
  if (filter.problem !== "" && leftOut !== undefined) return undefined;
  const warned = [...warnings, ...(leftOut?.warnings ?? [])].map(({ code, patrons }) => ({ code, count: patrons }));
  const sums = [...new Set(warned.map(({ code }) => code))].map((code) => ({
    code,
    count: warned.filter((it) => it.code === code).reduce((sum, it) => sum + it.count, 0),
  }));
  return rowsThatFit(
    counts.total,
    [
      { value: filter.action, counts: planParts(counts) },
      { value: filter.warning, counts: sums },
      { value: filter.problem, counts: problems.map(({ code, patrons }) => ({ code, count: patrons })) },
    ],
    q,
  );
}
