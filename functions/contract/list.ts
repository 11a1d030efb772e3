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

/**
 * One page of a list. `nextCursor` is missing on the last.
 *
 * @param about what each page says beside its items
 */
export function pageOf<Item extends z.ZodType, About extends z.ZodRawShape = Record<never, z.ZodType>>(
  id: string,
  item: Item,
  about?: About,
) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional(), ...about }).meta({ id });
}
