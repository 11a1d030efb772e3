import type { PlanAnswer } from "#contract/batch-updates";
import { planActions } from "#domain/batch-update/outcome";
import { FilterSelect } from "../controls/filter-select.tsx";
import { SearchField } from "../controls/search-field.tsx";
import type { ListState } from "../controls/use-list.ts";
import { label } from "../words/labels.ts";

/** How the table of a plan can be narrowed. */
export type PlanList = ListState<"action" | "warning" | "problem">;

const option = (code: string) => ({ value: code, text: label(code) });

/** Narrows the table of a plan; filters can meet here, where the bar and the warnings show one thing alone. */
export function PlanFilters({ plan, list }: { plan: PlanAnswer; list: PlanList }) {
  const warnings = [...plan.warnings, ...(plan.leftOut?.warnings ?? [])].map(({ code }) => code);
  return (
    <div className="filters">
      <SearchField
        id="plan-q"
        label="Patron ID, or beginning of last or first name"
        value={list.q}
        search={list.search}
      />
      <FilterSelect
        id="plan-action"
        label="What would happen"
        all="Everything"
        value={list.filter.action}
        options={[...planActions, "EXCLUDED"].map(option)}
        choose={(value) => list.narrow("action", value)}
      />
      {warnings.length > 0 && (
        <FilterSelect
          id="plan-warning"
          label="Warning"
          all="Any"
          value={list.filter.warning}
          options={[...new Set(warnings)].map(option)}
          choose={(value) => list.narrow("warning", value)}
        />
      )}
      {plan.problems.length > 0 && (
        <FilterSelect
          id="plan-problem"
          label="Reason"
          all="Any"
          value={list.filter.problem}
          options={plan.problems.map(({ code }) => option(code))}
          choose={(value) => list.narrow("problem", value)}
        />
      )}
    </div>
  );
}
