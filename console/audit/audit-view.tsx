import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type AuditSource, auditQuery, exportAudit } from "../api/audit.ts";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useDownload } from "../controls/use-download.ts";
import { useList } from "../controls/use-list.ts";
import { announceProgress } from "../page/announcer.ts";
import { counted } from "../words/format.ts";
import { AuditEntries } from "./audit-entries.tsx";
import { auditFilter } from "./audit-filter.ts";
import { AuditFilters, auditFilterNames } from "./audit-filters.tsx";

interface Props {
  /** Unlike any other list on the same view. */
  readonly name: string;
  readonly source: AuditSource;
  /** Of the library whose days count; of the reader where it is about none. */
  readonly timeZone: string | undefined;
}

/** An audit: acts told in sentences, narrowed by who, what, when and to which thing; with a download where there is one. */
export function AuditView({ name, source, timeZone }: Props) {
  const list = useList(name, auditFilterNames);
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const filter = auditFilter({ ...list.filter, actor: list.q }, zone);
  const audit = useQuery({ ...auditQuery(source, filter, list.request), placeholderData: keepPreviousData });
  const download = useDownload(async () => (await exportAudit(filter)).csvUrl);
  const shown = audit.isPlaceholderData ? undefined : audit.data?.items.length;
  useSpokenCount(list.isNarrowed ? shown : undefined);
  return (
    <>
      <AuditFilters list={list} />
      {download.error !== null && <Failure error={download.error} didAct={false} />}
      {source === "library" && (
        <div className="actions">
          <button
            type="button"
            className="usa-button usa-button--outline"
            aria-disabled={download.isPending}
            onClick={() => download.begin()}
          >
            {list.isNarrowed ? "Download what is shown (CSV)" : "Download the audit (CSV)"}
          </button>
        </div>
      )}
      <Loaded from={audit}>
        {({ items, nextCursor }) => (
          <>
            <AuditEntries
              items={items}
              isStale={audit.isPlaceholderData}
              timeZone={timeZone}
              empty={
                nextCursor !== undefined
                  ? "Nothing on this page matches. The next page looks further back."
                  : list.isNarrowed
                    ? "Nothing matches. Remove a filter, or look at other days."
                    : "Nothing in the audit yet."
              }
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

/** Says how many acts fit, when another filter has been answered. */
function useSpokenCount(shown: number | undefined): void {
  const said = useRef(shown);
  useEffect(() => {
    if (shown === undefined || said.current === shown) return;
    said.current = shown;
    announceProgress(shown === 0 ? "Nothing matches." : `${counted(shown, "act", "acts")} on this page.`);
  }, [shown]);
}
