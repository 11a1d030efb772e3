import { useQuery } from "@tanstack/react-query";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { evidenceEnds } from "#domain/retention";
import { libraryQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { instantText } from "../words/format.ts";

/** Until when plan, outcomes and report are there. Nothing is said of a batch update that has not ended. */
export function EvidenceEnds({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const library = useQuery(libraryQuery()).data;
  if (library === undefined) return null;
  if (batchUpdate.evidence !== undefined) {
    return (
      <>
        <dt>Kept</dt>
        <dd>The counts. Plan, outcomes and report were deleted for good.</dd>
      </>
    );
  }
  const ends = evidenceEnds(batchUpdate, library.retentionDays);
  if (ends === undefined) return null;
  const what = batchUpdate.undoableUntil === undefined ? "Its plan is" : "Plan, outcomes and report are";
  return (
    <>
      <dt>Kept</dt>
      <dd>
        {what} kept until {instantText(ends, library.timeZone)}, then deleted for good. The counts stay.
      </dd>
    </>
  );
}

/** Stands where plan or outcomes were. */
export function EvidenceGone() {
  return (
    <Notice kind="info" title="The evidence was deleted">
      <p>
        The library keeps plan, outcomes and report for a number of days, see its settings, and those are over. The
        counts and the audit stay. This batch update can no longer be undone or retried.
      </p>
    </Notice>
  );
}
