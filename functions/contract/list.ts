import { z } from "zod";

/** `?limit=&cursor=` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "Items of the page, at most" }),
  cursor: z
    .string()
    .max(4000)
    .optional()
    .meta({ description: "nextCursor of the page before; without it the list begins" }),
};

/** `?cursor=` alone, of lists whose pages are as long as an answer may be. */
export const cursorQuery = { cursor: pageQuery.cursor };

const pageShape = <Item extends z.ZodType>(item: Item) => ({
  items: z.array(item),
  nextCursor: z.string().optional(),
});

/** One page of a list. `nextCursor` is missing on the last. */
export function pageOf<Item extends z.ZodType>(id: string, item: Item) {
  return z.object(pageShape(item)).meta({ id });
}

/**
 * One page of a list that says more than its items.
 *
 * @param about what each page says beside them
 */
export function pageWith<Item extends z.ZodType, About extends z.ZodRawShape>(id: string, item: Item, about: About) {
  return z.object({ ...pageShape(item), ...about }).meta({ id });
}
