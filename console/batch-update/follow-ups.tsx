import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countRetried, countWritten, type OutcomeCounts } from "#domain/batch-update/counts";
import { patronsToUndo, whyNotUndoable } from "#domain/batch-update/undoable";
import type { BatchUpdateId } from "#domain/ids";
import { retryBatchUpdate, undoBatchUpdate } from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Failure } from "../controls/failure.tsx";
import { instantText, patrons } from "../words/format.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly counts: OutcomeCounts;
  readonly chosen: ReadonlySet<string>;
}

/** Retry of what was left, and undo of what was done: each a batch update of its own. */
export function FollowUps({ batchUpdate, counts, chosen }: Props) {
  const { batchUpdateId, undoableUntil, children } = batchUpdate;
  const [, navigate] = useLocation();
  const me = useQuery(meQuery()).data;
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const [isAsking, setAsking] = useState(false);
  const open = (started: { batchUpdateId: BatchUpdateId }) => navigate(`/batch-updates/${started.batchUpdateId}`);
  const retry = useAction(retryBatchUpdate, open);
  const undo = useAction(
    (patronIds: readonly string[] | undefined, onceKey) => undoBatchUpdate(batchUpdateId, patronIds, onceKey),
    open,
  );
  const isAllowed = me?.roles.some((role) => role === "administrator" || role === "support") === true;
  const left = countRetried(counts);
  const notUndoable = whyNotUndoable(batchUpdate, new Date());
  const canUndo = isAllowed && notUndoable === undefined && undoableUntil !== undefined;
  const retried = children.findLast(
    ({ kind, status }) => kind === "RETRY" && !["CANCELLED", "FAILED"].includes(status),
  );
  const canRetry = isAllowed && left > 0 && retried === undefined;
  const failed = retry.error ?? undo.error;
  const undone = notUndoable === "ALL_TAKEN" ? children.findLast(hasPatrons) : undefined;
  if (!canUndo && !canRetry && undone === undefined && retried === undefined) return null;
  const toUndo = patronsToUndo(batchUpdate);
  const whom = patrons(chosen.size > 0 ? chosen.size : toUndo);
  const all = toUndo === countWritten(counts) ? "all" : "the other";
  return (
    <>
      <div className="workbar-acts">
        {canRetry && (
          <button
            type="button"
            className="usa-button"
            aria-disabled={retry.isPending}
            aria-describedby="retry-meaning"
            onClick={() => retry.isPending || retry.mutate(batchUpdateId)}
          >
            Retry {patrons(left)}
          </button>
        )}
        {canUndo && (
          <button
            type="button"
            className="usa-button usa-button--outline"
            aria-disabled={undo.isPending}
            aria-describedby="undo-meaning"
            onClick={() => undo.isPending || setAsking(true)}
          >
            Undo {chosen.size > 0 ? "the selected" : all} {whom}
          </button>
        )}
      </div>
      <p className="workbar-hint">
        {canRetry && (
          <span id="retry-meaning">
            A retry plans whoever failed, was in conflict or was not reached afresh, for your review.{" "}
          </span>
        )}
        {canUndo && (
          <span id="undo-meaning">
            Undo puts back what was changed, after a review of its own, until {instantText(undoableUntil, timeZone)}.
            {chosen.size === 0 && " To undo only some patrons, select them in the table."}
          </span>
        )}
      </p>
      {undone !== undefined && (
        <p className="workbar-undone">
          {undone.finishedAt === undefined
            ? "An undo of everyone is open"
            : `Undone on ${instantText(undone.finishedAt, timeZone)}`}
          : <Link href={`/batch-updates/${undone.batchUpdateId}`}>see the undo</Link>
        </p>
      )}
      {retried !== undefined && (
        <p className="workbar-undone">
          Retried: <Link href={`/batch-updates/${retried.batchUpdateId}`}>see the retry</Link>
        </p>
      )}
      {failed !== null && <Failure error={failed} didAct />}
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
    </>
  );
}

/** An undo that was cancelled before it began has taken nobody on, and says nothing about when they were undone. */
function hasPatrons({ kind, patrons = 0 }: BatchUpdateAnswer["children"][number]): boolean {
  return kind === "UNDO" && patrons > 0;
}
