import { z } from "zod";
import { errorName } from "#platform/cause";
import { logger } from "#platform/logger";
import { LaterFormat } from "./format.ts";

/** What something kept speaks of is not there any more. */
export class Lost extends Error {
  override name = "Lost";
}

/** What is wrong with the thing itself, and not with the way to it. */
const faults = [z.ZodError, SyntaxError, Lost, LaterFormat];

/**
 * One thing of a list. What is stored of it and cannot be read is told in the log, by its key alone, and is left out: it
 * hides none of the others. Whoever asks for that very thing is still told that it failed.
 *
 * @param key tells somebody where to look, such as `LIB#piedmont#IMPORTS 01k2...`
 * @returns undefined where it cannot be read
 * @throws what is no fault of the thing, such as a database that cannot be reached
 */
export async function readable<Thing>(key: string, read: () => Thing | Promise<Thing>): Promise<Thing | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!faults.some((fault) => error instanceof fault)) throw error;
    logger.error("Something in a list cannot be read", { item: key, error: errorName(error) });
    return undefined;
  }
}

/** Those of a list's items that can be read, in their order. */
export async function readableItems<Item extends Readonly<Record<string, unknown>>, Thing>(
  items: readonly Item[],
  read: (item: Item) => Thing,
): Promise<Thing[]> {
  const things: Thing[] = [];
  for (const item of items) {
    const thing = await readable(`${item["pk"]} ${item["sk"]}`, () => read(item));
    if (thing !== undefined) things.push(thing);
  }
  return things;
}
