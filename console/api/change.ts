import { z } from "zod";

const valueSchema = z.union([z.string(), z.number(), z.boolean()]).nullish();

/** One field of one patron: what it holds before and after, and what it was found to hold where that is neither. */
export const changeSchema = z.object({
  field: z.string(),
  before: valueSchema,
  after: valueSchema,
  current: valueSchema,
});
export type Change = z.infer<typeof changeSchema>;
