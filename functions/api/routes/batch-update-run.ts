import { batchUpdates } from "#contract/batch-updates";
import { isFinal } from "#domain/batch-update/state";
import { patronsToWrite } from "#domain/plan/plan-summary";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { begin, cancel as cancelBatchUpdate } from "#records/batch-updates/moves";
import { auditEntry } from "#records/library/audit";
import {
  auditOf,
  batchUpdateAnswer,
  batchUpdateOf,
  requireSupportable,
  supportableOf,
} from "../batch-update-answer.ts";
import { isMaker } from "../maker.ts";
import { conflict, Problem } from "../problem.ts";
import { accepted, type Call, type CallOf, type Dependencies, implement, type Route } from "../route.ts";

/** Begins to apply a plan: the very one that was looked at, and only one at a time for a medium of a library. */
async function processPlan(call: CallOf<typeof batchUpdates.process>, { store, workflows }: Dependencies) {
  const { body, now, caller, onceKey } = call;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    requireSupportable(call, batch);
    const { batchUpdateId: id, plan, status, medium } = batch;
    if (onceKey !== undefined && batch.processedWith === onceKey)
      return accepted(await batchUpdateAnswer(store, batch));
    if (status !== "READY" || plan === undefined) {
      throw conflict(`The batch update is ${status}, not READY. Nothing was changed by this request.`);
    }
    const patrons = patronsToWrite(plan);
    if (patrons === 0) throw conflict("There is nothing to change: no patron of this plan would be written.");
    if (body.planDigest !== plan.digest || body.patronCount !== patrons) {
      throw conflict("The plan is no longer the one you reviewed. Nothing was changed. Look at the review again.");
    }
    const detail = `${patrons} patrons, digest ${plan.digest}`;
    const begun = await begin(
      store,
      batch,
      {
        processedBy: caller.name,
        processedBySub: caller.sub,
        processedAt: now.toISOString(),
        ...(onceKey !== undefined && { processedWith: onceKey }),
      },
      await auditEntry(store, id, auditOf(call, "BATCH_UPDATE_PROCESSED", batch, detail)),
    );
    if (begun === "CHANGED") continue;
    if ("busyWith" in begun) {
      const busy = `Another batch update of ${medium} is at work. Wait until it has ended, then process this one.`;
      throw conflict(busy, { conflictsWith: begun.busyWith });
    }
    await workflows.start(begun.work);
    return accepted(await batchUpdateAnswer(store, begun.batch));
  }
}

/** Cancels: at once before anything was written, else as soon as what is under way has ended. */
async function cancel(call: CallOf<typeof batchUpdates.cancel>, { store }: Dependencies) {
  const { now } = call;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    requireMayCancel(call, batch);
    const { status } = batch;
    if (isFinal(status)) throw conflict(`The batch update is ${status} already.`);
    if (status === "CANCELLING") return accepted(await batchUpdateAnswer(store, batch));
    const act = auditOf(call, "BATCH_UPDATE_CANCELLED", batch, `in ${status}`);
    const audit = await auditEntry(store, call.newId, act);
    const saved = await cancelBatchUpdate(store, { ...batch, status }, `Cancelled by ${call.caller.name}`, now, audit);
    if (saved !== undefined) return accepted(await batchUpdateAnswer(store, saved));
  }
}

/** Staff may cancel what they made themselves, before it is processed. */
function requireMayCancel(call: Call, batch: BatchUpdate): void {
  if (call.role !== "staff") return;
  if (!isMaker(call.caller, batch) || batch.processedAt !== undefined) {
    throw new Problem("FORBIDDEN", "Staff may cancel only what they made themselves, before it is processed.");
  }
}

export const batchUpdateRunRoutes: readonly Route[] = [
  implement(batchUpdates.process, processPlan, { subject: supportableOf }),
  implement(batchUpdates.cancel, cancel, { subject: async (call, { store }) => await batchUpdateOf(call, store) }),
];
