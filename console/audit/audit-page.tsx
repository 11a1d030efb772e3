import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { auditQuery, exportAudit } from "../api/audit.ts";
import { libraryQuery } from "../api/library.ts";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { AuditEntries } from "./audit-entries.tsx";

/** Who did what, support included. */
export function AuditPage() {
  const list = useList("audit", []);
  const audit = useQuery({ ...auditQuery(list.request), placeholderData: keepPreviousData });
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const download = useMutation({ mutationFn: exportAudit, onSuccess: ({ csvUrl }) => location.assign(csvUrl) });
  return (
    <>
      <PageHeading intro="Every act in your library, by whom and when.">Audit</PageHeading>
      {download.error !== null && <Failure error={download.error} didAct={false} />}
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          disabled={download.isPending}
          onClick={() => download.mutate()}
        >
          Download the audit (CSV)
        </button>
      </div>
      <Loaded from={audit}>
        {({ items, nextCursor }) => (
          <>
            <AuditEntries items={items} isStale={audit.isPlaceholderData} timeZone={timeZone} />
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
