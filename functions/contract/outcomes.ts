import { z } from "zod";
import { outcomes as allOutcomes, problemReasonSchema } from "#domain/batch-update/outcome";
import { keptPatronIdSchema } from "#domain/ids";
import { textSchema } from "#domain/text";
import { fieldOutcomeSchema } from "./change.ts";
import { cursorQuery, pageOf, pageQuery } from "./list.ts";
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

const outcomeFilter = { outcome: z.enum(allOutcomes).optional(), q: textSchema.optional() };

const outcomeIdsSchema = z
  .object({ outcome: z.enum(allOutcomes), patronIds: z.array(keptPatronIdSchema) })
  .meta({ id: "OutcomeIds" });

export const outcomes = {
  list: operation({
    name: "listOutcomes",
    method: "GET",
    path: "/v1/batch-updates/:batchUpdateId/outcomes",
    summary: "What became of each patron",
    description: "409 until the batch update has ended; empty where it was never processed.",
    query: z.strictObject({ ...pageQuery, ...outcomeFilter }),
    answers: { 200: pageOf("OutcomePage", outcomeItemSchema) },
    problems: ["CONFLICT", "GONE"],
  }),
  ids: operation({
    name: "listOutcomeIds",
    method: "GET",
    path: "/v1/batch-updates/:batchUpdateId/outcomes/patron-ids",
    summary: "The patrons by ID alone, those of each outcome together",
    description:
      "Up to 20,000 patrons in one answer. 409 until the batch update has ended; empty where it was never processed.",
    query: z.strictObject({ ...cursorQuery, ...outcomeFilter }),
    answers: { 200: pageOf("OutcomeIdsPage", outcomeIdsSchema) },
    problems: ["CONFLICT", "GONE"],
  }),
};
