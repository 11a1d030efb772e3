import { recipes } from "#contract/recipes";
import { dayAt } from "#domain/calendar";
import { batchUpdateIdSchema } from "#domain/ids";
import { hasCode } from "#domain/library";
import { changesFromToday } from "#domain/plan/from-today";
import type { Criteria } from "#domain/query/criteria";
import { criteriaStatement } from "#domain/query/search-statement";
import { newId } from "#platform/identifiers";
import { presetShelf } from "#records/batch-updates/presets";
import { recipeShelf } from "#records/batch-updates/recipes";
import { requireLibrary } from "#records/library/libraries";
import { buildWork, createQuerySet } from "#records/query-sets/moves";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import type { Store } from "#records/store/store";
import { alreadyThere } from "../handler.ts";
import { keptByNameHandlers } from "../kept-by-name.ts";
import { madeBy } from "../maker.ts";
import { conflict, invalid, notFound } from "../problem.ts";
import { type CallOf, created, type Dependencies, implement, type Route } from "../route.ts";
import { auditOf, querySetAnswer } from "./query-sets.ts";
import { startersOf } from "./saved-queries.ts";

type Body = CallOf<typeof recipes.create>["body"];

/** A saved query of the library, or a starter query as it is today. */
async function queryOf(store: Store, id: string, now: Date): Promise<{ criteria: Criteria } | undefined> {
  const kept = await savedQueryShelf.load(store, id);
  return kept ?? (await startersOf(store, now)).find(({ savedQueryId }) => savedQueryId === id);
}

/** What a recipe names must be there: it is looked at again when it is started. */
async function requireParts({ body, now }: { body: Body; now: Date }, { store }: Dependencies): Promise<void> {
  const [query, preset, { media }] = [
    await queryOf(store, body.savedQueryId, now),
    await presetShelf.load(store, body.presetId),
    await requireLibrary(store),
  ];
  const problems = [
    ...(query === undefined ? [{ path: "savedQueryId", message: "is not a saved query of your library" }] : []),
    ...(preset === undefined ? [{ path: "presetId", message: "is not a preset of your library" }] : []),
    ...(hasCode(media, body.medium)
      ? []
      : [{ path: "medium", message: `${body.medium} is not one of the library's media` }]),
  ];
  if (problems.length > 0) throw invalid(...problems);
}

const handlers = keptByNameHandlers({
  shelf: recipeShelf,
  word: "recipe",
  action: "RECIPE",
  folder: "recipes",
  id: "recipeId",
  make: (recipeId, { name: _, ...parts }: Body, kept) => ({ recipeId, ...kept, ...parts }),
  answerOf: ({ revision, createdBySub, ...shown }) => ({ ...shown, version: revision }),
  told: ({ name, savedQueryId, presetId, medium, nightlyDebug, nextServiceDate }) => ({
    name,
    savedQueryId,
    presetId,
    medium,
    nightlyDebug,
    nextServiceDate,
  }),
});

async function start(call: CallOf<typeof recipes.start>, { store, workflows }: Dependencies) {
  const { library, newId: querySetId, caller, role, now, params } = call;
  const recipe = await recipeShelf.load(store, params.recipeId);
  if (recipe === undefined) throw notFound();
  const query = await queryOf(store, recipe.savedQueryId, now);
  const preset = await presetShelf.load(store, recipe.presetId);
  if (query === undefined || preset === undefined) {
    const what = query === undefined ? "saved query" : "preset";
    throw conflict(`The ${what} of this recipe is no longer there. Replace the recipe's ${what}.`);
  }
  const { timeZone } = await requireLibrary(store);
  const changes = changesFromToday(preset.changes, {
    made: dayAt(new Date(preset.changedAt ?? preset.createdAt), timeZone),
    today: dayAt(now, timeZone),
    date: recipe.nextServiceDate,
  });
  const createdAt = now.toISOString();
  const { done } = await createQuerySet(
    store,
    {
      library,
      querySetId,
      name: recipe.name,
      criteria: query.criteria,
      searchStatement: criteriaStatement(query.criteria),
      ids: undefined,
      follow: {
        batchUpdateId: batchUpdateIdSchema.parse(newId(now)),
        spec: { medium: recipe.medium, nightlyDebug: recipe.nightlyDebug, changes },
        role,
      },
      ...madeBy(caller),
      createdAt,
    },
    auditOf(call, "QUERY_SET_CREATED", { querySetId, name: recipe.name }, `by the recipe ${recipe.recipeId}`),
  );
  if (!done) alreadyThere(call);
  await workflows.start(buildWork(store, querySetId, createdAt));
  return created(await querySetAnswer(store, await madeSet(store, querySetId)));
}

async function madeSet(store: Store, id: string) {
  const set = await loadQuerySet(store, id);
  if (set === undefined) throw notFound();
  return set;
}

export const recipeRoutes: readonly Route[] = [
  implement(recipes.list, handlers.list),
  implement(recipes.create, async (call, dependencies) => {
    await requireParts(call, dependencies);
    return await handlers.create(call, dependencies);
  }),
  implement(recipes.get, handlers.get),
  implement(recipes.replace, async (call, dependencies) => {
    await handlers.get(call, dependencies);
    await requireParts(call, dependencies);
    return await handlers.replace(call, dependencies);
  }),
  implement(recipes.delete, handlers.remove),
  implement(recipes.start, start),
];
