import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countErrors, patronsToWrite } from "#domain/batch-update/counts";
import { isFinal } from "#domain/batch-update/state";
import { amount } from "../words/format.ts";
import { label } from "../words/labels.ts";

/** What of a batch update decides whether something has come to its end. */
type Told = Pick<BatchUpdateAnswer, "status" | "plan" | "counts" | "serviceQueues">;

/**
 * What has come to its end between two looks at a batch update, in a few words for a title; undefined where nothing has.
 * The run itself, its planning, and the queues that were filled after it each have an end.
 */
export function endText(before: Told, now: Told): string | undefined {
  if (before.status !== now.status) {
    if (isFinal(now.status)) return finalText(now);
    return before.status === "PLANNING" && now.status === "READY"
      ? `Ready: ${amount(patronsToWrite(now.plan))} would change`
      : undefined;
  }
  const { status, filled, failed } = now.serviceQueues;
  if (before.serviceQueues.status !== "FILLING" || status === "FILLING" || !isFinal(now.status)) return undefined;
  return failed > 0 ? `Queues: ${amount(filled)} filled, ${amount(failed)} failed` : `Queues: ${amount(filled)} filled`;
}

function finalText({ status, counts }: Told): string {
  const word =
    status === "COMPLETED" ? "Done" : status === "COMPLETED_WITH_ERRORS" ? "Done with errors" : label(status);
  if (counts === undefined) return `${word}: nothing changed`;
  const { updated, created, removed } = counts;
  const missed = countErrors(counts);
  const parts = [
    updated > 0 || created + removed === 0 ? `${amount(updated)} updated` : "",
    created > 0 ? `${amount(created)} created` : "",
    removed > 0 ? `${amount(removed)} removed` : "",
    missed > 0 ? `${amount(missed)} not` : "",
  ];
  return `${word}: ${parts.filter((part) => part !== "").join(", ")}`;
}
