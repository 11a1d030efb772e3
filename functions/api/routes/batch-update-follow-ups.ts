import { batchUpdates } from "#contract/batch-updates";
import { type Outcome, retriedOutcomes, writtenOutcomes } from "#domain/batch-update/outcome";
import { isFinal } from "#domain/batch-update/state";
import { type Undoable, whyNotUndoable } from "#domain/batch-update/undoable";
import { type BatchUpdateId, batchUpdateIdSchema, type PatronId } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { patronCount } from "#domain/patron-count";
import { type BatchUpdate, loadBatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { addChild, type Made, type NewBatchUpdate } from "#records/batch-updates/moves";
import { loadOutcomeIndex } from "#records/batch-updates/outcomes";
import { loadPlanIndex, type PlanSource, saveSource } from "#records/batch-updates/plans";
import { patronsInUndos } from "#records/batch-updates/undos";
import { auditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import type { Store } from "#records/store/store";
import { auditOf, batchUpdateAnswer, batchUpdateOf, childrenOf, requireEvidence } from "../batch-update-answer.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { conflict, invalid, notYet } from "../problem.ts";
import { type Call, type CallOf, created, type Dependencies, implement, type Route } from "../route.ts";

/** What each patron's outcome was, in the order of the plan. */
interface Outcomes {
  readonly patronIds: readonly PatronId[];
  readonly outcomes: readonly Outcome[];
  readonly starts: readonly number[];
}

const allTaken = "All of these patrons are in another undo of this batch update already.";

async function retry(call: CallOf<typeof batchUpdates.retry>, { store, workflows }: Dependencies) {
  for (;;) {
    const parent = await batchUpdateOf(call, store);
    const existing = await alreadyMade(call, store);
    if (existing !== undefined) return created(await batchUpdateAnswer(store, existing));
    const done = await outcomesOf(store, parent, "retried");
    for (const child of parent.children.filter(({ kind }) => kind === "RETRY")) {
      const open = await loadBatchUpdate(store, child.batchUpdateId);
      if (open !== undefined && !isFinal(open.status)) {
        throw conflict("Another retry of this batch update is open. Continue with that one, or cancel it.", {
          conflictsWith: open.batchUpdateId,
        });
      }
    }
    const chosen = done.outcomes.flatMap((outcome, line) => (retriedOutcomes.includes(outcome) ? [line] : []));
    if (chosen.length === 0)
      throw conflict("There is no one to retry: no patron failed, was in conflict, or was left over.");
    const undone = parent.undoes === undefined ? undefined : await requireBatchUpdate(store, parent.undoes);
    const patronIds = new Set(chosen.map((line) => done.patronIds[line] ?? ""));
    const source =
      undone === undefined
        ? sourceOf(parent, done, chosen, [])
        : await undoSource(store, undone, patronIds, parent.batchUpdateId);
    const child = await childOf(call, store, parent, "RETRY", source, undone);
    if (child !== undefined) return await startChild(store, workflows, child);
  }
}

async function undo(call: CallOf<typeof batchUpdates.undo>, { store, workflows }: Dependencies) {
  for (;;) {
    const parent = await batchUpdateOf(call, store);
    const existing = await alreadyMade(call, store);
    if (existing !== undefined) return created(await batchUpdateAnswer(store, existing));
    requireUndoable(parent, await childrenOf(store, parent), call.now);
    const done = await outcomesOf(store, parent, "undone");
    const changed = new Set<string>(
      done.patronIds.filter((_, line) => writtenOutcomes.includes(done.outcomes[line] ?? "FAILED")),
    );
    const { patronIds = [...changed] } = call.body;
    const others = patronIds.flatMap((patronId, i) => (changed.has(patronId) ? [] : [i]));
    if (others.length > 0) {
      const message = "was not changed by this batch update";
      throw invalid(...others.slice(0, 100).map((i) => ({ path: `patronIds[${i}]`, message })));
    }
    if (patronIds.length === 0) throw invalid({ path: "patronIds", message: "must name at least one patron" });
    const source = await undoSource(store, parent, new Set(patronIds), undefined);
    if (source.selected.count() === source.taken.count()) {
      throw conflict(allTaken);
    }
    const child = await childOf(call, store, parent, "UNDO", source, parent);
    if (child !== undefined) return await startChild(store, workflows, child);
  }
}

function requireUndoable(batch: BatchUpdate, children: Undoable["children"], now: Date): void {
  switch (whyNotUndoable({ ...batch, children }, now)) {
    case "TOO_LATE":
      throw conflict(
        `This batch update could be undone until ${batch.undoableUntil}. Create a new batch update instead.`,
      );
    case "NOTHING_CHANGED":
      throw conflict("There is nothing to undo: this batch update changed no one.");
    case "ALL_TAKEN":
      throw conflict(allTaken);
    default:
    // It can be, or what is read next of it refuses.
  }
}

/** What an earlier try of the same request made. */
async function alreadyMade(call: Call<unknown, unknown>, store: Store): Promise<BatchUpdate | undefined> {
  if (call.onceKey === undefined) return undefined;
  return await loadBatchUpdate(store, batchUpdateIdSchema.parse(call.newId));
}

async function outcomesOf(store: Store, batch: BatchUpdate, what: string): Promise<Outcomes> {
  requireEvidence(batch);
  const outcomes =
    isFinal(batch.status) && batch.processedAt !== undefined ? await loadOutcomeIndex(store, batch) : undefined;
  if (outcomes === undefined) {
    throw notYet(
      "ENDED",
      batch.status,
      `The batch update is ${batch.status}. It can be ${what} once it was processed and has ended.`,
    );
  }
  const { patronIds, starts } = await loadPlanIndex(store, batch);
  return { patronIds, outcomes, starts };
}

function sourceOf(
  from: BatchUpdate,
  { patronIds, starts }: Outcomes,
  chosen: readonly number[],
  taken: readonly number[],
): PlanSource {
  const lines = patronIds.length;
  return {
    from: "BATCH_UPDATE",
    id: from.batchUpdateId,
    chunks: starts.length,
    starts,
    lines,
    selected: LineSet.of(lines, chosen),
    taken: LineSet.of(lines, taken),
  };
}

/** The lines of the batch update to be taken back, for these patrons; those that another undo has are marked. */
async function undoSource(
  store: Store,
  undone: BatchUpdate,
  patronIds: ReadonlySet<string>,
  except: BatchUpdateId | undefined,
): Promise<PlanSource> {
  const done = await outcomesOf(store, undone, "undone");
  const elsewhere = await patronsInUndos(store, undone, except);
  const chosen = done.patronIds.flatMap((patronId, line) => (patronIds.has(patronId) ? [line] : []));
  const taken = chosen.filter((line) => elsewhere.has(done.patronIds[line] ?? ""));
  return sourceOf(undone, done, chosen, taken);
}

/**
 * Keeps the new batch update under its parent; undefined where the parent, or what is undone, changed meanwhile and all must
 * be looked at again.
 */
async function childOf(
  call: Call<unknown, unknown>,
  store: Store,
  parent: BatchUpdate,
  kind: "RETRY" | "UNDO",
  source: PlanSource,
  undone: BatchUpdate | undefined,
): Promise<Made | undefined> {
  const { library, caller, now } = call;
  const batchUpdateId = batchUpdateIdSchema.parse(call.newId);
  const settings = await requireLibrary(store);
  const patrons = source.selected.count();
  const spec =
    undone === undefined ? { nightlyDebug: parent.nightlyDebug ?? false, changes: parent.changes } : { changes: {} };
  const child: NewBatchUpdate & { kind: typeof kind } = {
    library,
    batchUpdateId,
    ...(parent.name !== undefined && { name: parent.name }),
    querySetId: parent.querySetId,
    kind,
    parentId: parent.batchUpdateId,
    ...(undone !== undefined && { undoes: undone.batchUpdateId }),
    medium: parent.medium,
    ...spec,
    ...(parent.searchStatement !== undefined && { searchStatement: parent.searchStatement }),
    patrons,
    large: patrons > settings.largeBatchThreshold,
    // Undoing a withdrawal asks for queues to be filled again.
    ...(undone !== undefined && { claims: patrons - source.taken.count() }),
    asksForFills: undone === undefined ? parent.asksForFills : undone.undoes !== undefined,
    ...madeBy(caller),
    createdAt: now.toISOString(),
  };
  await saveSource(store, child, source);
  const action = kind === "RETRY" ? "BATCH_UPDATE_RETRIED" : "BATCH_UPDATE_UNDONE";
  const made = await addChild(
    store,
    parent,
    undone ?? parent,
    child,
    await auditEntry(
      store,
      batchUpdateId,
      auditOf(call, action, parent, `${patronCount(patrons)}, as ${batchUpdateId}`),
    ),
  );
  if (made === undefined && (await loadBatchUpdate(store, batchUpdateId)) !== undefined) alreadyThere(call);
  return made;
}

async function startChild(store: Store, workflows: Dependencies["workflows"], { batch, work }: Made) {
  await workflows.start(work);
  return created(await batchUpdateAnswer(store, (await loadBatchUpdate(store, batch.batchUpdateId)) ?? batch));
}

export const batchUpdateFollowUpRoutes: readonly Route[] = [
  implement(batchUpdates.retry, retry, { subject: async (call, { store }) => await batchUpdateOf(call, store) }),
  implement(batchUpdates.undo, undo, { subject: async (call, { store }) => await batchUpdateOf(call, store) }),
];
