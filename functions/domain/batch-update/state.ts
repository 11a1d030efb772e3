/** The states of a batch update, from planning to its end. */
export const batchUpdateStatuses = [
  "PLANNING",
  "READY",
  "PROCESSING",
  "CANCELLING",
  "COMPLETED",
  "COMPLETED_WITH_ERRORS",
  "CANCELLED",
  "FAILED",
] as const;
export type BatchUpdateStatus = (typeof batchUpdateStatuses)[number];

export const batchUpdateKinds = ["UPDATE", "RETRY", "UNDO"] as const;
export type BatchUpdateKind = (typeof batchUpdateKinds)[number];

export function isFinal(status: BatchUpdateStatus): boolean {
  return status === "COMPLETED" || status === "COMPLETED_WITH_ERRORS" || status === "CANCELLED" || status === "FAILED";
}
