import { z } from "zod";
import { isFinal } from "#domain/batch-update/state";
import { type BatchUpdateId, batchUpdateIdSchema } from "#domain/ids";
import { readItem } from "#records/store/format";
import { updateLockKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent, type Write } from "#records/store/table";
import { loadBatchUpdate } from "./batch-updates.ts";

const lockSchema = z.object({ holder: batchUpdateIdSchema, turn: z.number().int() });

/**
 * The right to write medium records of one medium of a library. `turn` grows with each taking and goes onto every record
 * that is written, so that a late delivery of an earlier run recognises itself. Nobody gives the lock back: a holder in a
 * final state is taken over, so a crash leaves none behind.
 */
export type Lock = { readonly heldBy: BatchUpdateId } | { readonly turn: number; readonly take: Write };

export async function lookAtLock(store: Store, medium: string, batchUpdateId: BatchUpdateId): Promise<Lock> {
  const itemKey = updateLockKey(store, medium);
  const item = await store.table.get(itemKey);
  if (item === undefined) {
    return { turn: 1, take: { put: { ...itemKey, holder: batchUpdateId, turn: 1 }, if: ifAbsent } };
  }
  const { holder, turn } = readItem(lockSchema, item);
  const holding = await loadBatchUpdate(store, holder);
  if (holding !== undefined && !isFinal(holding.status)) return { heldBy: holder };
  return {
    turn: turn + 1,
    take: {
      put: { ...itemKey, holder: batchUpdateId, turn: turn + 1 },
      if: { expression: "turn = :turn", values: { ":turn": turn } },
    },
  };
}
