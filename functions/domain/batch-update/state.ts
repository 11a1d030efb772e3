/** The states of a batch update, from planning to its end. */
export const batchUpdateStatuses = [
  "PLANNING",
  "READY",
  "SCHEDULED",
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

/** States that a batch update never leaves. */
export type FinalStatus = Extract<BatchUpdateStatus, "COMPLETED" | "COMPLETED_WITH_ERRORS" | "CANCELLED" | "FAILED">;

export function isFinal(status: BatchUpdateStatus): status is FinalStatus {
  return status === "COMPLETED" || status === "COMPLETED_WITH_ERRORS" || status === "CANCELLED" || status === "FAILED";
}

/** True while something is being done to it, and it goes on by itself. */
export function isMoving(status: BatchUpdateStatus): boolean {
  return status === "PLANNING" || status === "PROCESSING" || status === "CANCELLING";
}

/** True while a run may write records: nobody has cancelled or stopped it, and its closing has not begun. */
export function mayWriteRecords({
  status,
  closing,
}: {
  readonly status: BatchUpdateStatus;
  readonly closing?: true | undefined;
}): boolean {
  return status === "PROCESSING" && closing !== true;
}
