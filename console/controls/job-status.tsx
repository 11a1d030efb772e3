import { amount } from "../words/format.ts";
import { StateTag } from "./state-tag.tsx";

interface Props {
  readonly job: {
    readonly status: string;
    readonly stateReason?: string | undefined;
    readonly progress: { readonly done: number; readonly total: number };
  };
}

/** Where a job of a list stands: its state, how far it has come, and why where it came to nothing. */
export function JobStatus({ job: { status, stateReason, progress } }: Props) {
  return (
    <>
      <StateTag status={status} />
      {status === "RUNNING" && progress.total > 0 && (
        <div className="aside">
          {amount(progress.done)} of {amount(progress.total)}
        </div>
      )}
      {stateReason !== undefined && <div className="aside">{stateReason}</div>}
    </>
  );
}
