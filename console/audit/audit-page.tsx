import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AuditEntry } from "#contract/audit";
import { auditQuery } from "../api/audit.ts";
import { libraryQuery } from "../api/library.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { instantText } from "../words/format.ts";
import { label } from "../words/labels.ts";

/** Who did what, support included. */
export function AuditPage() {
  const list = useList("audit", []);
  const audit = useQuery({ ...auditQuery(list.request), placeholderData: keepPreviousData });
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  return (
    <>
      <PageHeading intro="Every act in your library, by whom and when.">Audit</PageHeading>
      <Loaded from={audit}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Acts, newest first"
              rows={items}
              rowKey={({ at, action, subject, actor }) => `${at} ${action} ${subject} ${actor.sub}`}
              empty="There is nothing in the audit yet."
              isStale={audit.isPlaceholderData}
              columns={[
                { head: "When", cell: ({ at }) => instantText(at, timeZone) },
                { head: "Who", cell: ({ actor, role }) => `${actor.name} (${role})` },
                { head: "What", cell: ({ action }) => label(action) },
                {
                  head: "Subject",
                  cell: ({ subject, subjectName }) =>
                    subjectName === undefined ? subject : `${subjectName} (${subject})`,
                },
                { head: "Detail", cell: (entry) => <Detail {...entry} /> },
              ]}
            />
            <Pager
              of="the audit"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={audit.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

const mostShown = 20;

/** What was done in words, why, and what it changed. */
function Detail({ detail, reason, changes = [] }: AuditEntry) {
  return (
    <>
      {detail !== "" && <div>{detail}</div>}
      {reason !== undefined && <div>Reason: {reason}</div>}
      {changes.length > 0 && (
        <ul>
          {changes.slice(0, mostShown).map((change) => (
            <li key={change.field}>{changeText(change)}</li>
          ))}
          {changes.length > mostShown && <li>and {changes.length - mostShown} more</li>}
        </ul>
      )}
    </>
  );
}

/** Of a patron's record the field alone is told. */
function changeText({ field, before, after }: NonNullable<AuditEntry["changes"]>[number]): string {
  if (before === undefined && after === undefined) return label(field);
  if (before === undefined) return `${label(field)}: ${after} is new`;
  return after === undefined ? `${label(field)}: ${before} is gone` : `${label(field)}: ${before}, now ${after}`;
}
