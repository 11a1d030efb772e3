import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { isOpenToSupport, needsOther } from "#domain/batch-update/approval";
import { isFinal } from "#domain/batch-update/state";
import { allEnded, sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadProgress } from "#records/batch-updates/progress";
import { countInUndo } from "#records/batch-updates/undos";
import type { AuditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { fillSummary } from "#records/service-queues/fill-summary";
import type { Store } from "#records/store/store";
import { standsInLine } from "#workflows/line";
import { actOf } from "./act.ts";
import { answersAtOnce } from "./page.ts";
import { notFound, notYet, Problem } from "./problem.ts";
import type { Call, Dependencies } from "./route.ts";

/** The batch update that a call names, or 404. */
export async function batchUpdateOf(
  { params }: Pick<Call<unknown, unknown, "batchUpdateId">, "params">,
  store: Store,
): Promise<BatchUpdate> {
  const found = await loadBatchUpdate(store, params.batchUpdateId);
  if (found === undefined) throw notFound();
  return found;
}

/**
 * The batch update as long as what it keeps of its patrons is there.
 *
 * @throws GONE where the library's time to keep it is over
 */
export function requireEvidence<Batch extends BatchUpdate>(batch: Batch): Batch {
  if (batch.evidence === undefined) return batch;
  throw new Problem(
    "GONE",
    "What this batch update kept about its patrons was deleted when the library's retention period ended. Its counts stay.",
  );
}

/** @throws CONFLICT where it has not come to its end */
export function requireEnded({ status }: BatchUpdate): void {
  if (!isFinal(status)) throw notYet("ENDED", status, `The batch update is ${status}. Try again when it has finished.`);
}

/** Refuses support where a batch update is the library's alone. */
export function requireSupportable({ role }: Pick<Call, "role">, batch: BatchUpdate): void {
  if (role === "support" && !isOpenToSupport(batch)) {
    throw new Problem("FORBIDDEN", "Support may do this only with a retry or an undo.");
  }
}

/** The batch update of a call that support may make with an undo or a retry alone. */
export async function supportableOf(
  call: Call<unknown, unknown, "batchUpdateId">,
  { store }: Pick<Dependencies, "store">,
): Promise<BatchUpdate> {
  const batch = await batchUpdateOf(call, store);
  requireSupportable(call, batch);
  return batch;
}

/** What a call does with a batch update, as it is told in the audit. */
export function auditOf(
  call: Call<unknown, unknown>,
  action: string,
  { batchUpdateId, name }: Pick<BatchUpdate, "batchUpdateId" | "name">,
  detail = "",
): AuditEntry {
  const named = name === undefined ? {} : { subjectName: name };
  return actOf(call, action, `batch-updates/${batchUpdateId}`, { detail, ...named });
}

async function progressOf(store: Store, batch: BatchUpdate): Promise<BatchUpdateAnswer["progress"]> {
  const progress = await loadProgress(store, batch);
  const { batchUpdateId: id, status } = batch;
  const mayWait = status === "PLANNING" && progress.done === 0;
  const waiting = mayWait && (await standsInLine(store, { id, workflow: "plan" }));
  return { ...progress, ...(waiting && { waiting }) };
}

/** Who processes must not be who created it, where the library demands four eyes. */
async function requireOtherEyes(call: Call<unknown, unknown>, store: Store, batch: BatchUpdate): Promise<void> {
  const { approval } = await requireLibrary(store);
  if (!needsOther(approval, batch, call.caller)) return;
  const which = approval === "LARGE" ? "a large batch update" : "a batch update";
  const who = `Your library requires someone other than the person who created ${which} to process it.`;
  throw new Problem("FORBIDDEN", `${who} Hand it over to another administrator.`);
}

/** The batch update of a call that processes it: one that the caller may process at all. */
export async function processableOf(
  call: Call<unknown, unknown, "batchUpdateId">,
  { store }: Pick<Dependencies, "store">,
): Promise<BatchUpdate> {
  const batch = await batchUpdateOf(call, store);
  requireSupportable(call, batch);
  await requireOtherEyes(call, store, batch);
  return batch;
}

/** A batch update as it is answered, with what is only known by looking: progress, fills, children. */
export async function batchUpdateAnswer(store: Store, batch: BatchUpdate): Promise<BatchUpdateAnswer> {
  const [progress, serviceQueues, searchStatement, children, hasSet] = await allEnded([
    progressOf(store, batch),
    fillSummary(store, batch),
    searchStatementOf(store, batch),
    childrenOf(store, batch),
    hasQuerySet(store, batch),
  ]);
  const { plan, changes, kind, schedule } = batch;
  return {
    batchUpdateId: batch.batchUpdateId,
    ...optional(batch, ["name", "stateReason", "nightlyDebug", "counts", "parentId", "undoableUntil"]),
    querySetId: batch.querySetId,
    status: batch.status,
    kind,
    medium: batch.medium,
    ...(batch.undoes === undefined && { changes }),
    searchStatement,
    large: batch.large,
    ...(plan !== undefined && { plan: planAnswer(plan) }),
    progress,
    serviceQueues,
    children,
    ...(batch.evidence !== undefined && { evidence: "DELETED" as const }),
    ...(!hasSet && { querySetEnded: true as const }),
    createdBy: batch.createdBy,
    createdAt: batch.createdAt,
    ...notes(batch),
    ...(schedule !== undefined && { processAt: schedule.at, scheduledBy: schedule.by }),
    ...optional(batch, ["plannedAt", "processedBy", "processedAt", "finishedAt"]),
  };
}

/** Whom it waits for, or who gave it back: the names alone. */
function notes({ handover, returned }: BatchUpdate): Pick<BatchUpdateAnswer, "handover" | "returned"> {
  const shown = <Note extends { bySub: string }>({ bySub: _, ...note }: Note) => note;
  return {
    ...(handover !== undefined && { handover: shown(handover) }),
    ...(returned !== undefined && { returned: shown(returned) }),
  };
}

function planAnswer({ base: _, ...plan }: NonNullable<BatchUpdate["plan"]>) {
  return plan;
}

function optional<Name extends keyof BatchUpdate>(
  batch: BatchUpdate,
  names: readonly Name[],
): Partial<Pick<BatchUpdate, Name>> {
  const found: Partial<Pick<BatchUpdate, Name>> = {};
  for (const name of names) if (batch[name] !== undefined) found[name] = batch[name];
  return found;
}

/** What follows a batch update up: how each stands, and of an undo how many patrons it has taken on. */
export async function childrenOf(store: Store, batch: BatchUpdate): Promise<BatchUpdateAnswer["children"]> {
  return await sideBySide(batch.children, answersAtOnce, async ({ batchUpdateId, kind }) => {
    const child = await loadBatchUpdate(store, batchUpdateId);
    if (child === undefined) return { batchUpdateId, kind, status: "FAILED" };
    return {
      batchUpdateId,
      kind,
      status: child.status,
      ...(kind === "UNDO" && { patrons: await countInUndo(store, batch, child) }),
      ...optional(child, ["finishedAt"]),
    };
  });
}

/** As long as a batch update has its evidence, its query set is kept. */
async function hasQuerySet(store: Store, { evidence, querySetId }: BatchUpdate): Promise<boolean> {
  return evidence === undefined || (await loadQuerySet(store, querySetId)) !== undefined;
}

async function searchStatementOf(store: Store, batch: BatchUpdate): Promise<string> {
  if (batch.searchStatement !== undefined) return batch.searchStatement;
  return (await loadQuerySet(store, batch.querySetId))?.searchStatement ?? "";
}
