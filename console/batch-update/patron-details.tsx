import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode, useLayoutEffect, useRef } from "react";
import { Link } from "wouter";
import type { Change } from "#contract/change";
import { patronIdSchema } from "#domain/ids";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { libraryQuery } from "../api/library.ts";
import { patronQuery } from "../api/patrons.ts";
import { Loaded } from "../controls/loading.tsx";
import { personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { valueName } from "../words/value-name.ts";

interface Props {
  readonly patronId: string;
  /** What is known of the patron from a list; undefined where nothing is. */
  readonly line: Parameters<typeof personName>[0] | undefined;
  /** The patron is not on the page of the list that is shown. */
  readonly isElsewhere: boolean;
  readonly medium: string;
  readonly changes: readonly Change[];
  /** What the changes are: to come, done, or no more than meant. */
  readonly changesTitle: string;
  readonly close: () => void;
  /** What is said about a patron on the page: what would happen or has, and why. */
  readonly children: ReactNode;
}

/** One patron beside the list: each field before and after, and how the whole record stands now. */
export function PatronDetails({ patronId, line, isElsewhere, medium, changes, changesTitle, close, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const library = useQuery(libraryQuery()).data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another patron is read from the heading on
  useLayoutEffect(() => heading.current?.focus(), [patronId]);
  return (
    <aside
      className="details"
      aria-labelledby="details"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      <div className="dialog-head">
        <h3 id="details" ref={heading} tabIndex={-1}>
          <Name patronId={patronId} line={line} />
        </h3>
        <button type="button" className="usa-button usa-button--unstyled" onClick={close}>
          Close
        </button>
      </div>
      <p>
        <Link href={`/patron/${patronId}`}>
          {patronId}
          <span className="usa-sr-only">: open the patron’s page</span>
        </Link>
      </p>
      {isElsewhere && <p>This patron is not on the current page of the list.</p>}
      {children}
      {changes.length > 0 && (
        <>
          <h4>{changesTitle}</h4>
          <dl className="details-changes">
            {changes.map(({ field, before, after, current }) => (
              <div key={field}>
                <dt>{label(field)}</dt>
                <dd>
                  <span className="before">{valueName(field, before, library)}</span>
                  <span aria-hidden="true"> → </span>
                  <span className="usa-sr-only"> to </span>
                  <span className="after">{valueName(field, after, library)}</span>
                  {current !== undefined && <span> (now {valueName(field, current, library)})</span>}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <Record patronId={patronId} medium={medium} />
    </aside>
  );
}

/** The profile as it is now. An id that comes from the address may be none. */
function usePatron(patronId: string) {
  const known = patronIdSchema.safeParse(patronId);
  return useQuery({
    ...patronQuery(known.success ? known.data : patronIdSchema.parse("none")),
    enabled: known.success,
  });
}

function Name({ patronId, line }: Pick<Props, "patronId" | "line">) {
  const { data } = usePatron(patronId);
  const names = line ?? data;
  return names === undefined ? patronId : personName(names);
}

function Record({ patronId, medium }: { patronId: string; medium: string }) {
  const patron = usePatron(patronId);
  const library = useQuery(libraryQuery()).data;
  if (patron.isPending && patron.fetchStatus === "idle") return null;
  return (
    <>
      <h4>As it is now</h4>
      <Loaded from={patron}>
        {({ mainStatus, branch, media: { [medium]: record } }) => (
          <dl className="facts">
            <dt>Main status</dt>
            <dd>{nameIn(library?.mainStatuses, mainStatus)}</dd>
            <dt>Branch</dt>
            <dd>{branch === undefined ? "empty" : nameIn(library?.branches, branch)}</dd>
            {record === undefined ? (
              <>
                <dt>{medium}</dt>
                <dd>No record</dd>
              </>
            ) : (
              storedFieldNames.map((field) => (
                <Fragment key={field}>
                  <dt>{label(field)}</dt>
                  <dd>
                    {valueName(
                      field,
                      record[field] ?? (mediumField(field).kind === "flag" ? false : undefined),
                      library,
                    )}
                  </dd>
                </Fragment>
              ))
            )}
          </dl>
        )}
      </Loaded>
    </>
  );
}

function nameIn(rows: readonly { code: string; name: string }[] | undefined, code: string): string {
  const name = rows?.find((it) => it.code === code)?.name;
  return name === undefined || name === code ? code : `${code} – ${name}`;
}
