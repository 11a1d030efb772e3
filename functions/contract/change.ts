import { z } from "zod";
import { planFieldNames } from "#domain/plan/plan";

export const valueSchema = z.union([z.string(), z.number(), z.boolean()]).meta({ id: "FieldValue" });

/** What changes of one field. A side that is missing is a field without a value. */
export const fieldChangeSchema = z
  .object({
    field: z.enum([...planFieldNames, "serviceQueue"]),
    before: valueSchema.optional(),
    after: valueSchema.optional(),
  })
  .meta({ id: "FieldChange" });

/** With `current` where a field was found to hold what is neither. */
export const fieldOutcomeSchema = fieldChangeSchema
  .extend({ current: valueSchema.optional() })
  .meta({ id: "FieldOutcome" });
export type Change = z.infer<typeof fieldOutcomeSchema>;
