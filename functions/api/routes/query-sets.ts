import { type QuerySetAnswer, querySets } from "#contract/query-sets";
import { searchStatement, statementInList } from "#domain/query/search-statement";
import { isOver, isUseNews, keptUntil, startableDays, startableHours } from "#domain/retention";
import { sideBySide } from "#platform/side-by-side";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import type { AuditEntry } from "#records/library/audit";
import { buildWork, createQuerySet, noteUse, startBuilding } from "#records/query-sets/moves";
import { countShardResults, saveIdList } from "#records/query-sets/query-set-build";
import {
  listQuerySets,
  loadCriteria,
  loadQuerySet,
  type QuerySet,
  uploadedFileKey,
  uploadKey,
} from "#records/query-sets/query-sets";
import { shardCount } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { takeUpload } from "#records/store/uploads";
import { standsInLine } from "#workflows/line";
import { actOf } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { answersAtOnce, decodeCursor, page } from "../page.ts";
import { conflict, notFound, Problem } from "../problem.ts";
import { accepted, type Call, type CallOf, created, type Dependencies, implement, ok, type Route } from "../route.ts";
import { erasedSinceTaken, requireTaken } from "../upload.ts";

/** Ids of one request. Longer lists come by upload. */
const mostIds = 100_000;
/** Parts of the work by which progress is told: each shard, and putting together what they found. */
const buildingSteps = shardCount + 1;

/** The query set of the path, or 404: also for another library's. */
export async function querySetOf(
  { params, now }: Call<unknown, unknown, "querySetId">,
  store: Store,
): Promise<QuerySet> {
  return await usedSet(store, params.querySetId, now);
}

/** The query set, which does not end for some time because it is used now, or 404. */
export async function usedSet(store: Store, id: string, now: Date): Promise<QuerySet> {
  const set = await setInUse(store, id, now);
  if (set === undefined) throw notFound();
  return set;
}

/** The same, for whoever does not ask for the query set itself: undefined where it has ended, or ends right now. */
export async function setInUse(store: Store, id: string, now: Date): Promise<QuerySet | undefined> {
  const set = await loadQuerySet(store, id);
  return set !== undefined && (!isUseNews(set, now) || (await noteUse(store, set, now))) ? set : undefined;
}

/** A query set as clients see it: READY as soon as the batch update that follows it is there, or cannot be. */
export async function querySetAnswer(store: Store, set: QuerySet): Promise<QuerySetAnswer> {
  const { library, ids, taken, erasedFile, createdBySub, failedAt, canBeMended, follow, ...more } = set;
  const { lastUsedAt, ending, rewritten, ...shown } = more;
  const { planProblem } = set;
  const follows = planProblem === undefined && set.status !== "FAILED" ? follow?.batchUpdateId : undefined;
  const isComing =
    set.status === "READY" && follows !== undefined && (await loadBatchUpdate(store, follows)) === undefined;
  return {
    ...shown,
    ...(isComing && { status: "BUILDING" as const }),
    keptUntil: keptUntil(set),
    ...(follows !== undefined && { batchUpdateId: follows }),
    progress: await progressOf(store, set),
  };
}

async function progressOf(store: Store, set: QuerySet): Promise<QuerySetAnswer["progress"]> {
  const done = await stepsDone(store, set);
  const { querySetId: id } = set;
  const mayWait = set.status === "BUILDING" && done === 0;
  const waiting = mayWait && (await standsInLine(store, { id, workflow: "build-query-set" }));
  return { done, total: buildingSteps, ...(waiting && { waiting }) };
}

async function stepsDone(store: Store, set: QuerySet): Promise<number> {
  if (set.status === "READY") return buildingSteps;
  if (set.status === "AWAITING_UPLOAD") return 0;
  return await countShardResults(store, set.querySetId);
}

