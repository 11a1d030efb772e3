import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { distinctName } from "../words/distinct-name.ts";
import { label } from "../words/labels.ts";

/** What a batch update is called where it is listed. A retry and an undo have the name of what they follow. */
export function titleOf({ name, kind, medium }: Pick<BatchUpdateAnswer, "name" | "kind" | "medium">): string {
  const what = `${label(kind)} of `;
  if (name === undefined) return what + medium;
  return kind === "UPDATE" || name.startsWith(what) ? name : what + name;
}

/** The same among others: those of one title carry their IDs. */
export function titleAmong(it: BatchUpdateAnswer, others: readonly BatchUpdateAnswer[]): string {
  return distinctName(titleOf(it), it.batchUpdateId, others.map(titleOf));
}
