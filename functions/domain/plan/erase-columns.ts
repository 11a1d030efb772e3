import { planActions } from "#domain/batch-update/outcome";
import type { PlanValues } from "./distribution.ts";
import { patronGone } from "./plan.ts";
import { type PlanIndex, placeIn } from "./plan-summary.ts";

/**
 * The index of a plan without what it says of one line: what it would say had the patron not been there. The counts that
 * were made from it before stay as they are.
 */
export function withoutLine(index: PlanIndex, line: number): PlanIndex {
  const problemCodes = [...index.problemCodes];
  const gone = placeIn(problemCodes, patronGone.problem.code);
  const dates = valuesHeld(index.days, [index.dates.with(line, -1)]);
  const problems = valuesHeld(problemCodes, [index.problems.with(line, gone)]);
  return {
    ...index,
    lastNames: index.lastNames.with(line, ""),
    actions: index.actions.with(line, planActions.indexOf(patronGone.action)),
    debug: index.debug.with(line, 0),
    warnings: index.warnings.with(line, 0),
    days: dates.values,
    dates: dates.columns[0] ?? [],
    problemCodes: problems.values,
    problems: problems.columns[0] ?? [],
  };
}

/** What patrons hold before and after a plan, without what one line says. */
export function withoutValues({ fields }: PlanValues, line: number): PlanValues {
  return {
    fields: fields.map(({ field, values, before, after }) => {
      const held = valuesHeld(values, [before.with(line, -1), after.with(line, -1)]);
      return { field, values: held.values, before: held.columns[0] ?? [], after: held.columns[1] ?? [] };
    }),
  };
}

/** Values without those that no line holds any more: one may have been of a single patron. Columns hold places in them. */
function valuesHeld<Value>(
  values: readonly Value[],
  columns: readonly (readonly number[])[],
): { values: Value[]; columns: number[][] } {
  const held = new Set(columns.flat());
  const places = new Map<number, number>([[-1, -1]]);
  const kept = values.filter((_, place) => held.has(place) && places.set(place, places.size - 1));
  return { values: kept, columns: columns.map((column) => column.map((place) => places.get(place) ?? -1)) };
}
