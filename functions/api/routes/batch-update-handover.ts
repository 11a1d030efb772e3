import { batchUpdates } from "#contract/batch-updates";
import { handBack, handOver } from "#records/batch-updates/moves";
import { auditEntry } from "#records/library/audit";
import { auditOf, batchUpdateAnswer, batchUpdateOf } from "../batch-update-answer.ts";
import { conflict, notYet } from "../problem.ts";
import { type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

/** Whoever prepared it says that it waits for an administrator. The note may name patrons: the audit does not repeat it. */
async function giveOver(call: CallOf<typeof batchUpdates.handOver>, { store }: Dependencies) {
  const { caller, now, newId, body } = call;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    if (batch.status !== "READY") {
      throw notYet(
        "READY",
        batch.status,
        `The batch update is ${batch.status}. It can be handed over while it is READY.`,
      );
    }
    const { note } = body;
    const by = { by: caller.name, bySub: caller.sub, at: now.toISOString() };
    const audit = await auditEntry(store, newId, auditOf(call, "BATCH_UPDATE_HANDED_OVER", batch));
    const saved = await handOver(store, batch, { ...by, ...(note !== undefined && { note }) }, audit);
    if (saved !== undefined) return ok(await batchUpdateAnswer(store, saved));
  }
}

async function giveBack(call: CallOf<typeof batchUpdates.handBack>, { store }: Dependencies) {
  const { caller, now, newId, body } = call;
  for (;;) {
    const batch = await batchUpdateOf(call, store);
    const { status, handover } = batch;
    if (status !== "READY" || handover === undefined) {
      throw conflict("This batch update was not handed over, or someone has acted on it. Look at its state.");
    }
    const returned = { by: caller.name, bySub: caller.sub, at: now.toISOString(), note: body.note };
    const act = auditOf(call, "BATCH_UPDATE_RETURNED", batch, `to ${handover.by}`);
    const saved = await handBack(store, batch, returned, await auditEntry(store, newId, act));
    if (saved !== undefined) return ok(await batchUpdateAnswer(store, saved));
  }
}

export const batchUpdateHandoverRoutes: readonly Route[] = [
  implement(batchUpdates.handOver, giveOver),
  implement(batchUpdates.handBack, giveBack),
];
