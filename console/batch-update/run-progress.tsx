import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { counted } from "../words/format.ts";
import { leftText, rateText } from "./pace.ts";
import { usePace } from "./use-pace.ts";
import { patronsWait, queuesWait } from "./what-waits.ts";

interface Props {
  readonly name: string;
  readonly batchUpdate: BatchUpdateAnswer;
}

/** Patrons and the queues asked for, side by side: how far, how fast, how long still, and what waits for whom. */
export function RunProgress({ name, batchUpdate }: Props) {
  const { progress, serviceQueues, changes, kind, status } = batchUpdate;
  const asksQueues = serviceQueues.status !== "NONE" || (kind !== "UNDO" && changes?.addServiceQueue === true);
  return (
    <div className="side-by-side">
      <section aria-labelledby="progress-patrons">
        <h2 id="progress-patrons">Patrons</h2>
        <Moving
          name={name}
          done={progress.done}
          total={progress.total}
          unit={status === "PLANNING" ? "patrons" : "patrons checked"}
          isMoving
        />
        <p>{patronsWait(batchUpdate)}</p>
      </section>
      {asksQueues && status !== "PLANNING" && (
        <section aria-labelledby="progress-queues">
          <h2 id="progress-queues">Service queues</h2>
          <QueueProgress batchUpdate={batchUpdate} />
        </section>
      )}
    </div>
  );
}

/** How far the batch manager is with the queues that were asked for. It goes on after the update is complete. */
export function QueueProgress({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { requested, filled, withdrawn, failed, pending, status } = batchUpdate.serviceQueues;
  return (
    <>
      <Moving
        name={status === "FILLING" ? "Filling service queues" : "Service queues done"}
        done={filled + withdrawn + failed}
        total={requested}
        unit="service queues"
        isMoving={status === "FILLING"}
      />
      <p>{queuesWait(batchUpdate)}</p>
      {failed > 0 && <p>{counted(failed, "queue", "queues")} could not be filled.</p>}
      {withdrawn > 0 && <p>{counted(withdrawn, "queue was", "queues were")} withdrawn by an undo.</p>}
      {status === "FILLING" && pending > 0 && <p>You can close this page. Filling continues by itself.</p>}
    </>
  );
}

function Moving(props: { name: string; done: number; total: number; unit: string; isMoving: boolean }) {
  const { isMoving, ...bar } = props;
  const pace = usePace(bar.done, bar.total, isMoving && bar.done < bar.total);
  return (
    <>
      <ProgressBar {...bar} />
      {pace !== undefined && (
        <p className="pace">
          <span>{rateText(pace.perSecond)}</span> <span>{leftText(pace.secondsLeft)}</span>
        </p>
      )}
    </>
  );
}
