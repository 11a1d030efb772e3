import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { PatronId } from "#domain/ids";
import { erasureOfQuery } from "../api/erasures.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { instantText } from "../words/format.ts";

/** A word on the page of a patron who was erased: there again by an import since, or not. Staff cannot see erasures. */
export function WasErased({ patronId, isThere }: { readonly patronId: PatronId; readonly isThere: boolean }) {
  const roles = useQuery(meQuery()).data?.roles ?? [];
  const maySee = roles.includes("administrator") || roles.includes("support");
  const erasure = useQuery({ ...erasureOfQuery(patronId), enabled: maySee }).data;
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  if (erasure === undefined || erasure === null) return null;
  const { status, createdAt, erasureId } = erasure;
  const when = instantText(createdAt, timeZone);
  return (
    <Notice kind="info" title={status === "RUNNING" ? "This patron is being erased" : "This patron was erased"}>
      <p>
        {status === "RUNNING" ? `It was requested on ${when}.` : `Erased on request of ${when}. Only the ID was kept.`}
        {isThere && status !== "RUNNING" && " What is shown here came in by an import afterwards."}{" "}
        <Link href={`/erasures/${erasureId}`}>See the erasure</Link>.
      </p>
    </Notice>
  );
}

/** Where there is no patron with an ID: because they were erased, where that is so. */
export function NoPatron({ patronId, error }: { readonly patronId: PatronId; readonly error: Error }) {
  return (
    <>
      <PageHeading>{`Patron ${patronId} not found`}</PageHeading>
      <Failure error={error} didAct={false} />
      <WasErased patronId={patronId} isThere={false} />
    </>
  );
}
