import type { PageRequest } from "../api/list.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/**
 * All items of a list, read page by page.
 *
 * @param told hears how many there are so far
 * @param signal ends it early; what was read until then is not given
 */
export async function everyPage<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  told: (count: number) => void,
  signal: AbortSignal,
): Promise<readonly Item[] | undefined> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 200, cursor }).catch((failed: unknown) => {
      // Whoever ended it waits for nothing any more, and so for no failure.
      if (!signal.aborted) throw failed;
    });
    if (page === undefined || signal.aborted) return undefined;
    items.push(...page.items);
    told(items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
