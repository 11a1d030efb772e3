import type { BatchUpdate } from "./batch-updates.ts";
import { batchUpdateFolder } from "./plans.ts";

type Named = Pick<BatchUpdate, "library" | "batchUpdateId">;

/** Patrons who were not updated, with reason and advice: a spreadsheet. */
export function errorsKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/errors.csv`;
}

/** Every patron of the plan, one JSON object a line. */
export function outcomesKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/outcomes.jsonl`;
}

/** Service queues that could not be filled, as they stood at a moment: a spreadsheet. */
export function serviceQueuesKey(batch: Named, moment: string): string {
  return `${batchUpdateFolder(batch)}/report/service-queues-${moment}.csv`;
}
