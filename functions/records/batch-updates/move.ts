import { isLegalMove, type Move } from "#domain/batch-update/moves";
import type { BatchUpdateStatus } from "#domain/batch-update/state";
import type { EventStatus } from "#domain/event";
import { actOfSystem, auditEntry } from "#records/library/audit";
import { type Told, writeTelling } from "#records/library/events";
import { jobKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifRevision, type Write } from "#records/store/table";
import type { BatchUpdate } from "./batch-updates.ts";
import type { Named } from "./open-items.ts";

/**
 * Every change of a batch update is one of the moves in moves.ts and run-moves.ts, and each carries what belongs to it in
 * one transaction: the medium's lock, the work that is opened or closed, the review's timer, the fills, the audit. Nobody
 * else writes a state.
 *
 * A move stands only where the batch update is as it was read. Undefined where somebody changed it since, or where a write
 * that belongs to it was refused: then nothing was written; read again and decide again.
 */
export type Moved = BatchUpdate | undefined;

type Changes = Omit<Partial<BatchUpdate>, "status" | "revision">;

export async function move(
  store: Store,
  name: Move,
  read: BatchUpdate,
  to: BatchUpdateStatus,
  changes: Changes,
  ...also: Write[]
): Promise<Moved> {
  requireLegal(name, read, to);
  const next = { ...read, ...changes, status: to, revision: read.revision + 1 };
  const writes = [{ put: itemOf(next), if: ifRevision(read.revision) }, ...also];
  const status = toldOf(name, read.status, to);
  const { done } =
    status === undefined
      ? await store.table.write(...writes)
      : await writeTelling(store, [toldAs(read, status), ...fillingOf(name, read)], ...writes);
  return done ? next : undefined;
}

/** What a move is told as: the state it leads to, where that is another one; a review that was handed over waits. */
function toldOf(name: Move, from: BatchUpdateStatus, to: BatchUpdateStatus): EventStatus | undefined {
  if (name === "handOver") return "WAITING";
  return from !== to || name === "handBack" ? to : undefined;
}

/** With the run begins the filling of the service queues that it will ask for. */
function fillingOf(name: Move, { asksForFills, batchUpdateId }: BatchUpdate): Told[] {
  if (name !== "begin" || !asksForFills) return [];
  return [{ type: "SERVICE_QUEUES", subject: `batch-updates/${batchUpdateId}`, status: "FILLING" }];
}

export function toldAs({ batchUpdateId }: Named, status: EventStatus): Told {
  return { type: "BATCH_UPDATE", subject: `batch-updates/${batchUpdateId}`, status };
}

export function requireLegal(name: Move, { status }: BatchUpdate, to: BatchUpdateStatus): void {
  if (!isLegalMove(name, status, to)) {
    throw new Error(`A batch update that is ${status} does not become ${to} by ${name}`);
  }
}

export function itemOf(batch: BatchUpdate) {
  return { ...jobKey(batch, "batch-update", batch.batchUpdateId), ...batch };
}

/** The audit of a move that nobody asked for. */
export async function bySystem(
  store: Store,
  batch: BatchUpdate,
  action: string,
  reason: string,
  at: Date,
): Promise<Write> {
  const { batchUpdateId, name, revision } = batch;
  const act = actOfSystem(at, action, `batch-updates/${batchUpdateId}`, reason);
  const named = name === undefined ? act : { ...act, subjectName: name };
  return await auditEntry(store, `${batchUpdateId}.${revision}`, named);
}
