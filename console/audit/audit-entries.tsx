import type { AuditEntry } from "#contract/audit";
import { DataTable } from "../controls/data-table.tsx";
import { instantText } from "../words/format.ts";
import { label } from "../words/labels.ts";

interface Props {
  readonly items: readonly AuditEntry[];
  readonly isStale: boolean;
  readonly timeZone: string | undefined;
}

/** A page of an audit: who did what, why, and what it changed. */
export function AuditEntries({ items, isStale, timeZone }: Props) {
  return (
    <DataTable
      caption="Acts, newest first"
      rows={items}
      rowKey={({ at, action, subject, actor }) => `${at} ${action} ${subject} ${actor.sub}`}
      empty="There is nothing in the audit yet."
      isStale={isStale}
      columns={[
        { head: "When", cell: ({ at }) => instantText(at, timeZone) },
        { head: "Who", cell: ({ actor, role }) => `${actor.name} (${role})` },
        { head: "What", cell: ({ action }) => label(action) },
        {
          head: "Subject",
          cell: ({ subject, subjectName }) => (subjectName === undefined ? subject : `${subjectName} (${subject})`),
        },
        { head: "Detail", cell: (entry) => <Detail {...entry} /> },
      ]}
    />
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
