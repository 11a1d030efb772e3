import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countErrors, countWritten, type OutcomeCounts } from "#domain/batch-update/counts";
import { Notice } from "../controls/notice.tsx";
import { useList } from "../controls/use-list.ts";
import { counted, patrons } from "../words/format.ts";
import { label, outcomeMeanings } from "../words/labels.ts";
import { About } from "./about.tsx";
import { Again } from "./again.tsx";
import { Distribution } from "./distribution.tsx";
import { Downloads } from "./downloads.tsx";
import { FollowUps } from "./follow-ups.tsx";
import { EvidenceGone } from "./kept-evidence.tsx";
import { OutcomeLines } from "./outcome-lines.tsx";
import { outcomeParts } from "./parts.ts";
import { ResultBar } from "./result-bar.tsx";
import { ServiceQueues } from "./service-queues.tsx";
import { showLines } from "./show-lines.ts";
import { StackedBar } from "./stacked-bar.tsx";
import { TickBar } from "./tick-bar.tsx";
import { useTicks } from "./use-ticks.ts";

/** What became of every patron, and what can be done about it. */
export function Result({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { counts } = batchUpdate;
  if (counts === undefined) {
    return (
      <>
        <Notice kind="info" title={`${label(batchUpdate.status)}. Nothing has been changed.`}>
          {batchUpdate.stateReason !== undefined && <p>{batchUpdate.stateReason}</p>}
          {batchUpdate.querySetEnded === undefined && batchUpdate.kind === "UPDATE" && (
            <p>
              <Link href={`/query-sets/${batchUpdate.querySetId}/batch-update`}>
                Plan another batch update for the same query set
              </Link>
            </p>
          )}
        </Notice>
        {batchUpdate.evidence !== undefined && <EvidenceGone />}
        <About batchUpdate={batchUpdate} />
        <Again batchUpdate={batchUpdate} />
      </>
    );
  }
  return (
    <div className="workbench">
      {batchUpdate.evidence === undefined ? (
        <Evidence batchUpdate={batchUpdate} counts={counts} />
      ) : (
        <>
          <ResultBar counts={counts} />
          <Summary batchUpdate={batchUpdate} counts={counts} />
          <EvidenceGone />
          <About batchUpdate={batchUpdate} />
          <Again batchUpdate={batchUpdate} />
        </>
      )}
    </div>
  );
}

/** What is there for as long as the library keeps it. */
function Evidence({ batchUpdate, counts }: { batchUpdate: BatchUpdateAnswer; counts: OutcomeCounts }) {
  const ticks = useTicks();
  const list = useList("outcomes", ["outcome"]);
  return (
    <>
      <ResultBar counts={counts}>
        <TickBar
          list="outcomes"
          count={ticks.ticked.size}
          clear={ticks.clear}
          reading={ticks.reading}
          stop={ticks.stop}
        />
        <FollowUps batchUpdate={batchUpdate} counts={counts} chosen={ticks.ticked} />
      </ResultBar>
      <div className="bench-top">
        <section aria-labelledby="outcome-counts">
          <h2 id="outcome-counts">What happened</h2>
          <Summary batchUpdate={batchUpdate} counts={counts} />
          <StackedBar
            name="What happened"
            parts={outcomeParts(counts)}
            shown={list.filter.outcome}
            show={(code) => {
              list.showOnly("outcome", code);
              if (code !== "") showLines("outcomes");
            }}
            meanings={outcomeMeanings}
          />
          <ServiceQueues batchUpdate={batchUpdate} />
          {batchUpdate.plan !== undefined && (
            <Distribution batchUpdateId={batchUpdate.batchUpdateId} digest={batchUpdate.plan.digest} />
          )}
          <Downloads batchUpdateId={batchUpdate.batchUpdateId} />
        </section>
        <div>
          <About batchUpdate={batchUpdate} />
          <Again batchUpdate={batchUpdate} />
        </div>
      </div>
      <OutcomeLines batchUpdate={batchUpdate} counts={counts} list={list} ticks={ticks} />
    </>
  );
}

function Summary({ batchUpdate, counts }: { batchUpdate: BatchUpdateAnswer; counts: OutcomeCounts }) {
  const { status, stateReason } = batchUpdate;
  const { unprocessed } = counts;
  const changed = countWritten(counts);
  // Whom a cancellation left over is told beside it: that was asked for.
  const missed = countErrors(counts) - (status === "CANCELLED" ? unprocessed : 0);
  return (
    <Notice kind={kinds[status] ?? "error"} title={`${label(status)}: ${patrons(changed)} changed`}>
      {stateReason !== undefined && <p>{stateReason}</p>}
      {status === "CANCELLED" && (
        <p>
          As requested. {changed === 0 ? "No one was changed" : `${patrons(changed)} had been changed before`}
          {unprocessed > 0 && `, and ${counted(unprocessed, "patron was", "patrons were")} not reached`}.
        </p>
      )}
      {status !== "CANCELLED" && missed === 0 && <p>Every patron was taken care of.</p>}
      {missed > 0 && <p>{patrons(missed)} could not be changed. The reasons are below and in the report.</p>}
    </Notice>
  );
}

/** How an end is told. To have cancelled is no mishap: it is what somebody wanted. */
const kinds: Readonly<Record<string, "success" | "warning" | "info">> = {
  COMPLETED: "success",
  COMPLETED_WITH_ERRORS: "warning",
  CANCELLED: "info",
};
