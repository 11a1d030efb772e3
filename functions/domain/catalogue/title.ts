import { z } from "zod";
import { daySchema } from "#domain/calendar";
import { idSchema, requiredTextSchema, textSchema, visibleTextSchema } from "#domain/text";

export const titleStatuses = ["ACTIVE", "WITHDRAWN"] as const;

/** A title of the catalogue, as it is imported (unknown fields are refused by the import's own schema). */
export const titleSchema = z.strictObject({
  titleId: idSchema,
  medium: idSchema,
  title: visibleTextSchema,
  author: visibleTextSchema,
  series: z.strictObject({ name: requiredTextSchema, number: z.number().optional() }).optional(),
  subjects: z.array(requiredTextSchema).max(100).default([]),
  contentWarnings: z.array(requiredTextSchema).max(100).default([]),
  language: textSchema.optional(),
  status: z.enum(titleStatuses).default("ACTIVE"),
  addedOn: daySchema.optional(),
});
export type Title = z.infer<typeof titleSchema>;
