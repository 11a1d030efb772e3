import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { SupportLink } from "../support/support-link.tsx";
import { Facts } from "./facts.tsx";

/** What the batch update is, beside whatever its state has to show; for support with the way to its job. */
export function About({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  return (
    <>
      <Facts batchUpdate={batchUpdate} />
      <SupportLink subject={`batch-updates/${batchUpdate.batchUpdateId}`} />
    </>
  );
}
