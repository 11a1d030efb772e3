import { z } from "zod";
import { invalid } from "./problem.ts";

/** `?limit=&cursor=` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
};

/** Bytes of a place: DynamoDB takes no longer sort key, and ours are far from it. */
const longestPlace = 1024;

/** Wraps the place to go on from; clients treat it as opaque. */
export function encodeCursor(place: string): string {
  return Buffer.from(place, "utf8").toString("base64url");
}

/** The place in a cursor, or a problem answer where it is not one of ours. */
export function decodeCursor(cursor: string | undefined, longest = longestPlace): string | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, "base64url").toString("utf8");
  const bytes = Buffer.byteLength(place);
  if (bytes === 0 || bytes > longest || encodeCursor(place) !== cursor) throw badCursor();
  return place;
}

/** A cursor that counts, such as the line to go on from. */
export function decodeNumberCursor(cursor: string | undefined): number {
  const place = decodeCursor(cursor);
  if (place === undefined) return 0;
  if (!/^\d{1,9}$/.test(place)) throw badCursor();
  return Number(place);
}

function badCursor() {
  return invalid({ path: "cursor", message: "is not a cursor of this list; begin without one" });
}

export function page<T>(items: readonly T[], next: string | number | undefined) {
  return { items, ...(next !== undefined && { nextCursor: encodeCursor(String(next)) }) };
}
