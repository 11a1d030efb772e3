import type { z } from "zod";

/** The format of what says none, as version 0.1.0 wrote it, and of everything that had no reason yet for another. */
export const firstFormat = 1;

/**
 * The format that items and JSON objects are in, beside their values (imports have a `format` of their own). Written by the
 * table and the bucket themselves, so that nothing is kept without one.
 */
export const formatField = "storedFormat";

/** Something stored that this version cannot read, because a later one wrote it. */
export class LaterFormat extends Error {
  override name = "LaterFormat";
}

/**
 * The format that something stored is in: 1 where it says none.
 *
 * @param thing how it is called in the error, such as its key: ids, no patron data
 * @param known the latest format that this version knows
 * @throws LaterFormat where it was made by a later version, whose data must not be read by halves
 */
export function checkedFormat(thing: string, format: unknown, known: number): number {
  const found = format === undefined ? firstFormat : format;
  if (typeof found === "number" && found <= known) return found;
  throw new LaterFormat(
    `${thing} was made by a later version: it has format ${found}, this version reads formats up to ${known}. ` +
      "Run the version that made it, or a later one.",
  );
}

/**
 * Reads an item of the table: first whether this version knows its format, then what stands in it.
 *
 * @throws LaterFormat where a later version wrote it
 */
export function readItem<Schema extends z.ZodType>(
  schema: Schema,
  item: Record<string, unknown>,
  known = firstFormat,
): z.output<Schema> {
  checkFormat(`The item ${item.pk} ${item.sk}`, item, known);
  return schema.parse(item);
}

/** The same for a JSON object of the bucket. */
export function readObject<Schema extends z.ZodType>(
  key: string,
  schema: Schema,
  text: string,
  known = firstFormat,
): z.output<Schema> {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null) checkFormat(`The object ${key}`, value, known);
  return schema.parse(value);
}

function checkFormat(thing: string, stored: { readonly [formatField]?: unknown }, known: number): void {
  checkedFormat(thing, stored[formatField], known);
}
