import { z } from "zod";
import { outcomes as allOutcomes, problemReasonSchema } from "#domain/batch-update/outcome";
import { keptPatronIdSchema } from "#domain/ids";
import { textSchema } from "#domain/text";
import { fieldOutcomeSchema } from "./change.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** What became of one patron, as it stands in the report too. */
const outcomeItemSchema = z
  .object({
    patronId: keptPatronIdSchema,
    lastName: z.string().optional().meta({ description: "Missing, as firstName, where the patron was erased" }),
    firstName: z.string().optional(),
    outcome: z.enum(allOutcomes),
    code: problemReasonSchema.optional(),
    message: z.string().optional(),
    advice: z.string().optional(),
    changes: z.array(fieldOutcomeSchema),
  })
  .meta({ id: "OutcomeItem" });
export type OutcomeItem = z.infer<typeof outcomeItemSchema>;

export const outcomes = {
  list: operation({
    name: "listOutcomes",
    method: "GET",
    path: "/v1/batch-updates/:batchUpdateId/outcomes",
    summary: "What became of each patron",
    description: "409 until the batch update has ended; empty where it was never processed.",
    query: z.strictObject({ ...pageQuery, outcome: z.enum(allOutcomes).optional(), q: textSchema.optional() }),
    answers: { 200: pageOf("OutcomePage", outcomeItemSchema) },
    problems: ["CONFLICT", "GONE"],
  }),
};