export function auditOf(
  call: Call<unknown, unknown>,
  action: string,
  { querySetId, name }: Pick<QuerySet, "querySetId" | "name">,
  detail: string,
): AuditEntry {
  const named = name === undefined ? {} : { subjectName: name };
  return actOf(call, action, `query-sets/${querySetId}`, { detail, ...named });
}

async function create(call: CallOf<typeof querySets.create>, { store, workflows }: Dependencies) {
  const { library, newId: querySetId, body, caller, now } = call;
  const { name, criteria, patronIds, upload } = body;
  if (patronIds !== undefined && patronIds.length > mostIds) {
    throw new Problem("TOO_LARGE", "A request takes at most 100,000 ids. Use an upload.");
  }
  const counted = patronIds && { count: new Set(patronIds).size };
  const statement = searchStatement({ criteria, ids: upload === true ? { count: undefined } : counted });
  if (patronIds !== undefined) await saveIdList(store, querySetId, patronIds);
  const createdAt = now.toISOString();
  const { done } = await createQuerySet(
    store,
    {
      library,
      querySetId,
      name,
      criteria,
      searchStatement: statement,
      ids: upload === true ? "UPLOAD" : patronIds && "LIST",
      ...madeBy(caller),
      createdAt,
    },
    auditOf(
      call,
      "QUERY_SET_CREATED",
      { querySetId, name: body.name },
      upload === true
        ? "by upload"
        : `by ${[criteria && "criteria", patronIds && "ids"].filter(Boolean).join(" and ")}`,
    ),
  );
  if (!done) alreadyThere(call);
  const common = { querySetId, searchStatement: statement };
  if (upload === true) {
    const target = await store.objects.uploadUrl(uploadKey(store, querySetId), "text/csv");
    return created({ ...common, status: "AWAITING_UPLOAD", upload: target });
  }
  await workflows.start(buildWork(store, querySetId, createdAt));
  return created({ ...common, status: "BUILDING" });
}

async function start(call: Call<unknown, unknown, "querySetId">, { store, workflows }: Dependencies) {
  const set = await querySetOf(call, store);
  const { querySetId } = set;
  const startedAlready = conflict("This query set has already been started. Look at its status.");
  if (set.status !== "AWAITING_UPLOAD") throw startedAlready;
  if (isOver(set.createdAt, startableDays, call.now))
    throw conflict(`Its file was kept for ${startableHours} hours and has been deleted. Create a new query set.`);
  const from = uploadKey(store, querySetId);
  const taken = uploadedFileKey(store, querySetId, call.newId);
  requireTaken(await takeUpload(store, from, taken), set.erasedFile !== undefined);
  const act = auditOf(call, "QUERY_SET_STARTED", set, "");
  const { done } = await startBuilding(store, set, call.newId, act);
  if (!done) {
    if ((await loadQuerySet(store, querySetId))?.status !== "AWAITING_UPLOAD") throw startedAlready;
    throw await erasedSinceTaken(store, taken);
  }
  await workflows.start(buildWork(store, querySetId, call.now.toISOString()));
  return accepted(await querySetAnswer(store, await querySetOf(call, store)));
}

export const querySetRoutes: readonly Route[] = [
  implement(querySets.create, create),
  implement(querySets.start, start),
  implement(querySets.list, async ({ query }, { store }) => {
    const { items, next } = await listQuerySets(store, query.limit, decodeCursor(query.cursor));
    const answers = await sideBySide(items, answersAtOnce, (set) => querySetAnswer(store, set));
    const shown = answers.map((set) => ({ ...set, searchStatement: statementInList(set.searchStatement) }));
    return ok(page(shown, next));
  }),
  implement(querySets.get, async (call, { store }) => {
    const set = await querySetOf(call, store);
    // It is looked at every second while it is built.
    const criteria = set.status === "BUILDING" ? undefined : await loadCriteria(store, set.querySetId);
    return ok({ ...(await querySetAnswer(store, set)), ...(criteria !== undefined && { criteria }) });
  }),
];
