import { z } from "zod";
import { idSchema, requiredTextSchema } from "#domain/text";
import { patronShape } from "./patron-fields.ts";

export const preferenceTypes = ["SUBJECT", "AUTHOR", "SERIES"] as const;

/** What a patron likes, or with `exclusion` never wants to be sent. */
export const preferenceSchema = z.strictObject({
  type: z.enum(preferenceTypes),
  /** SUBJECT: a subject or content warning of titles; AUTHOR: an author; SERIES: a series' name. Compared without case. */
  code: requiredTextSchema,
  exclusion: z.boolean().default(false),
});
export type Preference = z.infer<typeof preferenceSchema>;

/** Preferences kind by kind, in their order within each: nothing asks for the order between kinds. */
export function inKinds(preferences: readonly Preference[]): Preference[] {
  return preferenceTypes.flatMap((type) => preferences.filter((it) => it.type === type));
}

/** How many listed titles a patron has per medium, counted when the patron was last imported. */
const countsSchema = z.record(idSchema, z.number().int().min(1));

/** The core record of a patron: what queries and updates look at. */
export const patronSchema = z.object({
  ...patronShape(),
  preferences: z.array(preferenceSchema).max(1000),
  reserveCounts: countsSchema,
  requestCounts: countsSchema,
});
export type Patron = z.infer<typeof patronSchema>;

/** A patron's lists of titles, kept apart from the core record so that queries stay cheap. */
export const readingSchema = z.object({
  reserves: z.array(idSchema).max(10_000),
  requests: z.array(idSchema).max(10_000),
  hasHad: z.array(idSchema).max(50_000),
});
export type Reading = z.infer<typeof readingSchema>;
