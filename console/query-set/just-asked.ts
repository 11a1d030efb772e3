import { z } from "zod";

/** What the entry of the browser's history says of a query that was asked by the view before. */
export const justAsked = { state: { justAsked: true } };

const stateSchema = z.object({ justAsked: z.literal(true) });

export function wasJustAsked(): boolean {
  return stateSchema.safeParse(history.state).success;
}
