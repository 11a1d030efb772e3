import { z } from "zod";
import { type BatchUpdateId, keptPatronIdSchema, type PatronId } from "#domain/ids";
import { readItem } from "#records/store/format";
import { fillsPartition } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Item, ifPresent } from "#records/store/table";
import { groupKey } from "./fill-answers.ts";

/** What a try to fill service queues ended in, while they are pending. */
export interface FillTry {
  readonly tries: number;
  /** The error's name. */
  readonly lastError: string;
  readonly nextTryAt: string;
}

const trySchema = z.object({
  patronIds: z.array(keptPatronIdSchema),
  tries: z.number().int(),
  lastError: z.string(),
  nextTryAt: z.string(),
});

const prefix = "TRY#";

/**
 * Notes that a message's fills could not be done. The next try of the same message takes its place. Of fills that were
 * forgotten nothing is noted: nobody is named again.
 */
export async function noteTry(
  store: Store,
  { batchUpdateId, group, patronIds }: { batchUpdateId: BatchUpdateId; group: string; patronIds: readonly PatronId[] },
  noted: FillTry,
): Promise<void> {
  const at = { pk: fillsPartition(store, batchUpdateId), sk: `${prefix}${group}#${patronIds[0] ?? ""}` };
  const isKept = { check: groupKey(store, batchUpdateId, group), if: ifPresent };
  await store.table.write({ set: { patronIds, ...noted }, key: at }, isKept);
}

/** The last failed try of each patron's fill, as far as any was noted. It says nothing of one that was answered since. */
export async function loadTries(store: Store, batchUpdateId: BatchUpdateId): Promise<ReadonlyMap<PatronId, FillTry>> {
  const items: Item[] = [];
  for await (const item of store.table.queryAll({ pk: fillsPartition(store, batchUpdateId), begins: prefix })) {
    items.push(item);
  }
  const tries = await readableItems(items, (item) => readItem(trySchema, item));
  return new Map(tries.flatMap(({ patronIds, ...noted }) => patronIds.map((patronId) => [patronId, noted] as const)));
}
