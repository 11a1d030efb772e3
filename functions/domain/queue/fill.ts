import { z } from "zod";

/** Where the fill of one patron's service queue stands. */
export const fillStatuses = ["PENDING", "FILLED", "WITHDRAWN", "FAILED"] as const;
export type FillStatus = (typeof fillStatuses)[number];

const count = z.int().min(0);

/** `requested` is always the sum of the others; it and `filled` never fall. */
export const fillCountsSchema = z.object({
  requested: count,
  filled: count,
  withdrawn: count,
  failed: count,
  pending: count,
});
export type FillCounts = z.infer<typeof fillCountsSchema>;

/** Where the service queues that a batch update asked for stand. */
export const fillSummarySchema = z.object({
  status: z.enum(["NONE", "FILLING", "FILLED", "FILLED_WITH_ERRORS"]),
  ...fillCountsSchema.shape,
});
export type FillSummary = z.infer<typeof fillSummarySchema>;
