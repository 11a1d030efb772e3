import { useState } from "react";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { OutcomeCounts } from "#domain/batch-update/counts";
import { Notice } from "../controls/notice.tsx";
import { amount, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { Again } from "./again.tsx";
import { Distribution } from "./distribution.tsx";
import { Downloads } from "./downloads.tsx";
import { FollowUps } from "./follow-ups.tsx";
import { EvidenceGone } from "./kept-evidence.tsx";
import { OutcomeLines } from "./outcome-lines.tsx";
import { ServiceQueues } from "./service-queues.tsx";

/** What became of every patron, and what can be done about it. */
export function Result({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { counts } = batchUpdate;
  if (counts === undefined) {
    return (
      <>
        <Notice kind="info" title={`${label(batchUpdate.status)}. Nothing has been changed.`}>
          {batchUpdate.stateReason !== undefined && <p>{batchUpdate.stateReason}</p>}
          {batchUpdate.querySetId !== undefined && batchUpdate.kind === "UPDATE" && (
            <p>
              <Link href={`/query-sets/${batchUpdate.querySetId}/batch-update`}>
                Plan another one for the same query set
              </Link>
            </p>
          )}
        </Notice>
        {batchUpdate.evidence !== undefined && <EvidenceGone />}
        <Again batchUpdate={batchUpdate} />
      </>
    );
  }
  return (
    <>
      <Summary batchUpdate={batchUpdate} counts={counts} />
      <Counts counts={counts} />
      {batchUpdate.evidence === undefined ? <Evidence batchUpdate={batchUpdate} counts={counts} /> : <EvidenceGone />}
    </>
  );
}

/** What is there for as long as the library keeps it. */
function Evidence({ batchUpdate, counts }: { batchUpdate: BatchUpdateAnswer; counts: OutcomeCounts }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <Downloads batchUpdateId={batchUpdate.batchUpdateId} />
      {batchUpdate.plan !== undefined && (
        <Distribution batchUpdateId={batchUpdate.batchUpdateId} digest={batchUpdate.plan.digest} />
      )}
      <FollowUps batchUpdate={batchUpdate} counts={counts} chosen={chosen} />
      <Again batchUpdate={batchUpdate} />
      <ServiceQueues batchUpdate={batchUpdate} />
      <OutcomeLines batchUpdate={batchUpdate} counts={counts} chosen={chosen} setChosen={setChosen} />
    </>
  );
}

function errorsIn({ conflict, notFound, invalid, failed, unprocessed }: OutcomeCounts): number {
  return conflict + notFound + invalid + failed + unprocessed;
}

function Summary({ batchUpdate, counts }: { batchUpdate: BatchUpdateAnswer; counts: OutcomeCounts }) {
  const { status, stateReason } = batchUpdate;
  const changed = counts.updated + counts.created + counts.removed;
  const errors = errorsIn(counts);
  const kind = status === "COMPLETED" ? "success" : status === "COMPLETED_WITH_ERRORS" ? "warning" : "error";
  return (
    <Notice kind={kind} title={`${label(status)}: ${patrons(changed)} changed`}>
      {stateReason !== undefined && <p>{stateReason}</p>}
      {errors === 0 ? (
        <p>Every patron has been dealt with.</p>
      ) : (
        <p>
          {patrons(errors)} could not be changed. All others have been dealt with. The reasons are below and in the
          report.
        </p>
      )}
    </Notice>
  );
}

const outcomeKeys = [
  ["UPDATED", "updated"],
  ["CREATED", "created"],
  ["REMOVED", "removed"],
  ["UNCHANGED", "unchanged"],
  ["INVALID", "invalid"],
  ["CONFLICT", "conflict"],
  ["NOT_FOUND", "notFound"],
  ["FAILED", "failed"],
  ["UNPROCESSED", "unprocessed"],
  ["EXCLUDED", "excluded"],
] as const;

function Counts({ counts }: { counts: OutcomeCounts }) {
  return (
    <dl className="counts">
      <div className="count-main">
        <dt>Patrons</dt>
        <dd>{amount(counts.total)}</dd>
      </div>
      {outcomeKeys
        .filter(([, key]) => counts[key] > 0)
        .map(([outcome, key]) => (
          <div key={outcome}>
            <dt>{label(outcome)}</dt>
            <dd>{amount(counts[key])}</dd>
          </div>
        ))}
    </dl>
  );
}
