import { randomBytes } from "node:crypto";
import { z } from "zod";
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
  if (found !== undefined) return Buffer.from(itemSchema.parse(found).key, "base64");
  await table.write({ put: { ...at, key: randomBytes(32).toString("base64") }, if: ifAbsent });
  return Buffer.from(itemSchema.parse(await table.get(at)).key, "base64");
}
