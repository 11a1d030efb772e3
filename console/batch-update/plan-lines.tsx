import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { PlanAnswer } from "#contract/batch-updates";
import type { PlanExclusions, PlanItem } from "#contract/plan";
import { planActions } from "#domain/batch-update/outcome";
import type { BatchUpdateId } from "#domain/ids";
import { exportPlan, planQuery } from "../api/batch-updates.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { useList } from "../controls/use-list.ts";
import { personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { ChangeList } from "./change-list.tsx";

interface Props {
  readonly batchUpdateId: BatchUpdateId;
  readonly plan: PlanAnswer;
  readonly choose: (chosen: PlanExclusions, out: boolean) => void;
  readonly isBusy: boolean;
}

const option = (code: string) => ({ value: code, text: label(code) });

/** Before and after of every patron of the plan. */
export function PlanLines({ batchUpdateId, plan, choose, isBusy }: Props) {
  const list = useList("plan", ["action", "warning", "problem"]);
  const lines = useQuery({
    ...planQuery(batchUpdateId, plan.digest, { ...list.filter, q: list.q }, list.request),
    placeholderData: keepPreviousData,
  });
  const save = useMutation({
    mutationFn: () => exportPlan(batchUpdateId),
    onSuccess: ({ csvUrl }) => location.assign(csvUrl),
  });
  return (
    <section aria-labelledby="plan-lines">
      <h2 id="plan-lines">Patron by patron</h2>
      <div className="filters">
        <SearchField id="plan-q" label="Patron id or beginning of last name" value={list.q} search={list.search} />
        <FilterSelect
          id="plan-action"
          label="What would happen"
          all="Everything"
          value={list.filter.action}
          options={[...planActions, "EXCLUDED"].map(option)}
          choose={(value) => list.narrow("action", value)}
        />
        {plan.warnings.length > 0 && (
          <FilterSelect
            id="plan-warning"
            label="Warning"
            all="With and without"
            value={list.filter.warning}
            options={plan.warnings.map(({ code }) => option(code))}
            choose={(value) => list.narrow("warning", value)}
          />
        )}
        {plan.problems.length > 0 && (
          <FilterSelect
            id="plan-problem"
            label="Reason"
            all="With and without"
            value={list.filter.problem}
            options={plan.problems.map(({ code }) => option(code))}
            choose={(value) => list.narrow("problem", value)}
          />
        )}
      </div>
      {save.error !== null && <Failure error={save.error} didAct={false} />}
      <Loaded from={lines}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Changes by patron, before and after"
              rows={items}
              rowKey={({ patronId }) => patronId}
              empty={list.isNarrowed ? "No patron fits these filters." : "There is no patron."}
              isStale={lines.isPlaceholderData}
              columns={[
                { head: "Patron", cell: (line) => personName(line) },
                { head: "Patron ID", cell: ({ patronId }) => <Link href={`/patron/${patronId}`}>{patronId}</Link> },
                {
                  head: "What would happen",
                  cell: ({ action }) => <span className={tagClass(action)}>{label(action)}</span>,
                },
                { head: "Changes", cell: ({ changes }) => <ChangeList changes={changes} /> },
                { head: "Notes", cell: (line) => <Notes line={line} /> },
                {
                  head: "Your choice",
                  cell: (line) => <Choice line={line} choose={choose} isBusy={isBusy} />,
                },
              ]}
            />
            <Pager
              of="the plan"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={lines.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          disabled={save.isPending}
          onClick={() => save.mutate()}
        >
          Download the whole plan (CSV)
        </button>
      </div>
    </section>
  );
}

export function tagClass(code: string): string {
  if (["UPDATE", "CREATE", "REMOVE", "UPDATED", "CREATED", "REMOVED"].includes(code)) return "tag tag-good";
  if (["INVALID", "CONFLICT", "NOT_FOUND", "FAILED", "UNPROCESSED"].includes(code)) return "tag tag-bad";
  return "tag";
}

function Notes({ line: { warnings, problem } }: { line: PlanItem }) {
  return (
    <>
      {problem !== undefined && (
        <p>
          <strong>{label(problem.code)}.</strong> {problem.message}
        </p>
      )}
      {warnings.map((code) => (
        <p key={code}>{label(code)}</p>
      ))}
    </>
  );
}

function Choice({ line, choose, isBusy }: { line: PlanItem } & Pick<Props, "choose" | "isBusy">) {
  const isOut = line.action === "EXCLUDED";
  if (!isOut && !["UPDATE", "CREATE", "REMOVE", "UNCHANGED"].includes(line.action)) return null;
  return (
    <button
      type="button"
      className="usa-button usa-button--unstyled"
      disabled={isBusy}
      onClick={() => choose({ patronIds: [line.patronId] }, !isOut)}
    >
      {isOut ? "Bring back in" : "Leave out"}
      <span className="usa-sr-only"> {personName(line)}</span>
    </button>
  );
}
