import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Link } from "wouter";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import type { PlanExclusions, PlanItem } from "#contract/plan";
import { exportPlan, plannedIdsQuery, planQuery } from "../api/batch-updates.ts";
import { ColumnChoice } from "../controls/column-choice.tsx";
import type { Column } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useColumns } from "../controls/use-columns.ts";
import { useDownload } from "../controls/use-download.ts";
import { personName } from "../words/format.ts";
import { actionMeanings, label, warningMeanings } from "../words/labels.ts";
import { messageInWords } from "../words/message-in-words.ts";
import { ChangeList } from "./change-list.tsx";
import { canChoose, choosableRows, planRows } from "./choosing.ts";
import { LinesTable } from "./lines-table.tsx";
import { PatronCell, PatronHead } from "./patron-cell.tsx";
import { PatronDetails } from "./patron-details.tsx";
import { PlanFilters, type PlanList } from "./plan-filters.tsx";
import { TickAll } from "./tick-all.tsx";
import { useDetails } from "./use-details.ts";
import type { Ticks } from "./use-ticks.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly plan: PlanAnswer;
  readonly list: PlanList;
  readonly ticks: Ticks;
  /** Undefined where the review is over, and nothing can be chosen any more. */
  readonly choose: ((chosen: PlanExclusions, out: boolean) => void) | undefined;
  readonly isBusy: boolean;
}

const heads = ["Patron ID", "What would happen", "Changes", "Notes", "Your choice"] as const;

/** Actions of which a line without changes has lost them. */
const writes: readonly string[] = ["UPDATE", "CREATE", "REMOVE"];

/** Before and after of every patron of the plan, with details of one beside the list. */
export function PlanLines({ batchUpdate, plan, list, ticks, choose, isBusy }: Props) {
  const { batchUpdateId, medium } = batchUpdate;
  const client = useQueryClient();
  const filter = { ...list.filter, q: list.q };
  const lines = useQuery({
    ...planQuery(batchUpdateId, plan.digest, filter, list.request),
    placeholderData: keepPreviousData,
  });
  const download = useDownload(async () => (await exportPlan(batchUpdateId)).csvUrl);
  const columns = useColumns("plan");
  const details = useDetails("plan");
  const frame = useRef<HTMLDivElement>(null);
  // Also of who stands on another page of the list, or fits its filters no longer.
  const own = useQuery({
    ...planQuery(
      batchUpdateId,
      plan.digest,
      { action: "", warning: "", problem: "", q: details.patronId ?? "" },
      { limit: 50, cursor: undefined },
    ),
    enabled: details.patronId !== undefined,
    placeholderData: keepPreviousData,
  });
  const canTick = (line: PlanItem) => choose !== undefined && canChoose(line);
  const total = planRows(plan, list.filter, list.q);
  const choosable = choosableRows(plan, list.filter, list.q);
  const items = lines.data?.items ?? [];
  const isChosen = ({ patronId }: PlanItem) => patronId === details.patronId;
  const chosen = items.find(isChosen) ?? own.data?.items.find(isChosen);
  const shownColumns = (items: readonly PlanItem[]): readonly [Column<PlanItem>, ...Column<PlanItem>[]] => [
    {
      head: "Patron",
      headCell: <PatronHead list="plan" lines={items.filter(canTick)} ticks={ticks} />,
      cell: (line) => <PatronCell list="plan" line={line} ticks={ticks} canTick={canTick(line)} details={details} />,
    },
    ...[
      {
        head: heads[0],
        cell: ({ patronId }: PlanItem) => <Link href={`/patron/${patronId}`}>{patronId}</Link>,
      },
      {
        head: heads[1],
        cell: ({ action }: PlanItem) => <StateTag status={action} />,
      },
      {
        head: heads[2],
        cell: ({ changes, lastName, action }: PlanItem) => (
          <ChangeList changes={changes} wasErased={lastName === undefined && writes.includes(action)} />
        ),
      },
      { head: heads[3], cell: (line: PlanItem) => <Notes line={line} /> },
      {
        head: heads[4],
        isOnScreenOnly: true,
        cell: (line: PlanItem) => (
          <Choice line={line} choose={choose} isBusy={isBusy} acted={(it) => goOn(it, frame.current)} />
        ),
      },
    ].filter(({ head }) => columns.isShown(head)),
  ];
  return (
    <section aria-labelledby="plan-heading">
      <h2 id="plan-heading" tabIndex={-1}>
        Patron by patron
      </h2>
      <div className={details.patronId === undefined ? "" : "bench-split"}>
        <div ref={frame} className="bench-list">
          <PlanFilters plan={plan} list={list} />
          <div className="list-acts">
            {choose !== undefined && (
              <TickAll
                ticks={ticks}
                isNarrowed={list.isNarrowed}
                everyone="Select all patrons"
                count={choosable}
                read={async (cursor) => {
                  const { items, nextCursor } = await client.fetchQuery(
                    plannedIdsQuery(batchUpdateId, plan.digest, filter, cursor),
                  );
                  return { items: items.filter(canChoose).flatMap(({ patronIds }) => patronIds), nextCursor };
                }}
              />
            )}
            <button
              type="button"
              className="usa-button usa-button--unstyled"
              aria-disabled={download.isPending}
              onClick={() => download.begin()}
            >
              Download the whole plan (CSV)
            </button>
            <ColumnChoice id="plan-columns" heads={heads} columns={columns} />
          </div>
          {download.error !== null && <Failure error={download.error} didAct={false} />}
          {ticks.error !== null && <Failure error={ticks.error} didAct />}
          <LinesTable
            caption="Changes by patron, before and after"
            of="the plan"
            list={list}
            lines={lines}
            total={total}
            current={details.patronId}
            columns={shownColumns}
          />
        </div>
        {details.patronId !== undefined && lines.data !== undefined && (
          <PatronDetails
            patronId={details.patronId}
            line={chosen}
            isElsewhere={!items.some(isChosen)}
            medium={medium}
            changes={chosen?.changes ?? []}
            changesTitle={titleOfChanges(chosen?.action)}
            close={details.close}
          >
            {chosen !== undefined && (
              <>
                <p>
                  <StateTag status={chosen.action} /> {actionMeanings[chosen.action]}
                </p>
                {chosen.problem !== undefined && (
                  <p>
                    <strong>{label(chosen.problem.code)}.</strong> {messageInWords(chosen.problem.message)}
                  </p>
                )}
                {chosen.warnings.map((code) => (
                  <p key={code}>
                    <strong>{label(code)}.</strong> {warningMeanings[code]}
                  </p>
                ))}
                <Choice
                  line={chosen}
                  choose={choose}
                  isBusy={isBusy}
                  acted={() => document.getElementById("details")?.focus()}
                />
              </>
            )}
          </PatronDetails>
        )}
      </div>
    </section>
  );
}

