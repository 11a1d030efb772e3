import type { BatchUpdateId } from "#domain/ids";
import type { QueueEntry } from "./service-queue.ts";

export interface Withdrawal {
  /** The queue without what was withdrawn. */
  readonly entries: readonly QueueEntry[];
  readonly withdrawn: number;
  /** Entries of the batch update that are ON_ORDER or SENT: they stay, for they can no longer be taken back. */
  readonly kept: number;
}

/** Takes back what a batch update added to a queue, as far as it is still WAITING. */
export function withdrawFrom(queue: readonly QueueEntry[], batchUpdateId: BatchUpdateId): Withdrawal {
  const entries = queue.filter((entry) => entry.batchUpdateId !== batchUpdateId || entry.status !== "WAITING");
  const kept = entries.filter((entry) => entry.batchUpdateId === batchUpdateId).length;
  return { entries, withdrawn: queue.length - entries.length, kept };
}
