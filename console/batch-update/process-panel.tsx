import { useQuery } from "@tanstack/react-query";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import { needsApproval } from "#domain/batch-update/approval";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { changing } from "./changing.ts";
import { HandBack } from "./hand-back.tsx";
import { HandOver } from "./hand-over.tsx";
import { ProcessForm } from "./process-form.tsx";

/** How a review goes on: it is processed, now or later, handed over, or given back; each as the person may. */
export function ProcessPanel({ batchUpdate, plan }: { batchUpdate: BatchUpdateAnswer; plan: PlanAnswer }) {
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  if (me === undefined || library === undefined) return null;
  if (changing(plan) === 0) {
    return (
      <Notice kind="warning" title="There is nothing to process">
        Nobody would change. Cancel this batch update, or bring patrons back in.
      </Notice>
    );
  }
  const { kind, createdBy } = batchUpdate;
  const isAdministrator = me.roles.includes("administrator");
  const isSupport = me.roles.includes("support");
  const mayProcess = isAdministrator || (isSupport && kind !== "UPDATE");
  // Told by name, as it is shown; the service tells by who they are, and has the last word.
  const isOther = createdBy !== me.name || !needsApproval(library.approval, batchUpdate);
  if (mayProcess && isOther) {
    return (
      <>
        <ProcessForm batchUpdate={batchUpdate} plan={plan} library={library} />
        {isAdministrator && batchUpdate.handover !== undefined && <HandBack batchUpdate={batchUpdate} />}
        {isAdministrator && batchUpdate.handover === undefined && (
          <details className="more">
            <summary>Hand it over to the other administrators instead</summary>
            <HandOver batchUpdate={batchUpdate} isSecond />
          </details>
        )}
      </>
    );
  }
  if (isSupport) {
    return (
      <Notice kind="info" title="An administrator of the library processes this">
        {mayProcess ? "You created it, and this library demands that somebody else processes it." : "Support cannot."}
      </Notice>
    );
  }
  return (
    <>
      {mayProcess && (
        <Notice kind="info" title="Another administrator must process this">
          You created it. Your library demands that somebody else processes{" "}
          {library.approval === "LARGE" ? "a large batch update" : "a batch update"}. Hand it over.
        </Notice>
      )}
      <HandOver batchUpdate={batchUpdate} />
    </>
  );
}
