import { z } from "zod";

const count = z.int().min(0);

/** How many patrons came to which outcome; `total` is the sum of the others. */
export const outcomeCountsSchema = z.object({
  total: count,
  updated: count,
  created: count,
  removed: count,
  unchanged: count,
  conflict: count,
  notFound: count,
  invalid: count,
  failed: count,
  unprocessed: count,
  excluded: count,
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;
