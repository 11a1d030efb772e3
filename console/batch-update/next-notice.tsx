import { useQuery } from "@tanstack/react-query";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { mayProcess } from "#domain/batch-update/approval";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Notice } from "../controls/notice.tsx";
import { nextStep } from "./next-step.ts";

/** Why a review cannot be processed by who looks at it, where it cannot. */
export function NextNotice({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  if (me === undefined || library === undefined) return null;
  const isRole = mayProcess(batchUpdate, me.roles);
  switch (nextStep(batchUpdate, me, library)) {
    case "PROCESS":
      return null;
    case "NOTHING":
      return (
        <Notice kind="warning" title="There is nothing to process">
          No one would change. Cancel this batch update, or bring patrons back in.
        </Notice>
      );
    case "OTHERS":
      return (
        <Notice kind="info" title="An administrator of the library processes this">
          {isRole ? "You created it, and this library requires someone else to process it." : "Support cannot."}
        </Notice>
      );
    default:
      if (isRole) {
        return (
          <Notice kind="info" title="Another administrator must process this">
            You created it. Your library requires someone else to process{" "}
            {library.approval === "LARGE" ? "a large batch update" : "a batch update"}. Hand it over.
          </Notice>
        );
      }
      return (
        <Notice kind="info">
          An administrator processes this.{" "}
          {batchUpdate.handover === undefined
            ? "Look through it, leave out anyone you want to, and hand it over."
            : "It was handed over. You can still leave patrons out, and change the note."}
        </Notice>
      );
  }
}
