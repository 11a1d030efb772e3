import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import {
  type BatchUpdate,
  type OutcomeCounts,
  readReport,
  retryBatchUpdate,
  undoBatchUpdate,
} from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { amount, instantText, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { OutcomeLines } from "./outcome-lines.tsx";
import { ServiceQueues } from "./service-queues.tsx";

/** What became of every patron, and what can be done about it. */
export function Result({ batchUpdate }: { batchUpdate: BatchUpdate }) {
  const { counts } = batchUpdate;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (counts === undefined) {
    return (
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
    );
  }
  return (
    <>
      <Summary batchUpdate={batchUpdate} counts={counts} />
      <Counts counts={counts} />
      <Downloads batchUpdateId={batchUpdate.batchUpdateId} />
      <FollowUps batchUpdate={batchUpdate} counts={counts} chosen={chosen} />
      <ServiceQueues batchUpdate={batchUpdate} />
      <OutcomeLines batchUpdate={batchUpdate} counts={counts} chosen={chosen} setChosen={setChosen} />
    </>
  );
}

function errorsIn({ conflict, notFound, invalid, failed, unprocessed }: OutcomeCounts): number {
  return conflict + notFound + invalid + failed + unprocessed;
}

function Summary({ batchUpdate, counts }: { batchUpdate: BatchUpdate; counts: OutcomeCounts }) {
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
          {patrons(errors)} could not be changed. All other patrons have been. The reasons are below and in the report.
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

const files = [
  { text: "Download the errors (CSV)", url: (report: Report) => report.errors.csvUrl },
  { text: "Download every outcome (JSONL)", url: (report: Report) => report.outcomes.jsonlUrl },
  { text: "Download the queue problems (CSV)", url: (report: Report) => report.serviceQueues?.csvUrl },
] as const;
type Report = Awaited<ReturnType<typeof readReport>>;

function Downloads({ batchUpdateId }: { batchUpdateId: string }) {
  const report = useQuery({
    queryKey: ["batch-updates", batchUpdateId, "report"],
    queryFn: () => readReport(batchUpdateId),
  });
  // The links run out within minutes, so each download asks for a fresh one.
  const download = useMutation({
    mutationFn: async (pick: (fresh: Report) => string | undefined) => pick(await readReport(batchUpdateId)),
    onSuccess: (url) => {
      if (url !== undefined) location.assign(url);
    },
  });
  const failed = download.error ?? report.error;
  return (
    <section aria-labelledby="report">
      <h2 id="report">Report</h2>
      {failed !== null && <Failure error={failed} didAct={false} />}
      {report.data !== undefined && report.data.errors.rows === 0 && <p>The report holds no errors.</p>}
      <div className="actions">
        {files.map(
          ({ text, url }) =>
            report.data !== undefined &&
            url(report.data) !== undefined && (
              <button
                key={text}
                type="button"
                className="usa-button usa-button--outline"
                disabled={download.isPending}
                onClick={() => download.mutate(url)}
              >
                {text}
              </button>
            ),
        )}
      </div>
    </section>
  );
}

interface FollowUpsProps {
  readonly batchUpdate: BatchUpdate;
  readonly counts: OutcomeCounts;
  readonly chosen: ReadonlySet<string>;
}

function FollowUps({ batchUpdate, counts, chosen }: FollowUpsProps) {
  const { batchUpdateId, undoableUntil } = batchUpdate;
  const [, navigate] = useLocation();
  const me = useQuery(meQuery()).data;
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const [isAsking, setAsking] = useState(false);
  const open = (started: { batchUpdateId: string }) => navigate(`/batch-updates/${started.batchUpdateId}`);
  const retry = useAction(retryBatchUpdate, open);
  const undo = useAction(
    (patronIds: readonly string[] | undefined, onceKey) => undoBatchUpdate(batchUpdateId, patronIds, onceKey),
    open,
  );
  const isAllowed = me?.roles.some((role) => role === "administrator" || role === "support") === true;
  const changed = counts.updated + counts.created + counts.removed;
  const left = counts.failed + counts.conflict + counts.unprocessed;
  const canUndo = isAllowed && changed > 0 && undoableUntil !== undefined && Date.parse(undoableUntil) > Date.now();
  const canRetry = isAllowed && left > 0;
  const failed = retry.error ?? undo.error;
  if (!canUndo && !canRetry) return null;
  const whom = chosen.size > 0 ? patrons(chosen.size) : patrons(changed);
  return (
    <section aria-labelledby="follow-ups">
      <h2 id="follow-ups">What next?</h2>
      {failed !== null && <Failure error={failed} didAct />}
      {canRetry && (
        <div className="follow-up">
          <p>
            {patrons(left)} failed, were in conflict or were not reached. A retry plans them afresh for your review.
          </p>
          <button
            type="button"
            className="usa-button usa-button--outline"
            disabled={retry.isPending}
            onClick={() => retry.mutate(batchUpdateId)}
          >
            Retry {patrons(left)}
          </button>
        </div>
      )}
      {canUndo && (
        <div className="follow-up">
          <p>
            Undo puts back what was changed, after a review of its own. It can be done until{" "}
            {instantText(undoableUntil, timeZone)}. To undo only some patrons, tick them in the table below.
          </p>
          <button
            type="button"
            className="usa-button usa-button--outline"
            disabled={undo.isPending}
            onClick={() => setAsking(true)}
          >
            Undo {chosen.size > 0 ? `the ticked ${whom}` : `all ${whom}`}
          </button>
        </div>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        title={`Plan an undo for ${whom}?`}
        confirm="Yes, plan the undo"
        dismiss="No, keep the changes"
        onDismiss={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          undo.mutate(chosen.size > 0 ? [...chosen] : undefined);
        }}
      >
        <p>Planning changes nothing. You review the undo first, and then process it.</p>
      </ConfirmDialog>
    </section>
  );
}
