import { Link } from "wouter";
import type { AuditEntry } from "#contract/audit";
import { DataTable } from "../controls/data-table.tsx";
import { instantText } from "../words/format.ts";
import { changeInWords, detailInWords, sentenceOf } from "./in-words.ts";

interface Props {
  readonly items: readonly AuditEntry[];
  readonly isStale: boolean;
  readonly timeZone: string | undefined;
  readonly empty: string;
}

/** A page of an audit: who did what, why, and what it changed. */
export function AuditEntries({ items, isStale, timeZone, empty }: Props) {
  return (
    <DataTable
      caption="Acts, newest first"
      rows={items}
      rowKey={({ at, action, subject, actor }) => `${at} ${action} ${subject} ${actor.sub}`}
      empty={empty}
      isStale={isStale}
      columns={[
        { head: "When", cell: ({ at }) => instantText(at, timeZone) },
        { head: "What was done", cell: (entry) => <Sentence entry={entry} timeZone={timeZone} /> },
        { head: "More about it", cell: (entry) => <More {...entry} /> },
      ]}
    />
  );
}

/** `Ada Byron (administrator) processed the batch update Spring move.` */
function Sentence({ entry, timeZone }: { entry: AuditEntry; timeZone: string | undefined }) {
  const { who, did, thing, href } = sentenceOf(entry, timeZone);
  return (
    <>
      <strong>{who.name}</strong>
      {who.role !== undefined && ` (${who.role})`} {did} {href === undefined ? thing : <Link href={href}>{thing}</Link>}
      .
    </>
  );
}

const mostShown = 20;

/** What is known beside the sentence: how many, why, and what it changed. */
function More({ detail, reason, changes = [] }: AuditEntry) {
  // Of a record the detail names the same fields as the changes do.
  const isSame = changes.length > 0 && changes.every(({ field }) => detail.includes(field));
  return (
    <>
      {!isSame && <div>{detailInWords(detail)}</div>}
      {reason !== undefined && <div>Reason: {reason}</div>}
      {changes.length > 0 && (
        <ul>
          {changes.slice(0, mostShown).map((change) => (
            <li key={change.field}>{changeInWords(change)}</li>
          ))}
          {changes.length > mostShown && <li>and {changes.length - mostShown} more</li>}
        </ul>
      )}
    </>
  );
}
