import { Readable } from "node:stream";
import { type PlanExclusions, plan } from "#contract/plan";
import { planActions } from "#domain/batch-update/outcome";
import { csvMark, csvText } from "#domain/csv";
import type { LineSet } from "#domain/line-set";
import { patronCount } from "#domain/patron-count";
import { distributionOf } from "#domain/plan/distribution";
import { lineChanges, type PlanLine } from "#domain/plan/plan";
import { lineMatches, type PlanIndex, plannedAs, summarisePlan } from "#domain/plan/plan-summary";
import { spreadOf } from "#domain/plan/update-spec";
import { patronSearch } from "#domain/profile/patron-search";
import { allEnded, sideBySide } from "#platform/side-by-side";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { exclude } from "#records/batch-updates/moves";
import {
  chunkOfLine,
  loadPlanExclusions,
  loadPlanIndex,
  loadPlanValues,
  planChunkForPage,
  planDigest,
  planExportsPrefix,
  readPlanChunk,
} from "#records/batch-updates/plans";
import { auditEntry } from "#records/library/audit";
import type { Store } from "#records/store/store";
import {
  auditOf,
  batchUpdateAnswer,
  batchUpdateOf,
  requireEvidence,
  requireSupportable,
  supportableOf,
} from "../batch-update-answer.ts";
import { idsByGroup, linesThatFit, mostIds } from "../lines-that-fit.ts";
import { keepMade } from "../made-on-request.ts";
import { answersAtOnce, decodeNumberCursor, page } from "../page.ts";
import { conflict, invalid, notYet } from "../problem.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

async function plannedOf(
  call: Call<unknown, unknown, "batchUpdateId">,
  store: Store,
): Promise<BatchUpdate & { plan: NonNullable<BatchUpdate["plan"]> }> {
  const batch = requireEvidence(await batchUpdateOf(call, store));
  const { plan } = batch;
  if (plan === undefined) {
    throw notYet("READY", batch.status, `The batch update is ${batch.status} and has no plan to show.`);
  }
  return { ...batch, plan };
}

type Narrowed = Omit<CallOf<typeof plan.list>["query"], "limit">;

/** Lines of a plan that fit a page, with what says which they are. */
async function fittingLines(store: Store, batch: BatchUpdate, { cursor, q, ...filter }: Narrowed, limit: number) {
  const [index, { lines: excluded }] = await allEnded([loadPlanIndex(store, batch), loadPlanExclusions(store, batch)]);
  const isMeant = patronSearch(q);
  const page = linesThatFit(
    index.patronIds.length,
    { from: decodeNumberCursor(cursor), limit },
    (line) =>
      lineMatches(index, line, excluded, filter) &&
      isMeant?.(index.patronIds[line] ?? "", index.lastNames[line] ?? "") !== false,
  );
  return { ...page, index, excluded };
}

async function listPlan(call: CallOf<typeof plan.list>, { store }: Dependencies) {
  const batch = await plannedOf(call, store);
  const { limit, ...narrowed } = call.query;
  const { found, next, index, excluded } = await fittingLines(store, batch, narrowed, limit);
  const lines = await readPlanLines(store, batch, index.starts, found);
  return ok(
    page(
      lines.map((line) => planItem(line, excluded)),
      next,
    ),
  );
}

async function listIds(call: CallOf<typeof plan.ids>, { store }: Dependencies) {
  const batch = await plannedOf(call, store);
  const { found, next, index, excluded } = await fittingLines(store, batch, call.query, mostIds);
  const groups = idsByGroup(found, index.patronIds, (line) =>
    excluded.has(line) ? ("EXCLUDED" as const) : planActions[index.actions[line] ?? -1],
  );
  return ok(
    page(
      groups.map(({ group: action, patronIds }) => ({ action, patronIds })),
      next,
    ),
  );
}

/** Lines of a plan by number: each chunk they are in is read once. */
async function readPlanLines(
  store: Store,
  batch: BatchUpdate,
  starts: readonly number[],
  numbers: readonly number[],
): Promise<PlanLine[]> {
  const chunks = [...new Set(numbers.map((line) => chunkOfLine(starts, line)))];
  const read = new Map(
    await sideBySide(
      chunks,
      answersAtOnce,
      async (chunk) => [chunk, await planChunkForPage(store, batch, chunk)] as const,
    ),
  );
  return numbers.flatMap((number) => {
    const chunk = chunkOfLine(starts, number);
    const line = read.get(chunk)?.[number - (starts[chunk] ?? 0)];
    return line === undefined ? [] : [line];
  });
}

function planItem(line: PlanLine, excluded: LineSet) {
  const { patronId, lastName, firstName, action, warnings, problem } = line;
  return {
    patronId,
    ...(lastName !== undefined && { lastName }),
    ...(firstName !== undefined && { firstName }),
    action: excluded.has(line.line) ? ("EXCLUDED" as const) : action,
    changes: lineChanges(line),
    warnings,
    ...(problem !== undefined && { problem }),
  };
}

