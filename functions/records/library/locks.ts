import { z } from "zod";
import { readItem } from "#records/store/format";
import { updateLockKey } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

/** Who holds what others wait for: a batch update its medium, an import its kind. Its holder may have ended. */
export interface Lock {
  readonly kind: "MEDIUM" | "IMPORT";
  readonly holder: string;
}

const mediumSchema = z.object({ holder: z.string() });
const importSchema = z.object({ importId: z.string().optional(), isRunning: z.boolean().default(false) });

/** The locks of a library. An import's is left out where it is not held. */
export async function listLocks(store: Store): Promise<Lock[]> {
  const items: Item[] = [];
  for await (const item of store.table.queryAll({ pk: updateLockKey(store, "").pk })) items.push(item);
  const locks = await readableItems(items, (item): Lock[] => {
    if (String(item["sk"]).startsWith("MEDIUM#"))
      return [{ kind: "MEDIUM", holder: readItem(mediumSchema, item).holder }];
    const { importId, isRunning } = readItem(importSchema, item);
    return isRunning && importId !== undefined ? [{ kind: "IMPORT", holder: importId }] : [];
  });
  return locks.flat();
}
