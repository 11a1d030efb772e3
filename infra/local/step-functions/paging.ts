import { ApiError } from "./api-error.ts";

interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * One page of a list. A token names the last item given out by its number, so that a page neither repeats nor misses
 * items when the list has grown meanwhile.
 *
 * @throws ApiError InvalidToken for a token that leads nowhere.
 */
export function pageOf<Item>(
  items: readonly Item[],
  numberOf: (item: Item) => number,
  { maxResults, nextToken }: PageRequest,
): { page: Item[]; nextToken: string | undefined } {
  const size = maxResults === undefined || maxResults === 0 ? 100 : maxResults;
  const start = nextToken === undefined ? 0 : placeAfter(items, numberOf, nextToken);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const more = last !== undefined && start + size < items.length;
  return { page, nextToken: more ? Buffer.from(String(numberOf(last))).toString("base64url") : undefined };
}

function placeAfter<Item>(items: readonly Item[], numberOf: (item: Item) => number, token: string): number {
  const given = Buffer.from(token, "base64url").toString();
  const place = items.findIndex((item) => String(numberOf(item)) === given);
  if (place < 0) throw new ApiError("InvalidToken", `Invalid Token: '${token}'`);
  return place + 1;
}
