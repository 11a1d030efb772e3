import { Link } from "wouter";
import { AuditView } from "../audit/audit-view.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";

/** What support did that concerns no one library. */
export function KeystoneAuditPage() {
  return (
    <>
      <p>
        <Link href={views.support}>Support</Link>
      </p>
      <PageHeading intro="What support did that does not concern a single library. What it did in a library is in that library’s own audit.">
        Keystone’s audit
      </PageHeading>
      <AuditView name="keystone-audit" source="keystone" timeZone={undefined} />
    </>
  );
}
