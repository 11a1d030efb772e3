import { keepPreviousData, useQuery } from "@tanstack/react-query";
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
              rowKey={({ at, action, subject, actor }) => `${at} ${action} ${subject} ${actor}`}
              empty="There is nothing in the audit yet."
              isStale={audit.isPlaceholderData}
              columns={[
                { head: "When", cell: ({ at }) => instantText(at, timeZone) },
                { head: "Who", cell: ({ actor, role }) => `${actor} (${role})` },
                { head: "What", cell: ({ action }) => label(action) },
                { head: "Subject", cell: ({ subject }) => subject },
                { head: "Detail", cell: ({ detail }) => detail },
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
