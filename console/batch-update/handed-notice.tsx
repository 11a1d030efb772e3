import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useRef } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { libraryQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { instantText } from "../words/format.ts";

/** Says that a review waits for an administrator, or that one gave it back: who, when and why. */
export function HandedNotice({ batchUpdate: { handover, returned } }: { batchUpdate: BatchUpdateAnswer }) {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const box = useRef<HTMLDivElement>(null);
  const givenBackAt = returned?.at;
  const before = useRef(givenBackAt);
  useLayoutEffect(() => {
    // Given back on this page just now: what was pressed is gone.
    if (before.current !== givenBackAt && givenBackAt !== undefined) box.current?.focus();
    before.current = givenBackAt;
  }, [givenBackAt]);
  const news = handover ?? returned;
  if (news === undefined) return null;
  const when = instantText(news.at, timeZone);
  return (
    <div ref={box} tabIndex={-1} className="told">
      <Notice
        kind={handover === undefined ? "warning" : "info"}
        title={handover === undefined ? `Given back by ${news.by}` : `Handed over by ${news.by}`}
      >
        {news.note !== undefined && <p className="said">“{news.note}”</p>}
        <p>
          {when}.{" "}
          {handover === undefined
            ? "The person who prepared it can change who is left out and hand it over again."
            : "It is waiting for an administrator."}
        </p>
      </Notice>
    </div>
  );
}
