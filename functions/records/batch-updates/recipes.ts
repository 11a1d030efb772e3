import { z } from "zod";
import { dateFromTodaySchema } from "#domain/plan/from-today";
import { keptByName, shelfOf } from "#records/library/kept-by-name";

const recipeSchema = z.object({
  recipeId: z.string(),
  ...keptByName,
  savedQueryId: z.string(),
  presetId: z.string(),
  medium: z.string(),
  nightlyDebug: z.boolean(),
  nextServiceDate: dateFromTodaySchema.optional(),
});

/** A saved query, a preset, a medium and Nightly Debug under one name: what is done again and again is one choice. */
export type Recipe = z.infer<typeof recipeSchema>;

export const recipeShelf = shelfOf<Recipe>({
  partition: "RECIPES",
  schema: recipeSchema,
  idOf: ({ recipeId }) => recipeId,
});
