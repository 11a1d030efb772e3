import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { keystoneAuditQuery } from "../api/support.ts";
import { AuditEntries } from "../audit/audit-entries.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";

/** What support did that concerns no one library. */
export function KeystoneAuditPage() {
  const list = useList("keystone-audit", []);
  const audit = useQuery(keystoneAuditQuery(list.request));
  return (
    <>
      <p>
        <Link href={views.support}>Support</Link>
      </p>
      <PageHeading intro="What support did that does not concern a single library. What it did in a library is in that library’s own audit.">
        Keystone’s audit
      </PageHeading>
      <Loaded from={audit}>
        {({ items, nextCursor }) => (
          <>
            <AuditEntries items={items} isStale={audit.isPlaceholderData} timeZone={undefined} />
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
