import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { Link } from "wouter";
import type { PatronAnswer, ShownMedium } from "#contract/patrons";
import type { PatronId } from "#domain/ids";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { libraryQuery } from "../api/library.ts";
import { historyQuery, patronQuery, serviceQueueQuery } from "../api/patrons.ts";
import { ApiProblem } from "../api/problem.ts";
import { ChangeList } from "../batch-update/change-list.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { ErasePatron } from "../erasure/erase-patron.tsx";
import { NoPatron, WasErased } from "../erasure/was-erased.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { valueInWords } from "../words/changes-in-words.ts";
import { dayText, instantText, personName } from "../words/format.ts";
import { label } from "../words/labels.ts";

/** One patron: the profile in each medium, the service queues, and what batch updates did. */
export function PatronPage({ patronId }: { patronId: PatronId }) {
  const patron = useQuery(patronQuery(patronId));
  if (patron.data === undefined && patron.error instanceof ApiProblem && patron.error.status === 404) {
    return <NoPatron patronId={patronId} error={patron.error} />;
  }
  return (
    <Loaded from={patron}>
      {(it) => (
        <>
          <PageHeading>{personName(it)}</PageHeading>
          <WasErased patronId={patronId} isThere />
          <About patron={it} />
          {Object.entries(it.media).map(([medium, record]) => (
            <Medium key={medium} patronId={patronId} medium={medium} record={record} />
          ))}
          {Object.keys(it.media).length === 0 && <p>This patron has no record in any medium.</p>}
          <History patronId={patronId} />
          <ErasePatron patronId={patronId} name={personName(it)} />
        </>
      )}
    </Loaded>
  );
}

function About({ patron }: { patron: PatronAnswer }) {
  const place = [patron.city, patron.county, patron.state]
    .filter((part) => part !== undefined && part !== "")
    .join(", ");
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Patron ID", patron.patronId],
    ["Main status", patron.mainStatus],
    ["Branch", patron.branch],
    ["Place", place === "" ? undefined : place],
    ["Language", patron.language],
    ["Registered on", patron.registeredOn === undefined ? undefined : dayText(patron.registeredOn)],
    ["Reserves", String(patron.reserves.length)],
    ["Requests", String(patron.requests.length)],
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Fragment>
            ),
        )}
      </dl>
      {patron.preferences.length > 0 && (
        <details className="more">
          <summary>Preferences ({patron.preferences.length})</summary>
          <DataTable
            caption="Preferences"
            rows={patron.preferences}
            rowKey={({ type, code, exclusion }) => `${type} ${code} ${exclusion}`}
            empty="None."
            columns={[
              { head: "Preference", cell: ({ code }) => code },
              { head: "Type", cell: ({ type }) => label(type) },
              { head: "Meaning", cell: ({ exclusion }) => (exclusion ? "Never send" : "Likes") },
            ]}
          />
        </details>
      )}
    </>
  );
}

function Medium(props: { patronId: PatronId; medium: string; record: ShownMedium }) {
  const { patronId, medium, record } = props;
  const name = useQuery(libraryQuery()).data?.media.find(({ code }) => code === medium)?.name;
  const queue = useQuery(serviceQueueQuery(patronId, medium));
  return (
    <section className="panel" aria-labelledby={`medium-${medium}`}>
      <h2 id={`medium-${medium}`}>
        {medium}
        {name !== undefined && name !== medium && ` – ${name}`}
      </h2>
      <dl className="facts">
        {storedFieldNames.map((field) => (
          <Fragment key={field}>
            <dt>{label(field)}</dt>
            <dd>{valueInWords(field, record[field] ?? (mediumField(field).kind === "flag" ? false : undefined))}</dd>
          </Fragment>
        ))}
      </dl>
      <details className="more">
        <summary>
          Service queue of {medium}
          {queue.data !== undefined && ` (${queue.data.entries.length})`}
        </summary>
        <Loaded from={queue}>
          {({ entries }) => (
            <DataTable
              caption={`Service queue of ${medium}, in the order in which titles are sent`}
              rows={entries}
              rowKey={({ titleId }) => titleId}
              empty="The queue is empty."
              columns={[
                { head: "Title", cell: ({ title, titleId }) => title ?? titleId },
                { head: "Place", isNumber: true, cell: ({ sequence }) => sequence },
                { head: "Author", cell: ({ author }) => author },
                {
                  head: "Why it is there",
                  cell: ({ selectType, source }) => `${label(selectType)}${source === undefined ? "" : `: ${source}`}`,
                },
                { head: "State", cell: ({ status }) => label(status) },
              ]}
            />
          )}
        </Loaded>
      </details>
    </section>
  );
}

function History({ patronId }: { patronId: PatronId }) {
  const list = useList("history", []);
  const history = useQuery(historyQuery(patronId, list.request));
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <Loaded from={history}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Batch updates that touched this patron, newest first"
              rows={items}
              rowKey={({ batchUpdateId }) => batchUpdateId}
              empty="No batch update has touched this patron."
              columns={[
                {
                  head: "Batch update",
                  cell: ({ batchUpdateId, name, kind, medium }) => (
                    <Link href={`/batch-updates/${batchUpdateId}`}>{name ?? `${label(kind)} of ${medium}`}</Link>
                  ),
                },
                {
                  head: "When",
                  cell: ({ processedAt }) => (processedAt === undefined ? "" : instantText(processedAt, timeZone)),
                },
                { head: "Changes", cell: ({ changes }) => <ChangeList changes={changes} /> },
              ]}
            />
            {(nextCursor !== undefined || list.page > 1) && (
              <Pager
                of="the history"
                list={list}
                shown={items.length}
                nextCursor={nextCursor}
                isStale={history.isPlaceholderData}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}
