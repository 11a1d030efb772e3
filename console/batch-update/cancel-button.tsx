import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { cancelBatchUpdate } from "../api/batch-updates.ts";
import { ApiProblem, isPassing } from "../api/problem.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Failure } from "../controls/failure.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  /** Somebody here asks for it, so that it is no news; false where the service refused. */
  readonly act: (isDone: boolean) => void;
}

/** Stops a batch update. Before PROCESS that changes nothing; afterwards what is done stays done. */
export function CancelButton({ batchUpdate, act }: Props) {
  const { batchUpdateId, status } = batchUpdate;
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const cancel = useAction(
    (id: typeof batchUpdateId, onceKey) =>
      cancelBatchUpdate(id, onceKey).catch((failed: unknown) => {
        // Told also where this button has gone meanwhile.
        if (failed instanceof ApiProblem && !isPassing(failed)) act(false);
        throw failed;
      }),
    () => client.invalidateQueries({ queryKey: ["batch-updates", batchUpdateId], exact: true }),
  );
  const isRunning = status === "PROCESSING";
  return (
    <>
      {cancel.error !== null && <Failure error={cancel.error} didAct />}
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={cancel.isPending}
          onClick={() => cancel.isPending || setAsking(true)}
        >
          Cancel this batch update
        </button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        title="Cancel this batch update?"
        confirm="Yes, cancel it"
        dismiss={isRunning ? "No, let it continue" : "No, keep it"}
        onDismiss={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          act(true);
          cancel.mutate(batchUpdateId);
        }}
      >
        {isRunning ? (
          <p>Patrons already done stay done, and can be undone afterwards. The rest is left as it is.</p>
        ) : (
          <p>Nothing has been changed, and nothing will be. The query set stays, so you can plan again.</p>
        )}
      </ConfirmDialog>
    </>
  );
}
