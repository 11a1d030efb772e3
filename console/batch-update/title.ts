import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { label } from "../words/labels.ts";

/** What a batch update is called where it is listed: by its name, or by what it is. */
export function titleOf({ name, kind, medium }: Pick<BatchUpdateAnswer, "name" | "kind" | "medium">): string {
  return name ?? `${label(kind)} of ${medium}`;
}
