import { invalid, type Problem } from "./problem.ts";

/** Bytes of the items of one page. An answer of Lambda is at most 6 MB, and in JSON within JSON quotes take two. */
const longestPage = 2 * 1024 * 1024;

/** Bytes of a place: DynamoDB takes no longer sort key, and ours are far from it. */
const longestPlace = 1024;

/**
 * The place to go on from, or undefined at the beginning. It was sealed in the cursor, so it is one that we gave out; its
 * form is looked at all the same.
 */
export function decodeCursor(place: string | undefined, longest = longestPlace): string | undefined {
  if (place === undefined) return undefined;
  const bytes = Buffer.byteLength(place);
  if (bytes === 0 || bytes > longest) throw badCursor();
  return place;
}

/** A place that counts, such as the line to go on from. */
export function decodeNumberCursor(cursor: string | undefined): number {
  const place = decodeCursor(cursor);
  if (place === undefined) return 0;
  if (!/^\d{1,9}$/.test(place)) throw badCursor();
  return Number(place);
}

export function badCursor(): Problem {
  return invalid({ path: "cursor", message: "is not a cursor of this list; begin without one" });
}

/** One page of a list. `next` is the plain place to go on from; on its way out it is sealed. */
export function page<T>(items: readonly T[], next: string | number | undefined) {
  return { items, ...(next !== undefined && { nextCursor: String(next) }) };
}

/**
 * One page of a list whose items can be large: it ends early rather than outgrow an answer.
 *
 * @param placeOf the place to go on from after an item
 */
export function boundedPage<T>(items: readonly T[], next: string | undefined, placeOf: (item: T) => string) {
  let bytes = 0;
  for (const [n, item] of items.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(item));
    const last = items[n - 1];
    if (bytes > longestPage && last !== undefined) return page(items.slice(0, n), placeOf(last));
  }
  return page(items, next);
}

/** Things of a page that are looked at side by side: a page of 200 must not take every connection of the function. */
export const answersAtOnce = 16;
