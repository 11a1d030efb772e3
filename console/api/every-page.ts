/** One page of a list, with where the next begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/**
 * All items of a list, read page by page.
 *
 * @param signal ends it early; what was read until then is not given
 * @param told hears how many there are so far
 */
export async function everyPage<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  signal: AbortSignal,
  told: (count: number) => void = () => {},
): Promise<readonly Item[] | undefined> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor).catch((failed: unknown) => {
      // Whoever ended it no longer waits, and so for no failure.
      if (!signal.aborted) throw failed;
    });
    if (page === undefined || signal.aborted) return undefined;
    items.push(...page.items);
    told(items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

/** A page of a list that may have empty ones before its end: goes on by itself until there is something on one. */
export async function pageWithItems<Found extends Page<unknown>>(
  read: (cursor: string | undefined) => Promise<Found>,
  from: string | undefined,
): Promise<Found> {
  let page = await read(from);
  while (page.items.length === 0 && page.nextCursor !== undefined) page = await read(page.nextCursor);
  return page;
}