function titleOfChanges(action: string | undefined): string {
  if (action === "EXCLUDED") return "What would change if brought back";
  return action !== undefined && writes.includes(action) ? "What would change" : "What was meant to change";
}

/**
 * The focus goes on to the next row's same button, whether the row goes from under the press or stays: pressed once too often
 * it takes nothing back. After the last one comes the next page.
 */
function goOn(button: HTMLElement, frame: HTMLElement | null): void {
  const same = [...(frame?.querySelectorAll<HTMLElement>(`.row-choice[name="${button.getAttribute("name")}"]`) ?? [])];
  const next =
    same[same.indexOf(button) + 1] ??
    frame?.querySelector<HTMLElement>(".pager-moves :last-child") ??
    document.getElementById("plan-heading");
  // Who points sees the place that was pointed at, and it does not move.
  next?.focus({ preventScroll: !button.matches(":focus-visible") });
}

function Notes({ line: { warnings, problem } }: { line: PlanItem }) {
  return (
    <>
      {problem !== undefined && (
        <p>
          <strong>{label(problem.code)}.</strong> {messageInWords(problem.message)}
        </p>
      )}
      {warnings.map((code) => (
        <p key={code}>{label(code)}</p>
      ))}
    </>
  );
}

interface ChoiceProps extends Pick<Props, "choose" | "isBusy"> {
  readonly line: PlanItem;
  readonly acted: (button: HTMLElement) => void;
}

function Choice({ line, choose, isBusy, acted }: ChoiceProps) {
  if (choose === undefined || !canChoose(line)) return null;
  const isOut = line.action === "EXCLUDED";
  return (
    <button
      type="button"
      name={isOut ? "in" : "out"}
      className="usa-button usa-button--unstyled row-choice"
      aria-disabled={isBusy}
      onClick={(event) => {
        if (isBusy) return;
        acted(event.currentTarget);
        choose({ patronIds: [line.patronId] }, !isOut);
      }}
    >
      {isOut ? "Bring back" : "Leave out"}
      <span className="usa-sr-only">
        {" "}
        {personName(line)}, {line.patronId}
      </span>
    </button>
  );
}
