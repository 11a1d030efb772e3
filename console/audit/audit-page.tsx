import { useQuery } from "@tanstack/react-query";
import { libraryQuery } from "../api/library.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { AuditView } from "./audit-view.tsx";

/** Who did what, support included. */
export function AuditPage() {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  return (
    <>
      <PageHeading intro="Everything done in your library: who did it, when, and what it changed.">Audit</PageHeading>
      <AuditView name="audit" source="library" timeZone={timeZone} />
    </>
  );
}
