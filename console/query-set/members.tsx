import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { MemberAnswer, QuerySetAnswer } from "#contract/query-sets";
import type { PatronId } from "#domain/ids";
import type { Library } from "#domain/library";
import { excludeMembers, includeMembers, membersQuery } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useList } from "../controls/use-list.ts";
import { announceAct } from "../page/announcer.ts";
import type { Choice } from "../words/choices.ts";
import { patrons, personName } from "../words/format.ts";
import { codeName } from "../words/value-name.ts";
import { membersShown } from "./members-shown.ts";

/** The members of a query set, page by page, with the ones left out still in view. */
export function Members({ querySet, library }: { querySet: QuerySetAnswer; library: Library | undefined }) {
  const { querySetId } = querySet;
  const client = useQueryClient();
  const list = useList("patrons", ["medium", "excluded"]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const filter = { ...list.filter, q: list.q };
  const members = useQuery({
    ...membersQuery(querySetId, filter, list.request),
    placeholderData: keepPreviousData,
  });
  const act = useAction(
    ({ patronIds, out }: { patronIds: readonly string[]; out: boolean }, onceKey) =>
      out ? excludeMembers(querySetId, patronIds, onceKey) : includeMembers(querySetId, patronIds, onceKey),
    async (querySet, { patronIds, out }) => {
      client.setQueryData(["query-sets", querySetId], querySet);
      setTicked(new Set());
      const { matched = 0, excluded = 0 } = querySet.counts ?? {};
      const what = out ? "left out" : "brought back";
      announceAct(`${patrons(patronIds.length)} ${what}. ${patrons(matched - excluded)} in the query set.`, "members");
      await client.invalidateQueries({ queryKey: ["query-sets", querySetId] });
    },
  );
  // Not disabled, for that would take the focus away from whoever goes on with the next patrons.
  const begin = (out: boolean) => {
    if (ticked.size > 0 && !act.isPending) act.mutate({ patronIds: [...ticked], out });
  };
  const tick = (patronId: PatronId, isTicked: boolean) => {
    const after = new Set(ticked);
    if (isTicked) after.add(patronId);
    else after.delete(patronId);
    setTicked(after);
  };

  return (
    <section aria-labelledby="members">
      <h2 id="members">Patrons</h2>
      <div className="filters">
        <SearchField
          id="members-q"
          label="Patron ID, or beginning of last or first name"
          value={list.q}
          search={list.search}
        />
        <FilterSelect
          id="members-medium"
          label="Medium"
          all="All media"
          value={list.filter.medium}
          options={(library?.media ?? []).map(({ code, name }) => ({ value: code, text: `${code} – ${name}` }))}
          choose={(value) => list.narrow("medium", value)}
        />
        <FilterSelect
          id="members-excluded"
          label="Left out"
          all="Everyone"
          value={list.filter.excluded}
          options={[
            { value: "false", text: "In the query set" },
            { value: "true", text: "Left out" },
          ]}
          choose={(value) => list.narrow("excluded", value)}
        />
      </div>
      {act.error !== null && <Failure error={act.error} didAct />}
      <div className="actions selected">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={ticked.size === 0 || act.isPending}
          onClick={() => begin(true)}
        >
          Leave out selected
        </button>
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={ticked.size === 0 || act.isPending}
          onClick={() => begin(false)}
        >
          Bring back selected
        </button>
        <span>{patrons(ticked.size)} selected</span>
      </div>
      <Loaded from={members}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Patrons of the query set"
              rows={items}
              rowKey={({ patronId }) => patronId}
              empty={list.isNarrowed ? "No patrons match these filters." : "There are no patrons."}
              isStale={members.isPlaceholderData}
              columns={[
                { head: "Patron", cell: (it) => <Name member={it} isTicked={ticked.has(it.patronId)} tick={tick} /> },
                { head: "Patron ID", cell: ({ patronId }) => <Link href={`/patron/${patronId}`}>{patronId}</Link> },
                { head: "Main status", cell: ({ mainStatus }) => named(library?.mainStatuses, mainStatus) },
                {
                  head: "Branch",
                  cell: ({ branch }) => named(library?.branches, branch),
                },
                { head: "City", cell: ({ city }) => city ?? "" },
                { head: "Media", cell: ({ media }) => mediaWords(media, library?.serveCodes) },
                {
                  head: "State",
                  cell: ({ excluded }) =>
                    excluded ? <StateTag status="EXCLUDED" /> : <StateTag status="ACTIVE" word="In" />,
                },
              ]}
            />
            <Pager
              of="the patrons"
              list={list}
              shown={items.length}
              total={membersShown(querySet.counts, filter)}
              nextCursor={nextCursor}
              isStale={members.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Name(props: {
  member: MemberAnswer;
  isTicked: boolean;
  tick: (patronId: PatronId, isTicked: boolean) => void;
}) {
  const { member, isTicked, tick } = props;
  const id = `tick-${member.patronId}`;
  return (
    <span className="usa-checkbox tick">
      <input
        className="usa-checkbox__input"
        id={id}
        type="checkbox"
        checked={isTicked}
        onChange={(event) => tick(member.patronId, event.target.checked)}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        {personName(member)}
        {/* Two patrons may have the same name. */}
        <span className="usa-sr-only"> ({member.patronId})</span>
      </label>
    </span>
  );
}

/** A code of one of the library's tables by its name, as far as it has one. */
function named(table: readonly Choice[] | undefined, code: string | undefined): string {
  if (code === undefined) return "";
  return table?.find((it) => it.code === code)?.name ?? code;
}

/** `DB (NA – Nightly, autoselect)`: each medium with its serve code, which is what a batch update mostly asks about. */
function mediaWords(media: MemberAnswer["media"], serveCodes: readonly Choice[] | undefined): string {
  return Object.entries(media)
    .map(([medium, { serveCode }]) =>
      serveCode === undefined ? medium : `${medium} (${codeName(serveCode, serveCodes)})`,
    )
    .join(", ");
}
