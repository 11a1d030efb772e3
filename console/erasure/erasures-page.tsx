import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { erasuresQuery } from "../api/erasures.ts";
import { libraryQuery } from "../api/library.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, instantText } from "../words/format.ts";

/** Patrons who were erased, by their ids alone. */
export function ErasuresPage() {
  const list = useList("erasures", []);
  const erasures = useQuery({ ...erasuresQuery(list.request), placeholderData: keepPreviousData });
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  return (
    <>
      <PageHeading intro="Patrons who were erased for good. Only their IDs are kept. A patron is erased from the patron’s own page.">
        Erasures
      </PageHeading>
      <Loaded from={erasures}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Erasures, newest first"
              rows={items}
              rowKey={({ erasureId }) => erasureId}
              empty="No patron has been erased."
              isStale={erasures.isPlaceholderData}
              columns={[
                {
                  head: "Patron ID",
                  cell: ({ patronId, erasureId }) => <Link href={`/erasures/${erasureId}`}>{patronId}</Link>,
                },
                { head: "Status", cell: ({ status }) => <StateTag status={status} /> },
                {
                  head: "Requested",
                  cell: ({ createdBy, createdAt }) => `${instantText(createdAt, timeZone)} by ${createdBy}`,
                },
                {
                  head: "Finished",
                  cell: ({ finishedAt }) => (finishedAt === undefined ? "" : instantText(finishedAt, timeZone)),
                },
                { head: "Records", isNumber: true, cell: ({ counts }) => amount(counts.items) },
                { head: "Files", isNumber: true, cell: ({ counts }) => amount(counts.objects) },
                { head: "Reason", cell: ({ reason }) => reason },
              ]}
            />
            <Pager
              of="the erasures"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={erasures.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
