import { z } from "zod";
import { mediumFieldsSchema } from "#domain/profile/medium-record";

/** A medium record as the API answers it. */
export const mediumRecordSchema = mediumFieldsSchema.extend({ version: z.number().optional() });
export type MediumRecordAnswer = z.infer<typeof mediumRecordSchema>;
