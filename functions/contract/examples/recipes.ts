import type { Example } from "../operation.ts";

const body = {
  name: "First cartridges of new patrons",
  savedQueryId: "01k8zq00000000000000saved1",
  presetId: "01k8zq0000000000000preset1",
  medium: "DB",
  nightlyDebug: false,
  nextServiceDate: { spread: { inDays: 7, perDay: 40 } },
};
const kept = {
  recipeId: "01k8zq0000000000000recipe1",
  ...body,
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:40:51.310Z",
  version: 1,
};

/** One call to show for each operation, by its name. */
export const recipesExamples: Readonly<Record<string, Example>> = {
  listRecipes: { answer: { items: [kept] } },
  createRecipe: { body, answer: kept },
  getRecipe: { answer: kept },
  replaceRecipe: { body, answer: { ...kept, changedAt: "2026-03-03T09:12:00.500Z", version: 2 } },
  startRecipe: {
    answer: {
      querySetId: "01k8zq0000000000000000set1",
      name: body.name,
      status: "BUILDING",
      progress: { done: 0, total: 17 },
      searchStatement: "Patron : Registered On : Greater Than : 2026-02-01",
      counts: { matched: 0, excluded: 0, notFound: 0, duplicates: 0 },
      batchUpdateId: "01k8zq00000000000000batch1",
      createdBy: "piedmont-staff",
      createdAt: "2026-04-01T13:40:51.310Z",
      keptUntil: "2026-06-30T13:40:51.310Z",
    },
  },
};
