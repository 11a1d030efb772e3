import { z } from "zod";
import { batchUpdateIdSchema } from "#domain/ids";
import { queueFunctionNames } from "#domain/library";
import { idSchema } from "#domain/text";

export const queueEntryStatuses = ["WAITING", "ON_ORDER", "SENT"] as const;

/** One title in a patron's service queue. `sequence` is its place in the list, from 1 without gaps, and is not stored. */
const queueEntrySchema = z.object({
  titleId: idSchema,
  title: z.string(),
  author: z.string(),
  /** The function that put the title there. */
  selectType: z.enum(queueFunctionNames),
  /** What in the profile triggered it, for example the subject's code. */
  source: z.string(),
  status: z.enum(queueEntryStatuses),
  /** The batch update whose fill added it; undo withdraws by it. */
  batchUpdateId: batchUpdateIdSchema.optional(),
});
export type QueueEntry = z.infer<typeof queueEntrySchema>;

/** How many titles of a queue may still go onto a cartridge. */
export function waitingIn(queue: readonly QueueEntry[]): number {
  return queue.filter(({ status }) => status === "WAITING").length;
}
