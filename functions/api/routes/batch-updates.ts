import { batchUpdates } from "#contract/batch-updates";
import { batchUpdateIdSchema } from "#domain/ids";
import { patronCount } from "#domain/patron-count";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { patronSearch } from "#domain/profile/patron-search";
import { statementInList } from "#domain/query/search-statement";
import { sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, listBatchUpdates, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { createBatchUpdate, rename as renameBatchUpdate } from "#records/batch-updates/moves";
import { updateOfSet } from "#records/batch-updates/update-of-set";
import { auditEntry } from "#records/library/audit";
import type { QuerySet } from "#records/query-sets/query-sets";
import { readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { toldChanges } from "../act.ts";
import { auditOf, batchUpdateAnswer, batchUpdateOf } from "../batch-update-answer.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { answersAtOnce, decodeCursor, page } from "../page.ts";
import { conflict, invalid, notYet } from "../problem.ts";
import { type Call, type CallOf, created, type Dependencies, implement, ok, type Route } from "../route.ts";
import { setInUse, usedSet } from "./query-sets.ts";

async function create(call: CallOf<typeof batchUpdates.create>, dependencies: Dependencies) {
  const { querySetId, name, ...spec } = call.body;
  const set = await usedSet(dependencies.store, querySetId, call.now);
  return await make(call, dependencies, set, spec, name);
}

/** The same update of the same query set once more, planned afresh. */
async function duplicate(call: CallOf<typeof batchUpdates.duplicate>, dependencies: Dependencies) {
  const { store } = dependencies;
  const { kind, querySetId, medium, nightlyDebug, changes, name } = await batchUpdateOf(call, store);
  if (kind !== "UPDATE" || nightlyDebug === undefined) {
    throw conflict("Only an update can be duplicated. Retry or undo the batch update that this one follows up.");
  }
  const set = await setInUse(store, querySetId, call.now);
  if (set === undefined) throw conflict("Its query set no longer exists. Run the query again.");
  return await make(call, dependencies, set, { medium, nightlyDebug, changes }, name);
}

async function make(
  call: Call<unknown, unknown>,
  { store, workflows }: Dependencies,
  set: QuerySet,
  spec: UpdateSpec,
  name: string | undefined,
) {
  const { library, caller, now } = call;
  const batchUpdateId = batchUpdateIdSchema.parse(call.newId);
  if (set.status !== "READY") {
    throw notYet("READY", set.status, `The query set is ${set.status}. A batch update needs one that is READY.`);
  }
  const named = { library, batchUpdateId, ...(name !== undefined && { name }), ...madeBy(caller) };
  const found = await updateOfSet(store, named, set, spec, now);
  if ("problems" in found) throw invalid(...found.problems);
  const { batch } = found;
  const detail = `${patronCount(batch.patrons)}, medium ${batch.medium}`;
  const audit = await auditEntry(store, batchUpdateId, auditOf(call, "BATCH_UPDATE_CREATED", batch, detail));
  const made = await createBatchUpdate(store, batch, audit);
  if (!made.isNew) alreadyThere(call);
  await workflows.start(made.work);
  return created(await batchUpdateAnswer(store, (await loadBatchUpdate(store, batchUpdateId)) ?? made.batch));
}

async function rename(call: CallOf<typeof batchUpdates.rename>, { store }: Dependencies) {
  const { name } = call.body;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    if (batch.name === name) return ok(await batchUpdateAnswer(store, batch));
    const act = {
      ...auditOf(call, "BATCH_UPDATE_RENAMED", { ...batch, name }),
      ...toldChanges({ name: batch.name }, { name }),
    };
    const saved = await renameBatchUpdate(store, batch, name, await auditEntry(store, call.newId, act));
    if (saved !== undefined) return ok(await batchUpdateAnswer(store, saved));
  }
}

/** Milliseconds by which the order of ids, newest first, may differ from that of instants where two are made at once. */
const longestApart = 60_000;

async function list({ query }: CallOf<typeof batchUpdates.list>, { store }: Dependencies) {
  const { limit, cursor, ...filter } = query;
  const { status, kind, medium, q, createdBy, from, to, waiting } = filter;
  const isFiltered = Object.values(filter).some((it) => it !== undefined);
  const isMeant = patronSearch(q);
  const found: BatchUpdate[] = [];
  let next: string | undefined;
  for await (const batch of listBatchUpdates(store, decodeCursor(cursor), isFiltered ? 200 : limit + 1)) {
    if (from !== undefined && Date.parse(batch.createdAt) < Date.parse(from) - longestApart) break;
    if (status !== undefined && batch.status !== status) continue;
    if (kind !== undefined && batch.kind !== kind) continue;
    if (medium !== undefined && batch.medium !== medium) continue;
    if (createdBy !== undefined && batch.createdBySub !== createdBy && batch.createdBy !== createdBy) continue;
    if (waiting !== undefined && waits(batch) !== (waiting === "true")) continue;
    if (!isWithin(batch.createdAt, { from, to })) continue;
    // The id, or the beginning of the name: as in every list.
    if (isMeant !== undefined && !isMeant(batch.batchUpdateId, batch.name ?? "")) continue;
    if (found.length === limit) {
      next = found.at(-1)?.batchUpdateId;
      break;
    }
    found.push(batch);
  }
  return ok(page(await answers(store, found), next));
}

/** It was handed over, and nobody has gone on with it since. */
function waits({ status, handover }: BatchUpdate): boolean {
  return status === "READY" && handover !== undefined;
}

/** Both ends are in. Instants are compared as such: one may be told to the second, another to the millisecond. */
function isWithin(at: string, { from, to }: { from: string | undefined; to: string | undefined }): boolean {
  const instant = Date.parse(at);
  return (from === undefined || instant >= Date.parse(from)) && (to === undefined || instant <= Date.parse(to));
}

async function answers(store: Store, batches: readonly BatchUpdate[]) {
  const found = await sideBySide(batches, answersAtOnce, (batch) =>
    readable(`what belongs to batch update ${batch.batchUpdateId} of ${batch.library}`, () =>
      batchUpdateAnswer(store, batch),
    ),
  );
  return found
    .filter((answer) => answer !== undefined)
    .map((answer) => ({ ...answer, searchStatement: statementInList(answer.searchStatement) }));
}

export const batchUpdateRoutes: readonly Route[] = [
  implement(batchUpdates.create, create),
  implement(batchUpdates.list, list),
  implement(batchUpdates.rename, rename),
  implement(batchUpdates.duplicate, duplicate),
  implement(batchUpdates.get, async (call, { store }) =>
    ok(await batchUpdateAnswer(store, await batchUpdateOf(call, store))),
  ),
];
