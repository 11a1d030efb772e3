import { randomBytes } from "node:crypto";
import { z } from "zod";
import { readItem } from "#records/store/format";
import { cursorsKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent } from "#records/store/table";

const itemSchema = z.object({ key: z.base64() });

/** The key under which a library's cursors are sealed: 32 bytes, made when the first one is. It never changes. */
export async function loadCursorKey(store: Store): Promise<Buffer> {
  const itemKey = cursorsKey(store);
  const found = await store.table.get(itemKey);
  if (found !== undefined) return Buffer.from(readItem(itemSchema, found).key, "base64");
  await store.table.write({ put: { ...itemKey, key: randomBytes(32).toString("base64") }, if: ifAbsent });
  const made = await store.table.get(itemKey);
  if (made === undefined) throw new Error(`The key of the cursors of ${store.library} is not there`);
  return Buffer.from(readItem(itemSchema, made).key, "base64");
}
