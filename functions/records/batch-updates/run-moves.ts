import { type FinalState, undoableUntil } from "#domain/batch-update/final-state";
import { type ChunkFailure, failuresInWords } from "#domain/support/failure";
import { closeWork, openFills, openTrouble, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Write } from "#records/store/table";
import type { BatchUpdate } from "./batch-updates.ts";
import { bySystem, type Moved, move, requireLegal } from "./move.ts";
import type { Made } from "./moves.ts";
import { closeWaiting, mendedBy, troubleOf, workOf } from "./open-items.ts";
import { lookAtLock } from "./update-lock.ts";

/** BUSY names who holds the medium's lock; CHANGED: read again and decide again. */
export type Begun = Made | { readonly busyWith: string } | "CHANGED";

/** READY or SCHEDULED becomes PROCESSING, and takes the lock of its medium. Fills may be asked for from now on. */
export async function begin(
  store: Store,
  batch: BatchUpdate,
  by: Pick<BatchUpdate, "processedBy" | "processedBySub" | "processedWith"> & { readonly processedAt: string },
  audit: Write,
): Promise<Begun> {
  const { library, medium, batchUpdateId: id, asksForFills } = batch;
  requireLegal("begin", batch, "PROCESSING");
  const lock = await lookAtLock(store, medium, id);
  if ("heldBy" in lock) return { busyWith: lock.heldBy };
  const openedAt = by.processedAt;
  const work = workOf(batch, "apply", openedAt);
  const begun = await move(
    store,
    "begin",
    batch,
    "PROCESSING",
    { ...by, turn: lock.turn, stateReason: undefined },
    lock.take,
    openWork(work),
    closeWaiting(batch),
    audit,
    ...(asksForFills ? [openFills({ library, id, medium, resent: 0, openedAt })] : []),
  );
  return begun === undefined ? "CHANGED" : { batch: begun, work };
}

/** PROCESSING becomes CANCELLING, for the run is going wrong; what it has written is accounted for by closing. */
export async function stop(store: Store, batch: BatchUpdate, reason: string, at: Date): Promise<Moved> {
  const audit = await bySystem(store, batch, "BATCH_UPDATE_STOPPED", reason, at);
  return await move(store, "stop", batch, "CANCELLING", { stateReason: reason }, audit);
}

/**
 * Closing has begun: nothing more may be written.
 *
 * @param reached patrons that the run had done by then: what closing settles does not count as progress of it
 * @param reason why a run is stopped by it that is still PROCESSING
 */
export async function stopWriting(
  store: Store,
  batch: BatchUpdate,
  reached: number,
  reason: string | undefined,
  at: Date,
): Promise<Moved> {
  if (batch.status !== "PROCESSING" || reason === undefined) {
    return await move(store, "stopWriting", batch, batch.status, { closing: true, reached });
  }
  const audit = await bySystem(store, batch, "BATCH_UPDATE_STOPPED", reason, at);
  return await move(store, "stopWriting", batch, "CANCELLING", { closing: true, reached, stateReason: reason }, audit);
}

interface EndOfRun {
  readonly at: Date;
  readonly retentionDays: number;
  readonly failures: readonly Pick<ChunkFailure, "error" | "chunk" | "tries">[];
}

/** The run has ended and every patron is accounted for. It can be undone until `retentionDays` from now. */
export async function finish(
  store: Store,
  batch: BatchUpdate,
  { status, ...reason }: FinalState,
  sums: Pick<BatchUpdate, "counts" | "errorRows" | "requestedFills">,
  { at, retentionDays, failures }: EndOfRun,
): Promise<Moved> {
  const ended = { finishedAt: at.toISOString(), undoableUntil: undoableUntil(at, retentionDays).toISOString() };
  const closed = closeWork({ library: batch.library, workflow: "apply", id: batch.batchUpdateId });
  const { stateReason = "" } = reason;
  const audit = status === "FAILED" ? [await bySystem(store, batch, "BATCH_UPDATE_FAILED", stateReason, at)] : [];
  const summary = failuresInWords(failures);
  const trouble = { ...troubleOf(batch, "apply", at), trouble: "CHUNK_FAILED", summary } as const;
  const told = failures.length > 0 ? [openTrouble(trouble)] : [];
  return await move(
    store,
    "finish",
    batch,
    status,
    { ...reason, ...sums, ...ended },
    closed,
    ...told,
    ...mendedBy(batch),
    ...audit,
  );
}
