import { z } from "zod";
import { criteriaSchema } from "#domain/query/criteria";
import { keptByName, shelfOf } from "#records/library/kept-by-name";

const savedQuerySchema = z.object({
  savedQueryId: z.string(),
  ...keptByName,
  /** As one JSON text: nothing is ever selected by what stands in it. */
  criteria: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(criteriaSchema),
});

/** A query kept under a name. Running it makes a fresh query set. */
export type SavedQuery = z.infer<typeof savedQuerySchema>;

export const savedQueryShelf = shelfOf<SavedQuery>({
  partition: "SAVED_QUERIES",
  schema: savedQuerySchema,
  idOf: ({ savedQueryId }) => savedQueryId,
  encode: ({ criteria }) => ({ criteria: JSON.stringify(criteria) }),
});
