import { z } from "zod";
import { dateFromTodaySchema } from "#domain/plan/from-today";
import { idSchema, nameSchema, referenceSchema } from "#domain/text";
import { givenIdSchema } from "./formats.ts";
import { keptByNameOperations, keptByNameShape } from "./kept-by-name.ts";
import { operation } from "./operation.ts";
import { querySetSchema, writers } from "./query-sets.ts";

const recipeShape = {
  medium: idSchema,
  nightlyDebug: z.boolean(),
  nextServiceDate: dateFromTodaySchema.optional().meta({
    description:
      "Counted from the day on which the recipe is started, in place of the preset's. Where nothing is said, a day of the preset is as far ahead as it was when the preset was made or replaced.",
  }),
};

const newRecipeSchema = z
  .strictObject({ name: nameSchema, savedQueryId: referenceSchema, presetId: referenceSchema, ...recipeShape })
  .meta({ id: "NewRecipe" });

export type NewRecipe = z.input<typeof newRecipeSchema>;

export const recipeSchema = z
  .object({
    recipeId: givenIdSchema,
    ...keptByNameShape,
    savedQueryId: givenIdSchema,
    presetId: givenIdSchema,
    ...recipeShape,
  })
  .meta({ id: "Recipe" });

export type RecipeAnswer = z.infer<typeof recipeSchema>;

export const recipes = {
  ...keptByNameOperations({
    name: "Recipe",
    plural: "Recipes",
    word: "recipe",
    keeps: "a saved query, a preset, a medium and Nightly Debug",
    made: "query sets and batch updates",
    path: "/v1/recipes",
    id: "recipeId",
    writers,
    body: newRecipeSchema,
    kept: recipeSchema,
  }),
  start: operation({
    name: "startRecipe",
    method: "POST",
    path: "/v1/recipes/:recipeId/start",
    summary: "Asks a recipe's query, and plans its batch update as soon as the query set is READY",
    description:
      "batchUpdateId names the batch update that follows by itself; it is there when the query set is READY. Where it cannot be planned, the query set is READY without batchUpdateId, and says why in planProblem. A saved query or preset that is no longer there: 409.",
    roles: writers,
    answers: { 201: querySetSchema },
    problems: ["CONFLICT"],
  }),
};
