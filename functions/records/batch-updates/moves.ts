import { randomUUID } from "node:crypto";
import { reviewUntil } from "#domain/batch-update/final-state";
import { cancelledFrom } from "#domain/batch-update/moves";
import { writeTelling } from "#records/library/events";
import type { Exclusions } from "#records/store/exclusions";
import { closeTrouble, type OpenWork, openTrouble, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { ifAbsent, ifRevision, type Write } from "#records/store/table";
import type { BatchUpdate } from "./batch-updates.ts";
import { bySystem, itemOf, type Moved, move, requireLegal, toldAs } from "./move.ts";
import {
  closePlanning,
  closeReview,
  closeSchedule,
  closeWaiting,
  openReview,
  openSchedule,
  troubleOf,
  workOf,
} from "./open-items.ts";
import { changedExclusions } from "./plans.ts";

/** Made and not yet kept: a batch update begins by being planned. */
export type NewBatchUpdate = Omit<BatchUpdate, "status" | "children" | "revision">;

function planned(batch: NewBatchUpdate): { batch: BatchUpdate; work: OpenWork; writes: Write[] } {
  const made: BatchUpdate = { ...batch, status: "PLANNING", children: [], revision: 1 };
  const work = workOf(batch, "plan", batch.createdAt);
  return { batch: made, work, writes: [{ put: itemOf(made), if: ifAbsent }, openWork(work)] };
}

/** What was made, with the work that is to be started for it. */
export interface Made {
  readonly batch: BatchUpdate;
  readonly work: OpenWork;
}

/** Keeps a new batch update, PLANNING. `isNew` is false where the id is taken: then nothing was written. */
export async function createBatchUpdate(
  store: Store,
  batch: NewBatchUpdate,
  ...audit: Write[]
): Promise<Made & { readonly isNew: boolean }> {
  const { writes, ...made } = planned(batch);
  const { done } = await writeTelling(store, [toldAs(batch, "PLANNING")], ...writes, ...audit);
  return { ...made, isNew: done };
}

/**
 * Keeps a retry or an undo under the batch update that it follows up, which has ended.
 *
 * @param source the batch update whose lines it takes, as it was read with its evidence: a retry of an undo takes those of
 *   what is undone. Written anew with it, so that forgetting it and following it up cannot both pass.
 */
export async function addChild(
  store: Store,
  parent: BatchUpdate,
  source: BatchUpdate,
  child: NewBatchUpdate & { readonly kind: "RETRY" | "UNDO" },
  audit: Write,
): Promise<Made | undefined> {
  const { batchUpdateId, kind } = child;
  const { writes, ...made } = planned(child);
  requireLegal("addChild", parent, parent.status);
  const next = { ...parent, children: [...parent.children, { batchUpdateId, kind }], revision: parent.revision + 1 };
  const changed = [{ put: itemOf(next), if: ifRevision(parent.revision) }];
  if (source.batchUpdateId !== parent.batchUpdateId) {
    changed.push({ put: itemOf({ ...source, revision: source.revision + 1 }), if: ifRevision(source.revision) });
  }
  const { done } = await writeTelling(store, [toldAs(child, "PLANNING")], ...changed, ...writes, audit);
  return done ? made : undefined;
}

/** Keeps where the chunks of the plan begin. The first to say so counts: a split that runs again finds them there. */
export async function split(
  store: Store,
  batch: BatchUpdate,
  chunks: Pick<BatchUpdate, "starts" | "patronsAsOf">,
): Promise<Moved> {
  return await move(store, "split", batch, "PLANNING", chunks);
}

/** PLANNING becomes READY: the plan is whole. From now on its review waits for somebody to go on with it. */
export async function seal(
  store: Store,
  batch: BatchUpdate,
  sealed: Pick<BatchUpdate, "plan" | "starts" | "large">,
  at: Date,
): Promise<Moved> {
  const until = reviewUntil(at).toISOString();
  return await move(
    store,
    "seal",
    batch,
    "READY",
    { ...sealed, plannedAt: at.toISOString(), reviewUntil: until },
    closePlanning(batch),
    openReview(batch, until),
  );
}

/** PLANNING becomes FAILED. `reason` is a sentence for the person who made the batch update. */
export async function failPlanning(store: Store, batch: BatchUpdate, reason: string, at: Date): Promise<Moved> {
  const failed = { stateReason: reason, finishedAt: at.toISOString() };
  const audit = await bySystem(store, batch, "BATCH_UPDATE_FAILED", reason, at);
  const told = openTrouble({ ...troubleOf(batch, "plan", at), trouble: "JOB_FAILED", summary: reason });
  return await move(store, "failPlanning", batch, "FAILED", failed, closePlanning(batch), told, audit);
}

/** FAILED becomes PLANNING again, where planning failed. What was planned of it stays planned. */
export async function planAgain(store: Store, batch: BatchUpdate, work: OpenWork, audit: Write): Promise<Moved> {
  const { library, batchUpdateId: id } = batch;
  requireLegal("planAgain", batch, "PLANNING");
  if (batch.processedAt !== undefined) throw new Error("A batch update that was processed is not planned again");
  if (batch.evidence !== undefined) throw new Error("A batch update whose evidence is deleted is not planned again");
  const told = closeTrouble({ library, id, troubleOf: "plan" });
  const unsaid = { stateReason: undefined, finishedAt: undefined };
  return await move(store, "planAgain", batch, "PLANNING", unsaid, openWork(work), told, audit);
}

/** Leaves patrons of a READY plan out, or takes them in again; the plan's counts and digest follow. */
export async function exclude(
  store: Store,
  batch: BatchUpdate,
  exclusions: { readonly read: Exclusions; readonly lines: Exclusions["lines"] },
  plan: NonNullable<BatchUpdate["plan"]>,
  audit: Write,
): Promise<Moved> {
  const changed = changedExclusions(batch, exclusions.read, exclusions.lines);
  return await move(store, "exclude", batch, "READY", { plan }, changed, audit);
}

/** Tells the administrators that a review waits for them; handed over again, the last one counts. */
export async function handOver(
  store: Store,
  batch: BatchUpdate,
  handover: NonNullable<BatchUpdate["handover"]>,
  audit: Write,
): Promise<Moved> {
  return await move(store, "handOver", batch, "READY", { handover, returned: undefined }, audit);
}

/** Gives a review back to whoever handed it over. */
export async function handBack(
  store: Store,
  batch: BatchUpdate,
  returned: NonNullable<BatchUpdate["returned"]>,
  audit: Write,
): Promise<Moved> {
  return await move(store, "handBack", batch, "READY", { handover: undefined, returned }, audit);
}

/** READY becomes SCHEDULED: the review is over, and the sweep begins it when its time has come. */
export async function schedule(
  store: Store,
  batch: BatchUpdate,
  by: Pick<BatchUpdate, "processedWith"> & { readonly schedule: NonNullable<BatchUpdate["schedule"]> },
  audit: Write,
): Promise<Moved> {
  const changes = { ...by, stateReason: undefined };
  return await move(
    store,
    "schedule",
    batch,
    "SCHEDULED",
    changes,
    openSchedule(batch, by.schedule.at),
    closeReview(batch),
    audit,
  );
}

/** SCHEDULED becomes READY again, with a new review. */
export async function unschedule(store: Store, batch: BatchUpdate, at: Date, audit: Write): Promise<Moved> {
  return await backToReview(store, batch, undefined, at, audit);
}

/** The same by the system, for whoever scheduled it may not process any more. */
export async function revokeSchedule(store: Store, batch: BatchUpdate, reason: string, at: Date): Promise<Moved> {
  const audit = await bySystem(store, batch, "BATCH_UPDATE_UNSCHEDULED", reason, at);
  return await backToReview(store, batch, reason, at, audit);
}

async function backToReview(
  store: Store,
  batch: BatchUpdate,
  stateReason: string | undefined,
  at: Date,
  audit: Write,
): Promise<Moved> {
  const until = reviewUntil(at).toISOString();
  const changes = { schedule: undefined, processedWith: undefined, stateReason, reviewUntil: until };
  return await move(
    store,
    "unschedule",
    batch,
    "READY",
    changes,
    openReview(batch, until),
    closeSchedule(batch),
    audit,
  );
}

/** Cancels as somebody asked: at once before anything was written, else as soon as what is under way has ended. */
export async function cancel(
  store: Store,
  batch: BatchUpdate & { readonly status: "PLANNING" | "READY" | "SCHEDULED" | "PROCESSING" },
  reason: string,
  at: Date,
  audit: Write,
): Promise<Moved> {
  const to = cancelledFrom(batch.status);
  if (batch.status === "PROCESSING") return await move(store, "cancel", batch, to, { stateReason: reason }, audit);
  const ended = { stateReason: reason, finishedAt: at.toISOString() };
  const open = batch.status === "PLANNING" ? closePlanning(batch) : closeWaiting(batch);
  return await move(store, "cancel", batch, to, ended, open, audit);
}

/** READY becomes CANCELLED, for nobody went on with the review. */
export async function expire(store: Store, batch: BatchUpdate, reason: string, at: Date): Promise<Moved> {
  const ended = { stateReason: reason, finishedAt: at.toISOString() };
  const audit = await bySystem(store, batch, "BATCH_UPDATE_EXPIRED", reason, at);
  return await move(store, "expire", batch, "CANCELLED", ended, closeReview(batch), audit);
}

/** Gives it another name. It is shown, and decides nothing: no digest and no rule knows it. */
export async function rename(store: Store, batch: BatchUpdate, name: string, audit: Write): Promise<Moved> {
  return await move(store, "rename", batch, batch.status, { name }, audit);
}

/** From now on nobody reads its evidence any more: it is being deleted. */
export async function beginForgetting(store: Store, batch: BatchUpdate, olderKept = false): Promise<Moved> {
  return await move(store, "forget", batch, batch.status, { evidence: "DELETING", ...(olderKept && { olderKept }) });
}

/** Its evidence is deleted for good. */
export async function endForgetting(store: Store, batch: BatchUpdate, objects: number, at: Date): Promise<Moved> {
  const audit = await bySystem(store, batch, "EVIDENCE_DELETED", `${objects} objects, kept for as long as was set`, at);
  return await move(store, "forget", batch, batch.status, { evidence: "DELETED" }, audit);
}

/** Objects of it were rewritten: whoever keeps some of them reads them anew. */
export async function noteErasure(store: Store, batch: BatchUpdate): Promise<Moved> {
  return await move(store, "erase", batch, batch.status, { rewritten: randomUUID() });
}
