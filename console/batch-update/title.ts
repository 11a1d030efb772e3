import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { label } from "../words/labels.ts";

/** What a batch update is called where it is listed. A retry and an undo have the name of what they follow. */
export function titleOf({ name, kind, medium }: Pick<BatchUpdateAnswer, "name" | "kind" | "medium">): string {
  const what = `${label(kind)} of `;
  if (name === undefined) return what + medium;
  return kind === "UPDATE" || name.startsWith(what) ? name : what + name;
}
