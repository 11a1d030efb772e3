import type { ReactNode } from "react";
import { StateTag } from "../controls/state-tag.tsx";

interface Props {
  readonly job: { readonly status: string; readonly stateReason?: string | undefined };
  /** What stands behind the state. */
  readonly children?: ReactNode;
}

/** The first facts of a job: its state, and why it is that where there is a reason. */
export function StateFacts({ job: { status, stateReason }, children }: Props) {
  return (
    <>
      <dt>State</dt>
      <dd>
        <StateTag status={status} />
        {children}
      </dd>
      {stateReason !== undefined && (
        <>
          <dt>Why</dt>
          <dd>{stateReason}</dd>
        </>
      )}
    </>
  );
}
