import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { waitingQuery } from "../api/batch-updates.ts";
import { meQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { titleAmong } from "./title.ts";

/** What was handed over to the administrators, for one of them. */
export function WaitingNotice() {
  const isAdministrator = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const waiting = useQuery({ ...waitingQuery(), enabled: isAdministrator }).data?.items ?? [];
  if (!isAdministrator || waiting.length === 0) return null;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">Waiting for you</h2>
      <Notice kind="info">
        <ul>
          {waiting.map((it) => (
            <li key={it.batchUpdateId}>
              <Link href={`/batch-updates/${it.batchUpdateId}`}>{titleAmong(it, waiting)}</Link>, handed over by{" "}
              {it.handover?.by}
              {it.handover?.note !== undefined && `: “${it.handover.note}”`}
            </li>
          ))}
        </ul>
      </Notice>
    </section>
  );
}
