import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { OutcomeItem } from "#contract/outcomes";
import type { OutcomeCounts } from "#domain/batch-update/counts";
import { outcomes, writtenOutcomes } from "#domain/batch-update/outcome";
import type { PatronId } from "#domain/ids";
import { outcomesQuery } from "../api/batch-updates.ts";
import { DataTable } from "../controls/data-table.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { useList } from "../controls/use-list.ts";
import { personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { ChangeList } from "./change-list.tsx";
import { tagClass } from "./plan-lines.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly counts: OutcomeCounts;
  /** Patrons ticked for an undo of their own. */
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (chosen: ReadonlySet<string>) => void;
}

/** What became of each patron, with reason and advice where it was not what was asked for. */
export function OutcomeLines({ batchUpdate, chosen, setChosen }: Props) {
  const list = useList("outcomes", ["outcome"]);
  const lines = useQuery({
    ...outcomesQuery(batchUpdate.batchUpdateId, { ...list.filter, q: list.q }, list.request),
    placeholderData: keepPreviousData,
  });
  const canChoose = batchUpdate.undoableUntil !== undefined;
  const tick = (patronId: PatronId, isTicked: boolean) => {
    const after = new Set(chosen);
    if (isTicked) after.add(patronId);
    else after.delete(patronId);
    setChosen(after);
  };
  return (
    <section aria-labelledby="outcomes">
      <h2 id="outcomes">Patron by patron</h2>
      <div className="filters">
        <SearchField id="outcomes-q" label="Patron id or beginning of last name" value={list.q} search={list.search} />
        <FilterSelect
          id="outcomes-outcome"
          label="Outcome"
          all="Every outcome"
          value={list.filter.outcome}
          options={outcomes.map((value) => ({ value, text: label(value) }))}
          choose={(value) => list.narrow("outcome", value)}
        />
      </div>
      <Loaded from={lines}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Outcomes by patron"
              rows={items}
              rowKey={({ patronId }) => patronId}
              empty={list.isNarrowed ? "No patron fits these filters." : "There is no patron."}
              isStale={lines.isPlaceholderData}
              columns={[
                {
                  head: "Patron",
                  cell: (line) =>
                    canChoose && writtenOutcomes.some((it) => it === line.outcome) ? (
                      <Tick line={line} isTicked={chosen.has(line.patronId)} tick={tick} />
                    ) : (
                      personName(line)
                    ),
                },
                { head: "Patron ID", cell: ({ patronId }) => <Link href={`/patron/${patronId}`}>{patronId}</Link> },
                { head: "Outcome", cell: ({ outcome }) => <span className={tagClass(outcome)}>{label(outcome)}</span> },
                { head: "Changes", cell: ({ changes }) => <ChangeList changes={changes} /> },
                { head: "Reason and advice", cell: (line) => <Reason line={line} /> },
              ]}
            />
            <Pager
              of="the outcomes"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={lines.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Tick(props: { line: OutcomeItem; isTicked: boolean; tick: (patronId: PatronId, isTicked: boolean) => void }) {
  const { line, isTicked, tick } = props;
  const id = `undo-${line.patronId}`;
  return (
    <span className="usa-checkbox tick">
      <input
        className="usa-checkbox__input"
        id={id}
        type="checkbox"
        checked={isTicked}
        onChange={(event) => tick(line.patronId, event.target.checked)}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        {personName(line)}
      </label>
    </span>
  );
}

function Reason({ line: { code, message, advice } }: { line: OutcomeItem }) {
  if (code === undefined) return null;
  return (
    <>
      <p>
        <strong>{label(code)}.</strong> {message}
      </p>
      {advice !== undefined && <p>{advice}</p>}
    </>
  );
}
