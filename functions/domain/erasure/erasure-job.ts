/** An erasure that was accepted is brought to its end, whatever breaks off: it never fails. */
export const erasureStatuses = ["RUNNING", "COMPLETED"] as const;
