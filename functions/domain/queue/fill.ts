import { z } from "zod";
import { isClosed, type LibrarySettings } from "#domain/library";
import { mediumProblem } from "#domain/profile/medium-record";

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

/** What there is to say of a patron who is not there. */
export const patronGoneRefusal = "The patron is no longer in the library";

/**
 * Who may be filled: a patron who is there and not closed, with a record of the medium, which is one of the library's; else why not, in a sentence for the
 * report. Serve code, delivery method, next service date and a main status that is not closed never stop filling.
 */
export function fillable<
  Patron extends { readonly mainStatus: string },
  Medium extends { readonly removed?: boolean | undefined },
>(
  patron: Patron | undefined,
  record: Medium | undefined,
  medium: string,
  library: Pick<LibrarySettings, "mainStatuses" | "media">,
): { readonly patron: Patron; readonly record: Medium } | { readonly refusal: string } {
  if (patron === undefined) return { refusal: patronGoneRefusal };
  if (isClosed(library, patron.mainStatus)) {
    return { refusal: `The patron is closed: the main status is ${patron.mainStatus}` };
  }
  const unknown = mediumProblem(medium, library);
  if (unknown !== undefined) return { refusal: `The ${unknown.message}` };
  if (record === undefined || record.removed === true) return { refusal: `The patron has no record for ${medium}` };
  return { patron, record };
}
