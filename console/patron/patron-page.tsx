import { useQuery } from "@tanstack/react-query";
import { Fragment, useRef, useState } from "react";
import type { PatronAnswer, ShownMedium } from "#contract/patrons";
import type { PatronId } from "#domain/ids";
import { isClosed } from "#domain/library";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { libraryQuery, meQuery, type TaggedLibrary } from "../api/library.ts";
import { patronQuery, serviceQueueQuery } from "../api/patrons.ts";
import { isMissing } from "../api/problem.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { ErasePatron } from "../erasure/erase-patron.tsx";
import { NoPatron, WasErased } from "../erasure/was-erased.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { dayText, personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { codeName, valueName } from "../words/value-name.ts";
import { History } from "./history.tsx";
import { MediumEditForm } from "./medium-edit-form.tsx";

/** One patron: the profile in each medium, the service queues, and how they came to be so. */
export function PatronPage({ patronId }: { patronId: PatronId }) {
  const patron = useQuery(patronQuery(patronId));
  if (patron.data === undefined && patron.error !== null && isMissing(patron.error)) {
    return <NoPatron patronId={patronId} />;
  }
  return (
    <>
      {patron.data === undefined && patron.error !== null && <PageHeading>{`Patron ${patronId}`}</PageHeading>}
      <Loaded from={patron}>
        {(it) => (
          <>
            <PageHeading>{`${personName(it)}, ${patronId}`}</PageHeading>
            <WasErased patronId={patronId} isThere />
            <div className="patron">
              <div>
                <About patron={it} />
              </div>
              <div>
                {Object.entries(it.media).map(([medium, record]) => (
                  <Medium key={medium} patron={it} medium={medium} record={record} />
                ))}
                {Object.keys(it.media).length === 0 && <p>This patron has no record in any medium.</p>}
                <History patronId={patronId} />
                <ErasePatron patronId={patronId} name={personName(it)} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function About({ patron }: { patron: PatronAnswer }) {
  const library = useQuery(libraryQuery()).data;
  const place = [patron.city, patron.county, patron.state]
    .filter((part) => part !== undefined && part !== "")
    .join(", ");
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Patron ID", patron.patronId],
    ["Main status", codeName(patron.mainStatus, library?.mainStatuses)],
    ["Branch", codeName(patron.branch, library?.branches)],
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

function Medium({ patron, medium, record }: { patron: PatronAnswer; medium: string; record: ShownMedium }) {
  const { patronId } = patron;
  const library = useQuery(libraryQuery()).data;
  const name = library?.media.find(({ code }) => code === medium)?.name;
  const queue = useQuery(serviceQueueQuery(patronId, medium));
  return (
    <section className="panel" aria-labelledby={`medium-${medium}`}>
      <h2 id={`medium-${medium}`}>
        {medium}
        {name !== undefined && name !== medium && ` – ${name}`}
      </h2>
      <Record patron={patron} medium={medium} record={record} library={library} />
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
                { head: "State", cell: ({ status }) => <StateTag status={status} /> },
              ]}
            />
          )}
        </Loaded>
      </details>
    </section>
  );
}

interface RecordProps {
  readonly patron: PatronAnswer;
  readonly medium: string;
  readonly record: ShownMedium;
  readonly library: TaggedLibrary | undefined;
}

/** The fields of one record, to look at or to change. */
function Record({ patron, medium, record, library }: RecordProps) {
  const [isEditing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const mayEdit = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const isOpen = library !== undefined && !isClosed(library, patron.mainStatus);
  const close = () => {
    setEditing(false);
    // The form is gone; what opened it is where to go on.
    requestAnimationFrame(() => edit.current?.focus());
  };
  if (isEditing && library !== undefined) {
    return (
      <MediumEditForm
        patronId={patron.patronId}
        medium={medium}
        record={record}
        library={library}
        onSaved={close}
        onLeft={close}
      />
    );
  }
  return (
    <>
      <dl className="facts">
        {storedFieldNames.map((field) => (
          <Fragment key={field}>
            <dt>{label(field)}</dt>
            <dd>
              {valueName(field, record[field] ?? (mediumField(field).kind === "flag" ? false : undefined), library)}
            </dd>
          </Fragment>
        ))}
      </dl>
      {mayEdit && isOpen && (
        <button ref={edit} type="button" className="usa-button usa-button--outline" onClick={() => setEditing(true)}>
          Edit this record<span className="usa-sr-only"> in {medium}</span>
        </button>
      )}
      {mayEdit && library !== undefined && !isOpen && (
        <p className="aside">
          Main status {codeName(patron.mainStatus, library.mainStatuses)} is closed: this record is not changed any
          more.
        </p>
      )}
    </>
  );
}
