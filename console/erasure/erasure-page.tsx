import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { ErasureAnswer } from "#contract/erasures";
import { erasureQuery } from "../api/erasures.ts";
import { libraryQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useSpokenEnd } from "../controls/use-spoken-end.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { amount, instantText } from "../words/format.ts";
import { WaitedFor } from "./waited-for.tsx";

/** How far the erasure of one patron has come. It goes on by itself, and so does the page. */
export function ErasurePage({ erasureId }: { readonly erasureId: string }) {
  const erasure = useQuery(erasureQuery(erasureId));
  useSpokenEnd(erasure.data?.status, () => "The patron was erased.");
  return (
    <>
      <PageHeading>
        {isMissing(erasure.error)
          ? "Erasure not found"
          : `Erasure${erasure.data === undefined ? "" : ` of patron ${erasure.data.patronId}`}`}
      </PageHeading>
      <Loaded from={erasure}>{(it) => <Standing erasure={it} />}</Loaded>
      <p>
        <Link href={views.erasures}>All erasures</Link>
      </p>
    </>
  );
}

function Standing({ erasure }: { readonly erasure: ErasureAnswer }) {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const { patronId, status, waitsFor = [], counts, reason, createdBy, createdAt, finishedAt } = erasure;
  return (
    <>
      {status === "COMPLETED" ? (
        <Notice kind="success" title={`Patron ${patronId} was erased`}>
          <p>Nothing of the patron is left but the ID. An import of this ID creates the patron again.</p>
        </Notice>
      ) : (
        <Notice kind="info" title={`Patron ${patronId} is being erased`}>
          <p>You can leave this page: it goes on by itself.</p>
          {waitsFor.length > 0 && (
            <>
              <p>These were running, and are looked through when they have ended:</p>
              <ul className="said">
                {waitsFor.map((subject) => (
                  <li key={subject}>
                    <WaitedFor subject={subject} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </Notice>
      )}
      <dl className="facts">
        <dt>Status</dt>
        <dd>
          <StateTag status={status} />
        </dd>
        <dt>Reason</dt>
        <dd>{reason}</dd>
        <dt>Requested</dt>
        <dd>
          by {createdBy}, {instantText(createdAt, timeZone)}
        </dd>
        {finishedAt !== undefined && (
          <>
            <dt>Finished</dt>
            <dd>{instantText(finishedAt, timeZone)}</dd>
          </>
        )}
        <dt>Records erased or emptied</dt>
        <dd>{amount(counts.items)}</dd>
        <dt>Kept files rewritten</dt>
        <dd>{amount(counts.objects)}</dd>
        <dt>Exports deleted</dt>
        <dd>{amount(counts.exports)}</dd>
        <dt>Earlier versions deleted</dt>
        <dd>{amount(counts.versions)}</dd>
      </dl>
    </>
  );
}
