import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import type { PatronId } from "#domain/ids";
import { erasureOfQuery } from "../api/erasures.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { announce } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { instantText } from "../words/format.ts";

/** The erasure of a patron; null where there is none, undefined while that is not known. Staff cannot see erasures. */
function useErasure(patronId: PatronId) {
  const roles = useQuery(meQuery()).data?.roles;
  const maySee = roles?.some((role) => role !== "staff") === true;
  const { data, isError } = useQuery({ ...erasureOfQuery(patronId), enabled: maySee });
  return isError || (roles !== undefined && !maySee) ? null : data;
}

const titles = { RUNNING: "This patron is being erased", COMPLETED: "This patron was erased" };

/** A word on the page of a patron who was erased: there again by an import since, or not. */
export function WasErased({ patronId, isThere }: { readonly patronId: PatronId; readonly isThere: boolean }) {
  const erasure = useErasure(patronId);
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  if (erasure === undefined || erasure === null) return null;
  const { status, createdAt, erasureId } = erasure;
  const when = instantText(createdAt, timeZone);
  return (
    <Notice kind="info" title={titles[status]}>
      <p>
        {status === "RUNNING" ? `It was requested on ${when}.` : `Erased on request of ${when}. Only the ID was kept.`}
        {isThere && status !== "RUNNING" && " What is shown here came in by an import afterwards."}{" "}
        <Link href={`/erasures/${erasureId}`}>See the erasure</Link>.
      </p>
    </Notice>
  );
}

const nobody = "No patron of your library has this ID. Check that it is complete and typed as the library writes it.";

/** Where there is no patron with an ID: because they were erased, where that is so. */
export function NoPatron({ patronId }: { readonly patronId: PatronId }) {
  const erasure = useErasure(patronId);
  const why = erasure === undefined ? undefined : erasure === null ? nobody : `${titles[erasure.status]}.`;
  useEffect(() => {
    if (why !== undefined) announce(why);
  }, [why]);
  return (
    <>
      <PageHeading>{`Patron ${patronId} not found`}</PageHeading>
      {erasure === null && <p>{nobody}</p>}
      <WasErased patronId={patronId} isThere={false} />
      <p>
        <Link href={views.findPatron}>Find a patron by ID or name</Link>
      </p>
    </>
  );
}
