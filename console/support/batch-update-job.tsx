import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { isFinal } from "#domain/batch-update/state";
import { whyNotUndoable } from "#domain/batch-update/undoable";
import type { BatchUpdateId } from "#domain/ids";
import { batchUpdateInQuery, latestFillsQuery } from "../api/support.ts";
import { Loaded } from "../controls/loading.tsx";
import { amount, counted, instantText, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { ActButton } from "./act-button.tsx";
import { cancelAct, changedBy, leftOver, retryAct, retryFillsAct, undoAct } from "./acts.ts";
import { OpenInLibrary } from "./open-in-library.tsx";
import { jobPath } from "./paths.ts";
import { StateFacts } from "./state-facts.tsx";
import type { SupportAct } from "./support-act.ts";
import { Verification } from "./verification.tsx";

interface Props {
  readonly library: string;
  readonly batchUpdateId: BatchUpdateId;
  readonly begin: (act: SupportAct) => void;
}

/** How a batch update stands, what belongs to it, and what support can do about it. */
export function BatchUpdateJob({ library, batchUpdateId, begin }: Props) {
  const batchUpdate = useQuery(batchUpdateInQuery(library, batchUpdateId));
  return (
    <Loaded from={batchUpdate}>
      {(it) => (
        <>
          <dl className="facts">
            <StateFacts job={it}>{it.kind !== "UPDATE" && ` (${label(it.kind).toLowerCase()})`}</StateFacts>
            <dt>Created</dt>
            <dd>{instantText(it.createdAt, undefined)}</dd>
            <dt>Patrons</dt>
            <dd>{patronsSentence(it)}</dd>
            <dt>Service queues</dt>
            <dd>{queuesSentence(it)}</dd>
            <Family library={library} batchUpdate={it} />
          </dl>
          {it.serviceQueues.pending > 0 && <WaitingFills library={library} batchUpdateId={batchUpdateId} />}
          <div className="row-acts">
            {actsOf(it, library).map((act) => (
              <ActButton key={act.id} act={act} begin={begin} />
            ))}
            <OpenInLibrary library={library} at={`/batch-updates/${batchUpdateId}`}>
              Open it as the library sees it
            </OpenInLibrary>
          </div>
          {it.counts !== undefined && isFinal(it.status) && (
            <Verification library={library} batchUpdateId={batchUpdateId} begin={begin} />
          )}
        </>
      )}
    </Loaded>
  );
}

function actsOf(it: BatchUpdateAnswer, library: string): SupportAct[] {
  const batch = { library, batchUpdateId: it.batchUpdateId };
  return [
    ...(isFinal(it.status) && leftOver(it) > 0 ? [retryAct(batch)] : []),
    ...(whyNotUndoable(it, new Date()) === undefined ? [undoAct(batch)] : []),
    ...(it.serviceQueues.failed > 0 ? [retryFillsAct(batch)] : []),
    ...(isFinal(it.status) || it.status === "CANCELLING" ? [] : [cancelAct(batch)]),
  ];
}

function patronsSentence(it: BatchUpdateAnswer): string {
  const { counts, progress } = it;
  if (counts === undefined) return `${amount(progress.done)} of ${patrons(progress.total)} done`;
  return `${amount(changedBy(it))} of ${patrons(counts.total)} changed, ${amount(leftOver(it))} failed, in conflict or not reached`;
}

function queuesSentence({ serviceQueues: { requested, filled, failed, pending } }: BatchUpdateAnswer): string {
  if (requested === 0) return "None was asked for";
  return `${amount(filled)} of ${amount(requested)} filled, ${amount(pending)} waiting, ${amount(failed)} failed`;
}

/** What it retries or undoes, and what retries or undoes it: an undo is undone from its own page. */
function Family({
  library,
  batchUpdate: { kind, parentId, children },
}: {
  library: string;
  batchUpdate: BatchUpdateAnswer;
}) {
  return (
    <>
      {parentId !== undefined && (
        <>
          <dt>{kind === "UNDO" ? "Undoes" : "Retries"}</dt>
          <dd>
            <Link href={jobPath(library, `batch-updates/${parentId}`)}>The batch update before it</Link>{" "}
            <span className="aside">{parentId}</span>
          </dd>
        </>
      )}
      {children.map((child) => (
        <div className="facts-pair" key={child.batchUpdateId}>
          <dt>Its {label(child.kind).toLowerCase()}</dt>
          <dd>
            <Link href={jobPath(library, `batch-updates/${child.batchUpdateId}`)}>{label(child.status)}</Link>{" "}
            <span className="aside">{child.batchUpdateId}</span>
          </dd>
        </div>
      ))}
    </>
  );
}

/** Why the service queues that wait are not filled yet, by what their last tries ended in. */
function WaitingFills({ library, batchUpdateId }: Omit<Props, "begin">) {
  const fills = useQuery(latestFillsQuery(library, batchUpdateId));
  return (
    <Loaded from={fills}>
      {({ items }) => {
        const byError = Map.groupBy(items, ({ lastError }) => lastError ?? "");
        return (
          <ul>
            {[...byError].map(([error, its]) => (
              <li key={error}>
                {counted(its.length, "queue waits", "queues wait")}
                {error === "" ? ", and had no try that failed" : `: the last try ended by ${error}`}
                {its[0]?.nextTryAt !== undefined &&
                  `, the next comes about ${instantText(its[0].nextTryAt, undefined)}`}
              </li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}