const exportHeader = [
  "patronId",
  "lastName",
  "firstName",
  "medium",
  "action",
  "field",
  "before",
  "after",
  "warnings",
  "code",
  "message",
];

/** Writes the plan as a spreadsheet, one row for each change of each patron. */
async function exportPlan(call: CallOf<typeof plan.export>, { store }: Dependencies) {
  for (;;) {
    const batch = await plannedOf(call, store);
    const { lines: excluded, revision } = await loadPlanExclusions(store, batch);
    // One that was made before somebody was erased is never found again.
    const key = `${[`${planExportsPrefix(batch)}${revision}`, batch.rewritten].filter(Boolean).join("-")}.csv`;
    const put = async () =>
      await store.objects.putStream(key, Readable.from(exportParts(store, batch, excluded)), csvType);
    if (!(await store.objects.has(key)) && !(await keepMade(store, batch, key, put))) continue;
    return ok({ csvUrl: await store.objects.downloadUrl(key, `plan-${batch.batchUpdateId}.csv`, csvType) });
  }
}

const csvType = "text/csv; charset=utf-8";

async function* exportParts(store: Store, batch: BatchUpdate, excluded: LineSet): AsyncGenerator<string> {
  yield csvMark + csvText([exportHeader]);
  for (let chunk = 0; chunk < (batch.starts?.length ?? 0); chunk++) {
    const lines = await readPlanChunk(store, batch, chunk);
    yield csvText(lines.flatMap((line) => exportRows(planItem(line, excluded), batch.medium)));
  }
}

function exportRows(item: ReturnType<typeof planItem>, medium: string) {
  const patron = [item.patronId, item.lastName, item.firstName, medium, item.action];
  const rest = [item.warnings.join(" "), item.problem?.code, item.problem?.message];
  if (item.changes.length === 0) return [[...patron, undefined, undefined, undefined, ...rest]];
  return item.changes.map(({ field, before, after }) => [...patron, field, before, after, ...rest]);
}

async function distribution(call: CallOf<typeof plan.distribution>, { store }: Dependencies) {
  const batch = await plannedOf(call, store);
  const [values, { lines: excluded }] = await allEnded([
    loadPlanValues(store, batch),
    loadPlanExclusions(store, batch),
  ]);
  if (values === undefined) {
    throw conflict("An earlier version made this plan and kept no values to count. Duplicate the batch update.");
  }
  return ok({ fields: distributionOf(values, excluded, batch.undoes === undefined ? batch.changes : undefined) });
}

async function changeExclusions(
  call: CallOf<typeof plan.exclude>,
  { store }: Dependencies,
  change: "exclude" | "remove",
) {
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    requireSupportable(call, batch);
    const { plan, status } = batch;
    if (status !== "READY" || plan === undefined) {
      throw notYet("READY", status, `The batch update is ${status}. Patrons can be left out only while it is READY.`);
    }
    const [index, before] = await allEnded([loadPlanIndex(store, batch), loadPlanExclusions(store, batch)]);
    const chosen = chosenLines(index, call.body);
    const lines = change === "exclude" ? before.lines.with(chosen) : before.lines.without(chosen);
    const summary = summarisePlan(index, lines, spreadOf(batch.changes) !== undefined);
    const next = { ...summary, base: plan.base, digest: planDigest(plan.base, lines) };
    const action = change === "exclude" ? "BATCH_UPDATE_PATRONS_EXCLUDED" : "BATCH_UPDATE_PATRONS_INCLUDED";
    const saved = await exclude(
      store,
      batch,
      { read: before, lines },
      next,
      await auditEntry(store, call.newId, auditOf(call, action, batch, patronCount(chosen.length))),
    );
    if (saved !== undefined) return ok(await batchUpdateAnswer(store, saved));
  }
}

function chosenLines(index: PlanIndex, body: PlanExclusions): number[] {
  if (!("patronIds" in body)) {
    return index.patronIds.flatMap((_, line) => (plannedAs(index, line, body) ? [line] : []));
  }
  const wanted = new Set(body.patronIds);
  const lines = index.patronIds.flatMap((patronId, line) => (wanted.delete(patronId) ? [line] : []));
  if (wanted.size > 0) {
    const missing = body.patronIds.flatMap((patronId, i) => (wanted.has(patronId) ? [i] : []));
    throw invalid(...missing.slice(0, 100).map((i) => ({ path: `patronIds[${i}]`, message: "is not in this plan" })));
  }
  return lines;
}

export const batchUpdateReviewRoutes: readonly Route[] = [
  implement(plan.list, listPlan),
  implement(plan.ids, listIds),
  implement(plan.export, exportPlan),
  implement(plan.distribution, distribution),
  implement(plan.exclude, (call, dependencies) => changeExclusions(call, dependencies, "exclude"), {
    subject: supportableOf,
  }),
  implement(plan.include, (call, dependencies) => changeExclusions(call, dependencies, "remove"), {
    subject: supportableOf,
  }),
];
