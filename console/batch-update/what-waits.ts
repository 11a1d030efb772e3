import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { counted } from "../words/format.ts";

/** What the patrons who are not done wait for. */
export function patronsWait({ status, progress, medium }: BatchUpdateAnswer): string {
  const left = progress.total - progress.done;
  if (progress.waiting === true) {
    return "Waiting its turn: other work of the service goes first. It continues by itself, and nothing is lost.";
  }
  if (status === "CANCELLING") return "What is being written right now is finished; then it stops.";
  if (status === "PLANNING")
    return left > 0 ? `${counted(left, "patron is", "patrons are")} still to be read.` : "All are read.";
  if (progress.total === 0) return `It starts as soon as ${medium} is free.`;
  return left > 0
    ? `${counted(left, "patron is", "patrons are")} still to be checked. Only those who would change are changed.`
    : "All are done. The result is being put together.";
}

/** What the queues that are not filled wait for. */
export function queuesWait({ status, serviceQueues, progress }: BatchUpdateAnswer): string {
  const { pending, requested, failed, withdrawn } = serviceQueues;
  const isToCome = status === "PROCESSING" && progress.done < progress.total;
  if (requested === 0) return "A queue is requested as soon as its patron is updated.";
  const more = isToCome ? " More are asked for as patrons are updated." : "";
  if (pending > 0) return `${counted(pending, "queue is", "queues are")} waiting for the batch manager.${more}`;
  if (isToCome) return `None of those requested so far is waiting.${more}`;
  return failed + withdrawn > 0 ? "None are waiting." : "All queues are filled.";
}
