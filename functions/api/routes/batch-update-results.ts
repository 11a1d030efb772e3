import { outcomes } from "#contract/outcomes";
import { report } from "#contract/report";
import { outcomeLineSchema } from "#domain/batch-update/outcome-line";
import { csvMark, csvText } from "#domain/csv";
import { patronSearch } from "#domain/profile/patron-search";
import { allEnded, sideBySide } from "#platform/side-by-side";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import {
  errorsKey,
  loadOutcomeIndex,
  outcomesCsvKey,
  outcomesKey,
  reportTexts,
  requireApplyResult,
  serviceQueuesKey,
} from "#records/batch-updates/outcomes";
import { chunkOfLine, loadPlanIndex } from "#records/batch-updates/plans";
import { listFills } from "#records/service-queues/fill-list";
import { fillSummary } from "#records/service-queues/fill-summary";
import type { Store } from "#records/store/store";
import { batchUpdateOf, requireEnded, requireEvidence } from "../batch-update-answer.ts";
import { idsByGroup, linesThatFit, mostIds } from "../lines-that-fit.ts";
import { keepMade } from "../made-on-request.ts";
import { answersAtOnce, decodeNumberCursor, page } from "../page.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

async function endedOf(call: Call<unknown, unknown, "batchUpdateId">, store: Store): Promise<BatchUpdate> {
  const batch = await batchUpdateOf(call, store);
  requireEnded(batch);
  return requireEvidence(batch);
}

type Narrowed = Omit<CallOf<typeof outcomes.list>["query"], "limit">;

/** Lines of a page that fit, with what says which they are; undefined where process never began. */
async function fittingLines(store: Store, batch: BatchUpdate, { cursor, outcome, q }: Narrowed, limit: number) {
  const from = decodeNumberCursor(cursor);
  const all = await loadOutcomeIndex(store, batch);
  if (all === undefined) return undefined;
  const index = await loadPlanIndex(store, batch);
  const isMeant = patronSearch(q);
  const page = linesThatFit(
    all.length,
    { from, limit },
    (line) =>
      (outcome === undefined || all[line] === outcome) &&
      isMeant?.(index.patronIds[line] ?? "", index.lastNames[line] ?? "") !== false,
  );
  return { ...page, all, index };
}

async function listIds(call: CallOf<typeof outcomes.ids>, { store }: Dependencies) {
  const batch = await endedOf(call, store);
  const lines = await fittingLines(store, batch, call.query, mostIds);
  if (lines === undefined) return ok(page([], undefined));
  const { found, next, index, all } = lines;
  const groups = idsByGroup(found, index.patronIds, (line) => all[line]);
  return ok(
    page(
      groups.map(({ group: outcome, patronIds }) => ({ outcome, patronIds })),
      next,
    ),
  );
}

async function listOutcomes(call: CallOf<typeof outcomes.list>, { store }: Dependencies) {
  const batch = await endedOf(call, store);
  const { limit, ...narrowed } = call.query;
  const lines = await fittingLines(store, batch, narrowed, limit);
  if (lines === undefined) return ok(page([], undefined));
  const { found, next, index } = lines;
  const chunks = [...new Set(found.map((line) => chunkOfLine(index.starts, line)))];
  const texts = new Map(
    await sideBySide(
      chunks,
      answersAtOnce,
      async (chunk) => [chunk, reportTexts(await requireApplyResult(store, batch, chunk))] as const,
    ),
  );
  const items = found.map((line) => {
    const chunk = chunkOfLine(index.starts, line);
    return outcomeLineSchema.parse(JSON.parse(texts.get(chunk)?.[line - (index.starts[chunk] ?? 0)] ?? ""));
  });
  return ok(page(items, next));
}

const csvType = "text/csv; charset=utf-8";

/** Links to the files of the report. Those of the update are whole and final; queues may still be filling. */
async function reportFiles(call: CallOf<typeof report.get>, { store }: Dependencies) {
  const { batch, queues } = await endedWithQueues(call, store);
  const { batchUpdateId: id, counts, errorRows } = batch;
  const processed = counts !== undefined && errorRows !== undefined;
  if (!processed) return ok({ final: true, errors: { rows: 0 }, outcomes: { rows: 0 }, serviceQueues: queues });
  const [csvUrl, jsonlUrl, outcomesCsvUrl] = await allEnded([
    store.objects.downloadUrl(errorsKey(batch), `errors-${id}.csv`, csvType),
    store.objects.downloadUrl(outcomesKey(batch), `outcomes-${id}.jsonl`, "application/x-ndjson"),
    outcomesCsv(store, batch),
  ]);
  return ok({
    final: true,
    errors: { rows: errorRows, csvUrl },
    outcomes: { rows: counts.total, jsonlUrl, ...(outcomesCsvUrl !== undefined && { csvUrl: outcomesCsvUrl }) },
    serviceQueues: queues,
  });
}

async function endedWithQueues(call: Call<unknown, unknown, "batchUpdateId">, store: Store) {
  for (;;) {
    const batch = await endedOf(call, store);
    const queues = await serviceQueuesPart(store, batch, call.newId);
    if (queues !== undefined) return { batch, queues };
  }
}

async function outcomesCsv(store: Store, batch: BatchUpdate): Promise<string | undefined> {
  const key = outcomesCsvKey(batch);
  if (!(await store.objects.has(key))) return undefined;
  return await store.objects.downloadUrl(key, `outcomes-${batch.batchUpdateId}.csv`, csvType);
}

const queuesHeader = ["patronId", "lastName", "firstName", "medium", "status", "reason"];

/**
 * The queues that could not be filled so far; a file of its own, for it changes after the update has ended. Undefined where
 * somebody was erased while it was made.
 */
async function serviceQueuesPart(store: Store, batch: BatchUpdate, moment: string) {
  const { status, failed, pending } = await fillSummary(store, batch);
  const final = status !== "FILLING" && pending === 0;
  if (failed === 0) return { final, rows: 0 };
  const rows: (string | undefined)[][] = [];
  let after: string | undefined;
  do {
    const { items, next } = await listFills(store, batch, { status: "FAILED", after, limit: 200 });
    for (const it of items) rows.push([it.patronId, it.lastName, it.firstName, batch.medium, it.status, it.reason]);
    after = next;
  } while (after !== undefined);
  const key = serviceQueuesKey(batch, moment);
  const text = csvMark + csvText([queuesHeader, ...rows]);
  if (!(await keepMade(store, batch, key, async () => await store.objects.putText(key, text, csvType))))
    return undefined;
  const csvUrl = await store.objects.downloadUrl(key, `service-queues-${batch.batchUpdateId}.csv`, csvType);
  return { final, rows: rows.length, csvUrl };
}

export const batchUpdateResultRoutes: readonly Route[] = [
  implement(outcomes.list, listOutcomes),
  implement(outcomes.ids, listIds),
  implement(report.get, reportFiles),
];
