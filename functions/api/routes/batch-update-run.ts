import { batchUpdates } from "#contract/batch-updates";
import { patronsToWrite } from "#domain/batch-update/counts";
import { scheduleProblem } from "#domain/batch-update/schedule";
import { isFinal } from "#domain/batch-update/state";
import { isMaker } from "#domain/maker";
import { patronCount } from "#domain/patron-count";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { cancel as cancelBatchUpdate, schedule, unschedule } from "#records/batch-updates/moves";
import { begin } from "#records/batch-updates/run-moves";
import { auditEntry } from "#records/library/audit";
import { auditOf, batchUpdateAnswer, batchUpdateOf, processableOf } from "../batch-update-answer.ts";
import { conflict, invalid, notYet, Problem, stillAtWork } from "../problem.ts";
import { accepted, type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

/**
 * Begins to apply a plan, or schedules it: the very one that was looked at, and only one at a time for a medium of a
 * library.
 */
async function processPlan(call: CallOf<typeof batchUpdates.process>, { store, workflows }: Dependencies) {
  const { body, now, caller, role, onceKey } = call;
  for (;;) {
    const batch = await processableOf(call, { store });
    const { batchUpdateId: id, medium } = batch;
    if (onceKey !== undefined && batch.processedWith === onceKey)
      return accepted(await batchUpdateAnswer(store, batch));
    const problem = body.at === undefined ? undefined : scheduleProblem(new Date(body.at), now);
    if (problem !== undefined) throw invalid({ path: "at", message: problem });
    const detail = `${patronCount(requireReviewed(batch, body))}, digest ${body.planDigest}`;
    const by = { ...(onceKey !== undefined && { processedWith: onceKey }) };
    if (body.at !== undefined) {
      const at = new Date(body.at).toISOString();
      const act = auditOf(call, "BATCH_UPDATE_SCHEDULED", batch, `${detail}, for ${at}`);
      const why = call.reason !== undefined && { reason: call.reason };
      const scheduled = { ...by, schedule: { at, by: caller.name, bySub: caller.sub, role, ...why } };
      const saved = await schedule(store, batch, scheduled, await auditEntry(store, call.newId, act));
      if (saved === undefined) continue;
      return accepted(await batchUpdateAnswer(store, saved));
    }
    const begun = await begin(
      store,
      batch,
      { ...by, processedBy: caller.name, processedBySub: caller.sub, processedAt: now.toISOString() },
      await auditEntry(store, id, auditOf(call, "BATCH_UPDATE_PROCESSED", batch, detail)),
    );
    if (begun === "CHANGED") continue;
    if ("busyWith" in begun) {
      const busy = `Another batch update of ${medium} is running. Wait until it has finished, then process this one.`;
      throw stillAtWork(busy, { conflictsWith: begun.busyWith });
    }
    await workflows.start(begun.work);
    return accepted(await batchUpdateAnswer(store, begun.batch));
  }
}

/** How many patrons the plan would write, where it is the very one that was reviewed. */
function requireReviewed({ status, plan }: BatchUpdate, said: { planDigest: string; patronCount: number }): number {
  if (status === "SCHEDULED") {
    throw conflict("The batch update is SCHEDULED and starts by itself. Unschedule it to process it now.");
  }
  if (status !== "READY" || plan === undefined) {
    throw notYet("READY", status, `The batch update is ${status}, not READY. Nothing was changed by this request.`);
  }
  const patrons = patronsToWrite(plan);
  if (patrons === 0) throw conflict("There is nothing to change: no patron of this plan would be written.");
  if (said.planDigest !== plan.digest || said.patronCount !== patrons) {
    throw conflict("The plan is no longer the one you reviewed. Nothing was changed. Look at the review again.");
  }
  return patrons;
}

/** Takes back that it begins by itself. */
async function takeBack(call: CallOf<typeof batchUpdates.unschedule>, { store }: Dependencies) {
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    if (batch.status !== "SCHEDULED") throw conflict(`The batch update is ${batch.status}, not SCHEDULED.`);
    const act = auditOf(call, "BATCH_UPDATE_UNSCHEDULED", batch, `was to begin at ${batch.schedule?.at}`);
    const saved = await unschedule(store, batch, call.now, await auditEntry(store, call.newId, act));
    if (saved !== undefined) return ok(await batchUpdateAnswer(store, saved));
  }
}

/** Cancels: at once before anything was written, else as soon as what is under way has ended. */
async function cancel(call: CallOf<typeof batchUpdates.cancel>, { store }: Dependencies) {
  const { now } = call;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    requireMayCancel(call, batch);
    const { status } = batch;
    if (isFinal(status)) throw conflict(`The batch update is already ${status}.`);
    if (status === "CANCELLING") return accepted(await batchUpdateAnswer(store, batch));
    const act = auditOf(call, "BATCH_UPDATE_CANCELLED", batch, `in ${status}`);
    const audit = await auditEntry(store, call.newId, act);
    const saved = await cancelBatchUpdate(store, { ...batch, status }, `Canceled by ${call.caller.name}`, now, audit);
    if (saved !== undefined) return accepted(await batchUpdateAnswer(store, saved));
  }
}

/** Staff may cancel what they made themselves, before an administrator has processed or scheduled it. */
function requireMayCancel(call: Call, batch: BatchUpdate): void {
  if (call.role !== "staff") return;
  if (!isMaker(call.caller, batch) || batch.processedAt !== undefined || batch.status === "SCHEDULED") {
    throw new Problem(
      "FORBIDDEN",
      "Staff can cancel only what they created themselves, before it is processed or scheduled.",
    );
  }
}

export const batchUpdateRunRoutes: readonly Route[] = [
  implement(batchUpdates.process, processPlan, { subject: processableOf }),
  implement(batchUpdates.unschedule, takeBack),
  implement(batchUpdates.cancel, cancel, { subject: async (call, { store }) => await batchUpdateOf(call, store) }),
];
