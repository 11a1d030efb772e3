import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countWritten, patronsToWrite } from "#domain/batch-update/counts";
import { isFinal } from "#domain/batch-update/state";
import { libraryQuery } from "../api/library.ts";
import { announce, announceProgress } from "../page/announcer.ts";
import { amount, instantText, patrons, untilText } from "../words/format.ts";
import { label } from "../words/labels.ts";

/** Says where a batch update is, for those who cannot see its bars. The end of a stage is said once. */
export function useSpokenProgress(batchUpdate: BatchUpdateAnswer | undefined): void {
  const client = useQueryClient();
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const before = useRef<BatchUpdateAnswer>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = batchUpdate;
    if (batchUpdate === undefined || last === undefined) return;
    if (last.status !== batchUpdate.status) {
      announce(stateSentence(batchUpdate, timeZone));
      if (isFinal(batchUpdate.status)) void client.invalidateQueries({ queryKey: ["batch-updates", "list"] });
    } else if (last.progress.done !== batchUpdate.progress.done && !isFinal(batchUpdate.status)) {
      const { done = 0, total = 0 } = batchUpdate.progress ?? {};
      announceProgress(`${amount(done)} of ${patrons(total)}${batchUpdate.status === "PLANNING" ? "" : " checked"}.`);
    }
    const queues = batchUpdate.serviceQueues;
    const queuesBefore = last.serviceQueues;
    if (queues === undefined || queuesBefore === undefined) return;
    if (queuesBefore.status === "FILLING" && queues.status !== "FILLING") {
      announce(
        queues.status === "FILLED"
          ? `All ${amount(queues.filled)} service queues are filled.`
          : `Filling is done. ${amount(queues.failed)} service queues could not be filled.`,
      );
    } else if (queues.status === "FILLING" && queues.filled !== queuesBefore.filled && isFinal(batchUpdate.status)) {
      announceProgress(`${amount(queues.filled)} of ${amount(queues.requested)} service queues filled.`);
    }
  }, [batchUpdate, client, timeZone]);
}

function stateSentence({ status, plan, counts, processAt }: BatchUpdateAnswer, timeZone: string | undefined): string {
  if (status === "READY") {
    return `The review is ready. ${patrons(patronsToWrite(plan))} would change. Nothing has been changed yet.`;
  }
  if (status === "SCHEDULED" && processAt !== undefined) {
    const when = `${instantText(processAt, timeZone)}, ${untilText(processAt)}`;
    return `Scheduled. It begins by itself on ${when}. Nothing has been changed yet.`;
  }
  if (status === "PROCESSING") return "Processing has started.";
  if (status === "CANCELLING") return "Canceling. Patrons already done stay done.";
  if (counts === undefined) return `${label(status)}. Nothing has been changed.`;
  return `${label(status)}. ${patrons(countWritten(counts))} changed.`;
}
