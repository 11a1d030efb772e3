import { savedQueries } from "#contract/saved-queries";
import { dayAt } from "#domain/calendar";
import { criteriaStatement, statementInList } from "#domain/query/search-statement";
import { type StarterQuery, starterQueries } from "#domain/query/starter-queries";
import { folded } from "#domain/text";
import { requireLibrary } from "#records/library/libraries";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import type { Store } from "#records/store/store";
import { keptByNameHandlers } from "../kept-by-name.ts";
import { decodeCursor, page } from "../page.ts";
import { etag } from "../precondition.ts";
import { conflict, nameTaken } from "../problem.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

const handlers = keptByNameHandlers({
  shelf: savedQueryShelf,
  word: "saved query",
  action: "SAVED_QUERY",
  folder: "saved-queries",
  id: "savedQueryId",
  make: (savedQueryId, { criteria }: CallOf<typeof savedQueries.create>["body"], kept) => ({
    savedQueryId,
    ...kept,
    criteria,
  }),
  answerOf: ({ revision, createdBySub, ...query }) => ({
    ...query,
    searchStatement: criteriaStatement(query.criteria),
    version: revision,
  }),
  inList: (answer) => ({ ...answer, searchStatement: statementInList(answer.searchStatement) }),
  // The criteria in words.
  told: ({ name, criteria }) => ({ name, criteria: criteriaStatement(criteria) }),
});

/** Days without a time, for what the product itself has made. */
const madeAt = "2026-01-01T00:00:00.000Z";

function starterAnswer({ savedQueryId, name, why, criteria }: StarterQuery) {
  const shown = { savedQueryId, name, createdBy: "the product", createdAt: madeAt, version: 1, criteria };
  return { ...shown, searchStatement: criteriaStatement(criteria), starter: true as const, why };
}

/** The starter queries of a library as they are today. */
export async function startersOf(store: Store, now: Date): Promise<StarterQuery[]> {
  const settings = await requireLibrary(store);
  return starterQueries(settings, dayAt(now, settings.timeZone));
}

async function starterOf(
  { params, now }: Pick<Call<unknown, unknown, "savedQueryId">, "params" | "now">,
  store: Store,
): Promise<StarterQuery | undefined> {
  if (!params.savedQueryId.startsWith("starter-")) return undefined;
  return (await startersOf(store, now)).find(({ savedQueryId }) => savedQueryId === params.savedQueryId);
}

const startersFrom = "starter:";

/** What people have kept, newest first, and then the starter queries. */
async function list(call: CallOf<typeof savedQueries.list>, dependencies: Dependencies) {
  const { now, query } = call;
  const place = decodeCursor(query.cursor);
  const isBehind = place?.startsWith(startersFrom) === true;
  const kept = isBehind ? { items: [] } : (await handlers.list(call, dependencies)).body;
  if ("nextCursor" in kept && kept.nextCursor !== undefined) return ok(kept);
  const starters = await startersOf(dependencies.store, now);
  const from = isBehind ? Number(place.slice(startersFrom.length)) : 0;
  const to = from + query.limit - kept.items.length;
  const shown = starters.slice(from, to).map(starterAnswer);
  const inList = shown.map((it) => ({ ...it, searchStatement: statementInList(it.searchStatement) }));
  return ok(page([...kept.items, ...inList], to < starters.length ? `${startersFrom}${to}` : undefined));
}

/** A starter's name is taken like any other. */
async function requireFree(call: CallOf<typeof savedQueries.create>, { store }: Dependencies): Promise<void> {
  const starters = await startersOf(store, call.now);
  if (starters.some(({ name }) => folded(name) === folded(call.body.name))) throw nameTaken("saved query");
}

async function requireOwn(call: Call<unknown, unknown, "savedQueryId">, { store }: Dependencies): Promise<void> {
  if ((await starterOf(call, store)) === undefined) return;
  throw conflict("A starter query is the product's and stays as it is. Save it under a name of your own.");
}

export const savedQueryRoutes: readonly Route[] = [
  implement(savedQueries.list, list),
  implement(savedQueries.create, async (call, dependencies) => {
    await requireFree(call, dependencies);
    return await handlers.create(call, dependencies);
  }),
  implement(savedQueries.get, async (call, dependencies) => {
    const starter = await starterOf(call, dependencies.store);
    return starter === undefined ? await handlers.get(call, dependencies) : ok(starterAnswer(starter), etag(1));
  }),
  implement(savedQueries.replace, async (call, dependencies) => {
    await requireOwn(call, dependencies);
    await requireFree(call, dependencies);
    return await handlers.replace(call, dependencies);
  }),
  implement(savedQueries.delete, async (call, dependencies) => {
    await requireOwn(call, dependencies);
    return await handlers.remove(call, dependencies);
  }),
];
