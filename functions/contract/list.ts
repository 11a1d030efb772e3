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

/** One page of a list. `nextCursor` is missing on the last. */
export function pageOf<Item extends z.ZodType>(id: string, item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() }).meta({ id });
}
