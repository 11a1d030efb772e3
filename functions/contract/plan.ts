import { z } from "zod";
import { patronProblemSchema, planActions, problemReasonSchema, warningCodes } from "#domain/batch-update/outcome";
import { keptPatronIdSchema } from "#domain/ids";
import { planFieldNames } from "#domain/plan/plan";
import { listedIdsSchema } from "#domain/query/listed-ids";
import { textSchema } from "#domain/text";
import { batchUpdateSchema } from "./batch-updates.ts";
import { fieldChangeSchema, valueSchema } from "./change.ts";
import { countSchema, linkSchema } from "./formats.ts";
import { cursorQuery, pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

const shownActions = [...planActions, "EXCLUDED"] as const;

const planItemSchema = z
  .object({
    patronId: keptPatronIdSchema,
    lastName: z.string().optional().meta({ description: "Missing, as firstName, where the patron was erased" }),
    firstName: z.string().optional(),
    action: z.enum(shownActions),
    changes: z.array(fieldChangeSchema),
    warnings: z.array(z.enum(warningCodes)),
    problem: patronProblemSchema.meta({ id: "PatronProblem" }).optional(),
  })
  .meta({ id: "PlanItem" });
export type PlanItem = z.infer<typeof planItemSchema>;

/** What narrows a plan. */
const planFilter = {
  action: z.enum(shownActions).optional(),
  warning: z.enum(warningCodes).optional(),
  problem: problemReasonSchema.optional(),
  q: textSchema.optional(),
};

const plannedIdsSchema = z
  .object({ action: z.enum(shownActions), patronIds: z.array(keptPatronIdSchema) })
  .meta({ id: "PlannedIds" });

const heldSchema = { before: countSchema, after: countSchema };

const distributionSchema = z
  .object({
    fields: z.array(
      z
        .object({
          field: z.enum(planFieldNames),
          values: z
            .array(
              z
                .object({ value: valueSchema.optional(), ...heldSchema })
                .meta({ id: "HeldValue", description: "Without a value: the patrons with none" }),
            )
            .meta({ description: "The twenty most frequent, the most frequent first" }),
          others: z.object(heldSchema).optional(),
        })
        .meta({ id: "FieldDistribution" }),
    ),
  })
  .meta({ id: "PlanDistribution" });
export type PlanDistribution = z.infer<typeof distributionSchema>;

/** Whom to leave out of a plan: patrons by id, or all that the plan shows with an action or a warning. */
const exclusionsSchema = z
  .union(
    [
      z.strictObject({ patronIds: listedIdsSchema }),
      z.strictObject({ action: z.enum(planActions) }),
      z.strictObject({ warning: z.enum(warningCodes) }),
    ],
    "send patronIds, or one action, or one warning",
  )
  .meta({ id: "PlanExclusions" });
export type PlanExclusions = z.infer<typeof exclusionsSchema>;

const path = "/v1/batch-updates/:batchUpdateId";

export const plan = {
  list: operation({
    name: "listPlan",
    method: "GET",
    path: `${path}/plan`,
    summary: "The plan, patron by patron",
    query: z.strictObject({ ...pageQuery, ...planFilter }),
    answers: { 200: pageOf("PlanPage", planItemSchema) },
    problems: ["CONFLICT", "GONE"],
  }),
  ids: operation({
    name: "listPlannedIds",
    method: "GET",
    path: `${path}/plan/patron-ids`,
    summary: "The patrons of the plan by ID alone, those of each action together",
    description: "Up to 20,000 patrons in one answer, to choose among all that fit. An action without any is left out.",
    query: z.strictObject({ ...cursorQuery, ...planFilter }),
    answers: { 200: pageOf("PlannedIdsPage", plannedIdsSchema) },
    problems: ["CONFLICT", "GONE"],
  }),
  export: operation({
    name: "exportPlan",
    method: "GET",
    path: `${path}/plan/export`,
    summary: "The plan as a spreadsheet",
    answers: { 200: z.object({ csvUrl: linkSchema }).meta({ id: "PlanExport" }) },
    problems: ["CONFLICT", "GONE"],
  }),
  distribution: operation({
    name: "distributePlan",
    method: "GET",
    path: `${path}/plan/distribution`,
    summary: "How many patrons hold each value before and after, field by field",
    description:
      "Over all patrons of the plan but the excluded ones; who is not written keeps what is there. Each field adds up to the same number before and after.",
    answers: { 200: distributionSchema },
    problems: ["CONFLICT", "GONE"],
  }),
  exclude: operation({
    name: "excludeFromPlan",
    method: "POST",
    path: `${path}/exclusions`,
    summary: "Leaves patrons of the plan out",
    description:
      "While READY. Nothing is read again: counts, spread, warnings and digest follow from the sealed plan. An id that is not in the plan: 422, and no one is left out.",
    body: exclusionsSchema,
    answers: { 200: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  include: operation({
    name: "includeInPlan",
    method: "POST",
    path: `${path}/exclusions/remove`,
    summary: "Takes patrons in again that were left out",
    description: "An action or a warning means what the plan showed before anybody was left out.",
    body: exclusionsSchema,
    answers: { 200: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
};
