import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import { libraryQuery } from "../api/library.ts";
import { patronsQuery } from "../api/patrons.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { useList } from "../controls/use-list.ts";
import { announce, forget } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { personName } from "../words/format.ts";
import { codeName } from "../words/value-name.ts";
import { nothingFits } from "./nothing-fits.ts";

/** Leads to one patron's page. */
export function FindPatronPage() {
  const list = useList("found", []);
  const library = useQuery(libraryQuery()).data;
  const found = useQuery({
    ...patronsQuery(list.q, list.request),
    placeholderData: keepPreviousData,
  });
  const isNobody = found.data?.items.length === 0 && list.q !== "" && list.page === 1 && !found.isPlaceholderData;
  useEffect(() => {
    if (!isNobody) return;
    announce(`No patrons match ${list.q}.`, "found");
    return () => forget("found");
  }, [isNobody, list.q]);
  return (
    <>
      <PageHeading intro="Look at a patron’s profile, service queues, and history, or change one record.">
        Find one patron
      </PageHeading>
      <SearchField
        id="patron-q"
        label="Patron ID, or beginning of last or first name"
        value={list.q}
        search={list.search}
      />
      <Loaded from={found}>
        {({ items, nextCursor }) =>
          isNobody ? (
            <Nobody
              q={list.q}
              search={(q) => {
                list.search(q);
                requestAnimationFrame(() => document.getElementById("patron-q")?.focus());
              }}
            />
          ) : (
            <>
              <DataTable
                caption={list.q === "" ? "All patrons, by ID" : `Patrons matching “${list.q}”`}
                rows={items}
                rowKey={({ patronId }) => patronId}
                empty="There are no patrons yet. They arrive by import."
                isStale={found.isPlaceholderData}
                columns={[
                  {
                    head: "Patron",
                    cell: (it) => (
                      <Link href={`/patron/${it.patronId}`}>
                        {personName(it)}
                        <span className="usa-sr-only">, {it.patronId}</span>
                      </Link>
                    ),
                  },
                  { head: "Patron ID", cell: ({ patronId }) => patronId },
                  { head: "Main status", cell: ({ mainStatus }) => codeName(mainStatus, library?.mainStatuses) },
                  { head: "Branch", cell: ({ branch }) => codeName(branch, library?.branches) ?? "" },
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
          )
        }
      </Loaded>
    </>
  );
}

/** Why nobody fits, and searches that may bring somebody. */
function Nobody({ q, search }: { q: string; search: (q: string) => void }) {
  const { why, instead } = nothingFits(q);
  return (
    <Notice kind="info" title={`No patrons match “${q}”`}>
      {why.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {instead.length > 0 && (
        <div className="actions">
          {instead.map((word) => (
            <button key={word} type="button" className="usa-button usa-button--outline" onClick={() => search(word)}>
              Search for {word}
            </button>
          ))}
        </div>
      )}
      <p>
        To find patrons by city, status, serve code or anything else, <Link href="/patrons">run a query</Link>.
      </p>
    </Notice>
  );
}
