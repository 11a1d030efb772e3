import { batchUpdates } from "#contract/batch-updates";
import { dayAt } from "#domain/calendar";
import { LineSet } from "#domain/line-set";
import { specProblems } from "#domain/plan/update-spec";
import { patronSearch } from "#domain/profile/patron-search";
import { statementInList } from "#domain/query/search-statement";
import { sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, listBatchUpdates, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { createBatchUpdate, type NewBatchUpdate } from "#records/batch-updates/moves";
import { saveSource } from "#records/batch-updates/plans";
import { auditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import { loadExclusions } from "#records/query-sets/exclusions";
import { memberChunkCount, membersPerChunk } from "#records/query-sets/members";
import { loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { auditOf, batchUpdateAnswer, batchUpdateOf } from "../batch-update-answer.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { answersAtOnce, decodeCursor, page } from "../page.ts";
import { conflict, invalid, notFound } from "../problem.ts";
import { type BodyCall, created, type Dependencies, implement, ok, type QueryCall, type Route } from "../route.ts";

/** Characters of a search statement that the batch update's own item holds. */
const longestStatement = 4000;

async function create(call: BodyCall<typeof batchUpdates.create>, { store, workflows }: Dependencies) {
  const { body, library, newId: batchUpdateId, caller, now } = call;
  const set = await loadQuerySet(store, library, body.querySetId);
  if (set === undefined) throw notFound();
  if (set.status !== "READY") {
    throw conflict(`The query set is ${set.status}. A batch update needs one that is READY.`);
  }
  const settings = await requireLibrary(store, library);
  const { lines: excluded } = await loadExclusions(store, set);
  const selected = everyoneBut(set, excluded);
  const patrons = selected.count();
  const problems = specProblems(body, settings, dayAt(now, settings.timeZone), patrons);
  if (problems.length > 0) throw invalid(...problems);
  if (patrons === 0) {
    throw invalid({ path: "querySetId", message: "the query set has nobody left to update; make another query" });
  }
  const { searchStatement } = set;
  const batch: NewBatchUpdate = {
    library,
    batchUpdateId,
    ...(body.name !== undefined && { name: body.name }),
    querySetId: set.querySetId,
    kind: "UPDATE",
    medium: body.medium,
    nightlyDebug: body.nightlyDebug,
    changes: body.changes,
    ...(searchStatement.length <= longestStatement && { searchStatement }),
    patrons,
    large: patrons > settings.largeBatchThreshold,
    asksForFills: body.changes.addServiceQueue === true,
    ...madeBy(caller),
    createdAt: now.toISOString(),
  };
  const starts = Array.from({ length: memberChunkCount(set) }, (_, chunk) => chunk * membersPerChunk);
  const lines = set.counts.matched;
  await saveSource(store, batch, {
    from: "QUERY_SET",
    id: set.querySetId,
    chunks: starts.length,
    starts,
    lines,
    selected,
    taken: LineSet.none(lines),
  });
  const detail = `${patrons} patrons, medium ${body.medium}`;
  const audit = await auditEntry(store, library, batchUpdateId, auditOf(call, "BATCH_UPDATE_CREATED", batch, detail));
  const made = await createBatchUpdate(store, batch, audit);
  if (!made.isNew) alreadyThere(call);
  await workflows.start(made.work);
  return created(await batchUpdateAnswer(store, (await loadBatchUpdate(store, library, batchUpdateId)) ?? made.batch));
}

function everyoneBut({ counts }: QuerySet, excluded: LineSet): LineSet {
  const chosen: number[] = [];
  for (let line = 0; line < counts.matched; line++) if (!excluded.has(line)) chosen.push(line);
  return LineSet.of(counts.matched, chosen);
}

async function list({ library, query }: QueryCall<typeof batchUpdates.list>, { store }: Dependencies) {
  const { limit, cursor, status, kind, medium, q } = query;
  const isMeant = patronSearch(q);
  const found: BatchUpdate[] = [];
  let next: string | undefined;
  for await (const batch of listBatchUpdates(store, library, decodeCursor(cursor))) {
    if (status !== undefined && batch.status !== status) continue;
    if (kind !== undefined && batch.kind !== kind) continue;
    if (medium !== undefined && batch.medium !== medium) continue;
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
  implement(batchUpdates.get, async (call, { store }) =>
    ok(await batchUpdateAnswer(store, await batchUpdateOf(call, store))),
  ),
];
