import { z } from "zod";

/** How far a step is, in patrons (or lines of a file). */
export const progressSchema = z.object({ done: z.number(), total: z.number() }).partial();
