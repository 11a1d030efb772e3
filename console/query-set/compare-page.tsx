import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { QuerySetAnswer } from "#contract/query-sets";
import { type Membership, memberships } from "#domain/query/compare-sets";
import { libraryQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { comparisonQuery, querySetQuery } from "../api/query-sets.ts";
import { DataTable } from "../controls/data-table.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, instantText, personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { FoundSet } from "./found-set.tsx";
import { setNameAmong } from "./set-name.ts";

const sideWords: Readonly<Record<Membership, string>> = {
  JOINED: "Joined",
  LEFT: "Left",
  BOTH: "In both",
};

/** Two query sets held against each other: who joined since the earlier one, who left, and who is in both. */
export function ComparePage({ querySetId, otherId }: { querySetId: string; otherId: string }) {
  const one = useQuery(querySetQuery(querySetId));
  const other = useQuery(querySetQuery(otherId));
  return (
    <>
      <PageHeading intro="See who joined and who left between two query sets. Comparing changes nothing.">
        {isMissing(one.error ?? other.error) ? "Query set not found" : "Compare two query sets"}
      </PageHeading>
      <FoundSet from={one}>
        {(first) => (
          <FoundSet from={other}>
            {(second) => {
              const isNewer = Date.parse(first.createdAt) >= Date.parse(second.createdAt);
              return <Comparison newer={isNewer ? first : second} earlier={isNewer ? second : first} />;
            }}
          </FoundSet>
        )}
      </FoundSet>
    </>
  );
}

function Comparison({ newer, earlier }: { newer: QuerySetAnswer; earlier: QuerySetAnswer }) {
  const list = useList("compare", ["in"]);
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const found = useQuery({
    ...comparisonQuery(newer.querySetId, earlier.querySetId, list.filter.in, list.request),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <dl className="facts">
        {[["Newer", newer] as const, ["Earlier", earlier] as const].map(([which, set]) => (
          <div className="facts-pair" key={which}>
            <dt>{which}</dt>
            <dd>
              <Link href={`/query-sets/${set.querySetId}`}>{setNameAmong(set, [newer, earlier])}</Link>, created{" "}
              {instantText(set.createdAt, timeZone)} by {set.createdBy}
            </dd>
          </div>
        ))}
      </dl>
      <Loaded from={found}>
        {({ items, nextCursor, counts }) => (
          <>
            <dl className="counts">
              {memberships.map((side) => (
                <div key={side}>
                  <dt>{sideWords[side]}</dt>
                  <dd>{amount(counts[sideKeys[side]])}</dd>
                  <dd className="count-meaning">{meanings[side]}</dd>
                </div>
              ))}
            </dl>
            <div className="filters">
              <FilterSelect
                id="compare-in"
                label="Show"
                all="Everyone in either set"
                value={list.filter.in}
                options={memberships.map((side) => ({ value: side, text: sideWords[side] }))}
                choose={(value) => list.narrow("in", value)}
              />
            </div>
            <DataTable
              caption="Patrons of the two sets"
              rows={items}
              rowKey={({ patronId }) => patronId}
              empty={list.isNarrowed ? "No patrons match this filter." : "Both sets are empty."}
              isStale={found.isPlaceholderData}
              columns={[
                { head: "Patron", cell: (it) => personName(it) },
                { head: "Patron ID", cell: ({ patronId }) => <Link href={`/patron/${patronId}`}>{patronId}</Link> },
                { head: "In the sets", cell: (it) => sideWords[it.in] },
                { head: "Main status", cell: ({ mainStatus }) => mainStatus && label(mainStatus) },
                { head: "Branch", cell: ({ branch }) => branch },
              ]}
            />
            <Pager
              of="the comparison"
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

const sideKeys = { JOINED: "joined", LEFT: "left", BOTH: "both" } as const satisfies Record<Membership, string>;

const meanings: Readonly<Record<Membership, string>> = {
  JOINED: "Only in the newer set.",
  LEFT: "Only in the earlier set.",
  BOTH: "In both sets.",
};
