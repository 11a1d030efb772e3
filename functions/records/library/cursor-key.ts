import { randomBytes } from "node:crypto";
import { z } from "zod";
import { readItem } from "#records/store/format";
import type { Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent } from "#records/store/table";

const itemSchema = z.object({ key: z.base64() });

function cursorKeyKey(library: string): Key {
  return { pk: `LIB#${library}#CURSORS`, sk: "KEY" };
}

/** The key under which a library's cursors are sealed: 32 bytes, made when the first one is. It never changes. */
export async function loadCursorKey({ table }: Pick<Store, "table">, library: string): Promise<Buffer> {
  const at = cursorKeyKey(library);
  const found = await table.get(at);
  if (found !== undefined) return Buffer.from(readItem(itemSchema, found).key, "base64");
  await table.write({ put: { ...at, key: randomBytes(32).toString("base64") }, if: ifAbsent });
  const made = await table.get(at);
  if (made === undefined) throw new Error(`The key of the cursors of ${library} is not there`);
  return Buffer.from(readItem(itemSchema, made).key, "base64");
}
