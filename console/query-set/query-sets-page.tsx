import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { libraryQuery } from "../api/library.ts";
import { querySetsQuery } from "../api/query-sets.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, instantText } from "../words/format.ts";
import { setNameAmong } from "./set-name.ts";

/** Query sets made before, to be used again. */
export function QuerySetsPage() {
  const list = useList("query-sets", []);
  const querySets = useQuery({ ...querySetsQuery(list.request), placeholderData: keepPreviousData });
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  return (
    <>
      <PageHeading intro="A query set is frozen when it is created: the patrons you review are exactly the ones a batch update is planned for.">
        Query sets
      </PageHeading>
      <p>
        <Link href="/patrons">Find patrons for a new query set</Link>
      </p>
      <Loaded from={querySets}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Query sets, newest first"
              rows={items}
              rowKey={({ querySetId }) => querySetId}
              empty="No query sets yet. Find patrons, and the result is kept here."
              isStale={querySets.isPlaceholderData}
              columns={[
                {
                  head: "Search statement",
                  cell: (it) => (
                    <>
                      <Link href={`/query-sets/${it.querySetId}`}>{setNameAmong(it, items)}</Link>
                      {it.name !== undefined && <div className="aside">{it.searchStatement}</div>}
                    </>
                  ),
                },
                {
                  head: "Status",
                  cell: ({ status }) =>
                    status === "READY" ? (
                      <StateTag status="COMPLETED" word="Ready to use" />
                    ) : (
                      <StateTag status={status} />
                    ),
                },
                {
                  head: "Patrons",
                  isNumber: true,
                  cell: ({ counts }) => amount(counts.matched - counts.excluded),
                },
                { head: "Created by", cell: ({ createdBy }) => createdBy },
                {
                  head: "Created",
                  cell: ({ createdAt }) => instantText(createdAt, timeZone),
                },
              ]}
            />
            <Pager
              of="the query sets"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={querySets.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
