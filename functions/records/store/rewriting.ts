import type { z } from "zod";
import { readObject } from "./format.ts";
import { checked, linesOf, withTrailer } from "./line-text.ts";
import { jsonOf, type Objects } from "./objects.ts";

/** Gives what takes the place of what stands in an object; undefined where nothing is to change. */
type Change<Content> = (content: Content) => Content | undefined;

/**
 * Replaces what stands in an object, and nothing that anybody has written since it was read: then it is read again. Doing it
 * again changes nothing more, as long as `change` has nothing to change in what it gave.
 *
 * @returns whether the object was replaced; false also where there is none
 */
export async function rewrite(objects: Objects, key: string, change: Change<Buffer>): Promise<boolean> {
  for (;;) {
    const read = await objects.getWhole(key);
    const next = read && change(read.body);
    if (read === undefined || next === undefined) return false;
    if (await objects.replace(key, read, next)) return true;
  }
}

/**
 * The same for an object of lines, with a trailer over those that take their place.
 *
 * @param known the latest format that the caller knows; the object keeps its own
 * @throws Error where the object is not whole: it is not made to look as if it were
 */
export async function rewriteLines(
  objects: Objects,
  key: string,
  known: number,
  change: (lines: string[], format: number) => readonly string[] | undefined,
): Promise<boolean> {
  return await rewrite(objects, key, (body) => {
    const found = checked(key, body, known);
    if (found === undefined) throw new Error(`The object ${key} is not whole`);
    const lines = change(linesOf(found.body), found.format);
    return lines && Buffer.from(withTrailer(lines, found.format));
  });
}

/** The same for a JSON object. */
export async function rewriteJson<T extends object>(
  objects: Objects,
  key: string,
  schema: z.ZodType<T>,
  change: Change<T>,
): Promise<boolean> {
  return await rewrite(objects, key, (body) => {
    const next = change(readObject(key, schema, body.toString("utf8")));
    return next && Buffer.from(jsonOf(next));
  });
}
