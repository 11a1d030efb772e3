import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { batchUpdateStatuses } from "#domain/batch-update/state";
import { batchUpdatesQuery } from "../api/batch-updates.ts";
import { libraryQuery } from "../api/library.ts";
import { DataTable } from "../controls/data-table.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, instantText } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { Standing } from "./standing.tsx";
import { titleAmong } from "./title.ts";
import { WaitingNotice } from "./waiting-notice.tsx";

/** Every batch update of the library, newest first. */
export function BatchUpdatesPage() {
  const list = useList("batch-updates", ["status", "kind", "medium", "waiting"]);
  const found = useQuery({
    ...batchUpdatesQuery({ ...list.filter, q: list.q }, list.request),
    placeholderData: keepPreviousData,
  });
  const library = useQuery(libraryQuery()).data;
  return (
    <>
      <PageHeading intro="What was planned, processed, retried, and undone.">Batch updates</PageHeading>
      <WaitingNotice />
      <p>
        <Link href="/patrons">Start a new batch update by finding patrons</Link>
      </p>
      <div className="filters">
        <SearchField id="history-q" label="Beginning of the name, or the ID" value={list.q} search={list.search} />
        <FilterSelect
          id="history-status"
          label="Status"
          all="Any status"
          value={list.filter.status}
          options={batchUpdateStatuses.map((value) => ({ value, text: label(value) }))}
          choose={(value) => list.narrow("status", value)}
        />
        <FilterSelect
          id="history-waiting"
          label="Handed over"
          all="Either way"
          value={list.filter.waiting}
          options={[{ value: "true", text: "Waiting for an administrator" }]}
          choose={(value) => list.narrow("waiting", value)}
        />
        <FilterSelect
          id="history-kind"
          label="Kind"
          all="Any kind"
          value={list.filter.kind}
          options={["UPDATE", "RETRY", "UNDO"].map((value) => ({ value, text: label(value) }))}
          choose={(value) => list.narrow("kind", value)}
        />
        <FilterSelect
          id="history-medium"
          label="Medium"
          all="All media"
          value={list.filter.medium}
          options={(library?.media ?? []).map(({ code, name }) => ({ value: code, text: `${code} – ${name}` }))}
          choose={(value) => list.narrow("medium", value)}
        />
      </div>
      <Loaded from={found}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Batch updates, newest first"
              rows={items}
              rowKey={({ batchUpdateId }) => batchUpdateId}
              empty={list.isNarrowed ? "No batch updates match these filters." : "No batch updates yet."}
              isStale={found.isPlaceholderData}
              columns={[
                {
                  head: "Batch update",
                  cell: (it) => (
                    <>
                      <Link href={`/batch-updates/${it.batchUpdateId}`}>{titleAmong(it, items)}</Link>
                      <div className="aside">{it.searchStatement}</div>
                    </>
                  ),
                },
                { head: "Kind", cell: ({ kind }) => label(kind) },
                { head: "Medium", cell: ({ medium }) => medium },
                { head: "Status", cell: (it) => <Standing batchUpdate={it} timeZone={library?.timeZone} /> },
                {
                  head: "Patrons",
                  isNumber: true,
                  cell: ({ counts, plan }) => amount(counts?.total ?? plan?.counts.total ?? 0),
                },
                {
                  head: "Created",
                  cell: ({ createdAt, createdBy }) => (
                    <>
                      {createdAt !== undefined && instantText(createdAt, library?.timeZone)}
                      {createdBy !== undefined && <div className="aside">by {createdBy}</div>}
                    </>
                  ),
                },
              ]}
            />
            <Pager
              of="the batch updates"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={found.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
