import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { beginNear } from "#domain/batch-update/schedule";
import { scheduledQuery } from "../api/batch-updates.ts";
import { Notice } from "../controls/notice.tsx";
import { clockText } from "../words/format.ts";
import { titleAmong } from "./title.ts";

interface Props {
  readonly at: string;
  readonly batchUpdate: BatchUpdateAnswer;
  readonly timeZone: string;
}

/** Warns where another batch update of the medium begins near an instant. */
export function NearSchedules({ at, batchUpdate: { batchUpdateId, medium }, timeZone }: Props) {
  const scheduled = useQuery(scheduledQuery()).data?.items ?? [];
  const near = scheduled.filter(
    (other) =>
      other.batchUpdateId !== batchUpdateId &&
      other.medium === medium &&
      other.processAt !== undefined &&
      beginNear(new Date(at), new Date(other.processAt), timeZone),
  );
  if (near.length === 0) return null;
  return (
    <div role="status">
      <Notice kind="warning" title={`Another batch update of ${medium} starts near this time`}>
        <p>
          Only one per medium runs at a time, so the later one waits for the earlier. Patrons changed by the earlier one
          can become conflicts in the later one.
        </p>
        <ul>
          {near.map((other) => (
            <li key={other.batchUpdateId}>
              <Link href={`/batch-updates/${other.batchUpdateId}`}>{titleAmong(other, near)}</Link>:{" "}
              {clockText(other.processAt ?? at, timeZone)}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
