import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { patronsQuery } from "../api/patrons.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { personName } from "../words/format.ts";

/** Leads to one patron's page. */
export function FindPatronPage() {
  const list = useList("found", []);
  const found = useQuery({
    ...patronsQuery(list.q, list.request),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading intro="Look at a patron’s profile, service queues and history.">Find one patron</PageHeading>
      <SearchField id="patron-q" label="Patron id or beginning of last name" value={list.q} search={list.search} />
      <Loaded from={found}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption={list.q === "" ? "Patrons by name" : `Patrons that fit “${list.q}”`}
              rows={items}
              rowKey={({ patronId }) => patronId}
              empty="No patron fits."
              isStale={found.isPlaceholderData}
              columns={[
                { head: "Patron", cell: (it) => <Link href={`/patron/${it.patronId}`}>{personName(it)}</Link> },
                { head: "Patron ID", cell: ({ patronId }) => patronId },
                { head: "Main status", cell: ({ mainStatus }) => mainStatus },
                { head: "Branch", cell: ({ branch }) => branch ?? "" },
                { head: "City", cell: ({ city }) => city ?? "" },
              ]}
            />
            <Pager
              of="the patrons found"
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
