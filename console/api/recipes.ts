import { queryOptions } from "@tanstack/react-query";
import { type NewRecipe, type RecipeAnswer, recipes } from "#contract/recipes";
import { call } from "./call.ts";

export const recipesQuery = () =>
  queryOptions({
    queryKey: ["recipes"],
    queryFn: ({ signal }) => call(recipes.list, { query: { limit: 200 }, signal }),
  });

export function createRecipe(body: NewRecipe, onceKey: string) {
  return call(recipes.create, { body, onceKey });
}

export function replaceRecipe({ recipeId, version }: RecipeAnswer, body: NewRecipe) {
  return call(recipes.replace, { params: { recipeId }, body, ifMatch: `"${version}"` });
}

export function deleteRecipe({ recipeId, version }: RecipeAnswer) {
  return call(recipes.delete, { params: { recipeId }, ifMatch: `"${version}"` });
}

export function startRecipe(recipeId: string, onceKey: string) {
  return call(recipes.start, { params: { recipeId }, onceKey });
}
