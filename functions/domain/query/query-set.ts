import { z } from "zod";

export const querySetStatuses = ["AWAITING_UPLOAD", "BUILDING", "READY", "FAILED"] as const;

const count = z.int().min(0);

/** `matched` includes the excluded. */
export const querySetCountsSchema = z.object({
  matched: count,
  excluded: count,
  notFound: count,
  duplicates: count,
});
