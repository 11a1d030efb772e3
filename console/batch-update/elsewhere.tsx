import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { isFinal } from "#domain/batch-update/state";
import { libraryQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { announce } from "../page/announcer.ts";
import { instantText } from "../words/format.ts";

/** Says that the review below is over, because it was gone on with elsewhere, and leads to where it stands now. */
export function Elsewhere({ batchUpdate, follow }: { batchUpdate: BatchUpdateAnswer; follow: () => void }) {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const box = useRef<HTMLDivElement>(null);
  const { title, more } = told(batchUpdate, timeZone);
  useEffect(() => announce(`${title}. ${more}`), [title, more]);
  useLayoutEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
    // What had the focus may have gone with what can no longer be done.
    if (document.activeElement === document.body) box.current?.focus();
  }, []);
  return (
    <div ref={box} tabIndex={-1} className="told">
      <Notice kind="warning" title={title}>
        <p>{more} What is below is the review as it was. It can no longer be changed or processed.</p>
        <p>
          <Link href={`/batch-updates/${batchUpdate.batchUpdateId}`} onClick={follow}>
            {isFinal(batchUpdate.status) ? "Go to its result" : "See where it stands"}
          </Link>
        </p>
      </Notice>
    </div>
  );
}

function told(
  { status, processedBy, processedAt, scheduledBy }: BatchUpdateAnswer,
  timeZone: string | undefined,
): { title: string; more: string } {
  if (processedBy !== undefined || status === "PROCESSING" || status === "CANCELLING") {
    const who = processedBy === undefined ? "Someone" : processedBy;
    const when = processedAt === undefined ? "" : `, ${instantText(processedAt, timeZone)}`;
    return { title: "This review was processed elsewhere", more: `${who} processed it${when}.` };
  }
  if (status === "SCHEDULED") {
    return { title: "This review was scheduled elsewhere", more: `${scheduledBy ?? "Someone"} scheduled it.` };
  }
  return { title: "This review was canceled elsewhere", more: "Nothing has been changed." };
}
