import { z } from "zod";

/** One page of a list of the API. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}
