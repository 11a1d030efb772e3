import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { amount } from "../words/format.ts";

/** How far the batch manager is with the queues that were added. It goes on after the update is complete. */
export function ServiceQueueProgress({ batchUpdate: { serviceQueues } }: { batchUpdate: BatchUpdateAnswer }) {
  if (serviceQueues === undefined || serviceQueues.status === "NONE") return null;
  const { requested, filled, withdrawn, failed } = serviceQueues;
  return (
    <>
      <ProgressBar
        name="Filling service queues"
        done={filled + withdrawn + failed}
        total={requested}
        unit="service queues"
      />
      {failed > 0 && <p>{amount(failed)} could not be filled.</p>}
      {withdrawn > 0 && <p>{amount(withdrawn)} were withdrawn by an undo.</p>}
    </>
  );
}
