import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { StateTag } from "../controls/state-tag.tsx";
import { instantText } from "../words/format.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly timeZone: string | undefined;
}

/** Where a batch update of a list stands: its state, and when it begins or for whom it waits. */
export function Standing({ batchUpdate: { status, processAt, handover, returned }, timeZone }: Props) {
  return (
    <>
      <StateTag status={status} />
      {status === "SCHEDULED" && processAt !== undefined && (
        <div className="aside">begins {instantText(processAt, timeZone)}</div>
      )}
      {status === "READY" && handover !== undefined && <div className="aside">handed over by {handover.by}</div>}
      {status === "READY" && handover === undefined && returned !== undefined && (
        <div className="aside">given back by {returned.by}</div>
      )}
    </>
  );
}
