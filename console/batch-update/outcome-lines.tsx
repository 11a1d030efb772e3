import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { OutcomeItem } from "#contract/outcomes";
import type { OutcomeCounts } from "#domain/batch-update/counts";
import { outcomes } from "#domain/batch-update/outcome";
import { whyNotUndoable } from "#domain/batch-update/undoable";
import { outcomeIdsQuery, outcomesQuery } from "../api/batch-updates.ts";
import { ColumnChoice } from "../controls/column-choice.tsx";
import type { Column } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useColumns } from "../controls/use-columns.ts";
import type { ListState } from "../controls/use-list.ts";
import { label, outcomeMeanings } from "../words/labels.ts";
import { messageInWords } from "../words/message-in-words.ts";
import { ChangeList } from "./change-list.tsx";
import { outcomeRows, wasWritten, writtenRows } from "./choosing.ts";
import { LinesTable } from "./lines-table.tsx";
import { PatronCell, PatronHead } from "./patron-cell.tsx";
import { PatronDetails } from "./patron-details.tsx";
import { TickAll } from "./tick-all.tsx";
import { useDetails } from "./use-details.ts";
import type { Ticks } from "./use-ticks.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly counts: OutcomeCounts;
  readonly list: ListState<"outcome">;
  /** Patrons selected for an undo of their own. */
  readonly ticks: Ticks;
}

const heads = ["Patron ID", "Outcome", "Changes", "Reason and advice"] as const;

/** What became of each patron, with reason and advice where it was not what was asked for. */
export function OutcomeLines({ batchUpdate, counts, list, ticks }: Props) {
  const { batchUpdateId, medium, serviceQueues } = batchUpdate;
  const client = useQueryClient();
  const filter = { ...list.filter, q: list.q };
  const lines = useQuery({
    ...outcomesQuery(batchUpdateId, filter, list.request),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns("outcomes");
  const details = useDetails("outcomes");
  const areFilled = serviceQueues.status === "FILLED" && serviceQueues.withdrawn === 0;
  // What was to be filled is, once all queues are.
  const changesOf = (line: OutcomeItem) =>
    line.changes.map((it) =>
      areFilled && wasWritten(line) && it.field === "serviceQueue" && it.after === "FILL"
        ? { ...it, after: "FILLED" }
        : it,
    );
  const isUndoable = whyNotUndoable(batchUpdate, new Date()) === undefined;
  const canTick = (line: OutcomeItem) => isUndoable && wasWritten(line);
  const total = outcomeRows(counts, list.filter, list.q);
  const choosable = writtenRows(counts, list.filter, list.q);
  const chosen = lines.data?.items.find(({ patronId }) => patronId === details.patronId);
  const shownColumns = (items: readonly OutcomeItem[]): readonly [Column<OutcomeItem>, ...Column<OutcomeItem>[]] => [
    {
      head: "Patron",
      headCell: <PatronHead list="outcomes" lines={items.filter(canTick)} ticks={ticks} />,
      cell: (line) => (
        <PatronCell list="outcomes" line={line} ticks={ticks} canTick={canTick(line)} details={details} />
      ),
    },
    ...[
      {
        head: heads[0],
        cell: ({ patronId }: OutcomeItem) => <Link href={`/patron/${patronId}`}>{patronId}</Link>,
      },
      {
        head: heads[1],
        cell: ({ outcome }: OutcomeItem) => <StateTag status={outcome} />,
      },
      {
        head: heads[2],
        cell: (line: OutcomeItem) => (
          <ChangeList changes={changesOf(line)} wasErased={line.lastName === undefined && wasWritten(line)} />
        ),
      },
      { head: heads[3], cell: (line: OutcomeItem) => <Reason line={line} /> },
    ].filter(({ head }) => columns.isShown(head)),
  ];
  return (
    <section aria-labelledby="outcomes-heading">
      <h2 id="outcomes-heading" tabIndex={-1}>
        Patron by patron
      </h2>
      <div className={details.patronId === undefined ? "" : "bench-split"}>
        <div className="bench-list">
          <div className="filters">
            <SearchField
              id="outcomes-q"
              label="Patron ID, or beginning of last or first name"
              value={list.q}
              search={list.search}
            />
            <FilterSelect
              id="outcomes-outcome"
              label="Outcome"
              all="Any outcome"
              value={list.filter.outcome}
              options={outcomes.map((value) => ({ value, text: label(value) }))}
              choose={(value) => list.narrow("outcome", value)}
            />
          </div>
          <div className="list-acts">
            {isUndoable && (
              <TickAll
                ticks={ticks}
                isNarrowed={list.isNarrowed}
                everyone="Select everyone who was changed"
                count={choosable}
                read={async (cursor) => {
                  const { items, nextCursor } = await client.fetchQuery(outcomeIdsQuery(batchUpdateId, filter, cursor));
                  return { items: items.filter(wasWritten).flatMap(({ patronIds }) => patronIds), nextCursor };
                }}
              />
            )}
            <ColumnChoice id="outcomes-columns" heads={heads} columns={columns} />
          </div>
          {ticks.error !== null && <Failure error={ticks.error} didAct />}
          <LinesTable
            caption="Outcomes by patron"
            of="the outcomes"
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
            isElsewhere={chosen === undefined}
            medium={medium}
            changes={chosen === undefined ? [] : changesOf(chosen)}
            changesTitle={chosen !== undefined && wasWritten(chosen) ? "What changed" : "What was meant to change"}
            close={details.close}
          >
            {chosen !== undefined && (
              <>
                <p>
                  <StateTag status={chosen.outcome} /> {outcomeMeanings[chosen.outcome]}
                </p>
                <Reason line={chosen} />
              </>
            )}
          </PatronDetails>
        )}
      </div>
    </section>
  );
}

function Reason({ line: { code, message, advice } }: { line: OutcomeItem }) {
  if (code === undefined) return null;
  return (
    <>
      <p>
        <strong>{label(code)}.</strong> {message !== undefined && messageInWords(message)}
      </p>
      {advice !== undefined && <p>{advice}</p>}
    </>
  );
}
