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
  readonly line: {
    readonly patronId: string;
    readonly lastName?: string | undefined;
    readonly firstName?: string | undefined;
  };
  readonly medium: string;
  readonly changes: readonly Change[];
  readonly close: () => void;
  /** What is said about the patron here: what would happen or has, and why. */
  readonly children: ReactNode;
}

/** One patron beside the list: each field before and after, and how the whole record stands now. */
export function PatronDetails({ line, medium, changes, close, children }: Props) {
  const { patronId } = line;
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
          {personName(line) === "" ? patronId : personName(line)}
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
      {children}
      {changes.length > 0 && (
        <dl className="details-changes">
          {changes.map(({ field, before, after, current }) => (
            <div key={field}>
              <dt>{label(field)}</dt>
              <dd>
                <span className="before">{valueName(field, before, library)}</span>
                <span aria-hidden="true"> → </span>
                <span className="usa-sr-only"> becomes </span>
                <span className="after">{valueName(field, after, library)}</span>
                {current !== undefined && <span> (now {valueName(field, current, library)})</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Record patronId={patronId} medium={medium} />
    </aside>
  );
}

function Record({ patronId, medium }: { patronId: string; medium: string }) {
  const known = patronIdSchema.safeParse(patronId);
  const patron = useQuery({
    ...patronQuery(known.success ? known.data : patronIdSchema.parse("none")),
    enabled: known.success,
  });
  const library = useQuery(libraryQuery()).data;
  if (!known.success) return null;
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
