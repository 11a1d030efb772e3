import { z } from "zod";
import { outcomeCountsSchema } from "#domain/batch-update/counts";
import { planActions, problemReasonSchema, warningCodes } from "#domain/batch-update/outcome";
import { batchUpdateKinds, batchUpdateStatuses } from "#domain/batch-update/state";
import { daySchema } from "#domain/calendar";
import { planSummarySchema } from "#domain/plan/plan-summary";
import { changesSchema, updateSpecSchema } from "#domain/plan/update-spec";
import { listedIdsSchema } from "#domain/query/listed-ids";
import { fillSummarySchema } from "#domain/queue/fill";
import { idSchema, nameSchema, referenceSchema, textSchema } from "#domain/text";
import { countSchema, givenBatchUpdateIdSchema, givenIdSchema, instantSchema, progressSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";
import { newNameSchema, writers } from "./query-sets.ts";

/** Changes as they were sent. Not strict, so that a field that is new does not stop a client. */
export const shownChangesSchema = z.object(changesSchema.shape).meta({ id: "Changes" });

export const fillsSchema = fillSummarySchema.meta({
  id: "ServiceQueues",
  description: "The service queues that were asked to be filled; requested is the sum of the others",
});

export const planAnswerSchema = planSummarySchema
  .extend({
    digest: z.string().meta({ description: "Names this very plan: process only what was looked at" }),
    spread: z.array(z.object({ date: daySchema, patrons: countSchema }).meta({ id: "SpreadDay" })).optional(),
    warnings: z.array(z.object({ code: z.enum(warningCodes), patrons: countSchema }).meta({ id: "CountedWarning" })),
    problems: z.array(z.object({ code: problemReasonSchema, patrons: countSchema }).meta({ id: "CountedProblem" })),
    leftOut: z
      .object({
        actions: z.array(z.object({ action: z.enum(planActions), patrons: countSchema }).meta({ id: "CountedAction" })),
        warnings: z.array(
          z.object({ code: z.enum(warningCodes), patrons: countSchema }).meta({ id: "CountedLeftOutWarning" }),
        ),
      })
      .meta({ id: "LeftOut", description: "The excluded patrons, by what the plan showed before: what can come back" })
      .optional(),
  })
  .meta({ id: "PlanSummary", description: "What the review says of the plan, excluded patrons left out" });
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

export const batchUpdateSchema = z
  .object({
    batchUpdateId: givenBatchUpdateIdSchema,
    name: z.string().optional(),
    querySetId: givenIdSchema,
    status: z.enum(batchUpdateStatuses),
    stateReason: z.string().optional(),
    kind: z.enum(batchUpdateKinds),
    medium: idSchema,
    nightlyDebug: z.boolean().optional().meta({ description: "An undo has none of its own" }),
    changes: shownChangesSchema.optional(),
    searchStatement: z.string(),
    large: z.boolean(),
    plan: planAnswerSchema.optional(),
    progress: progressSchema,
    counts: outcomeCountsSchema.meta({ id: "OutcomeCounts", description: "total is the sum of the others" }).optional(),
    serviceQueues: fillsSchema,
    parentId: givenBatchUpdateIdSchema.optional(),
    children: z.array(
      z
        .object({
          batchUpdateId: givenBatchUpdateIdSchema,
          kind: z.enum(batchUpdateKinds),
          status: z.enum(batchUpdateStatuses),
          patrons: countSchema.optional().meta({
            description:
              "Of an undo, its retries among them: how many patrons it has taken on. All it is of until it ends, afterwards those it put back",
          }),
          finishedAt: instantSchema.optional(),
        })
        .meta({ id: "ChildBatchUpdate" }),
    ),
    handover: z
      .object({ by: z.string(), at: instantSchema, note: z.string().optional() })
      .meta({ id: "Handover", description: "It waits for an administrator" })
      .optional(),
    returned: z
      .object({ by: z.string(), at: instantSchema, note: z.string() })
      .meta({ id: "Return", description: "An administrator gave it back" })
      .optional(),
    processAt: instantSchema.optional().meta({ description: "When it begins by itself, or was to begin" }),
    scheduledBy: z.string().optional(),
    undoableUntil: instantSchema.optional(),
    evidence: z.literal("DELETED").optional().meta({
      description:
        "The library's retention days are over: plan, outcomes, report, retry and undo are gone (410), the counts stay",
    }),
    querySetEnded: z.literal(true).optional().meta({
      description: "The query set has ended too, for nobody used it any longer: `querySetId` leads to a 404",
    }),
    createdBy: z.string(),
    createdAt: instantSchema,
    plannedAt: instantSchema.optional(),
    processedBy: z.string().optional(),
    processedAt: instantSchema.optional(),
    finishedAt: instantSchema.optional(),
  })
  .meta({ id: "BatchUpdate" });
export type BatchUpdateAnswer = z.infer<typeof batchUpdateSchema>;

const newBatchUpdateSchema = updateSpecSchema
  .extend({ querySetId: referenceSchema, name: nameSchema.optional() })
  .meta({ id: "NewBatchUpdate" });

export type NewBatchUpdate = z.input<typeof newBatchUpdateSchema>;

const processSchema = z
  .strictObject({
    planDigest: z.string().max(200),
    patronCount: countSchema,
    at: instantSchema.optional().meta({ description: "When to begin, within 30 days; at once where nothing is said" }),
  })
  .meta({ id: "ReviewedPlan", description: "patronCount is plan.counts update + create + remove" });

const noteSchema = textSchema.refine((note) => note.trim() !== "", "must hold at least one visible character");
const handoverSchema = z.strictObject({ note: noteSchema.optional() }).meta({ id: "NewHandover" });
const returnSchema = z.strictObject({ note: noteSchema }).meta({ id: "NewReturn" });

const undoSchema = z.strictObject({ patronIds: listedIdsSchema.optional() }).meta({ id: "NewUndo" });

const path = "/v1/batch-updates/:batchUpdateId";

export const batchUpdates = {
  create: operation({
    name: "createBatchUpdate",
    method: "POST",
    path: "/v1/batch-updates",
    summary: "Plans a batch update of a query set",
    description:
      "medium and nightlyDebug must be said. In changes an absent field stays, null clears, a value sets. What is wrong for every patron (unknown code, past day, out of range) is 422 at once. A query set that is not READY: 409.",
    roles: writers,
    body: newBatchUpdateSchema,
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  list: operation({
    name: "listBatchUpdates",
    method: "GET",
    path: "/v1/batch-updates",
    summary: "Batch updates of the library, newest first",
    query: z.strictObject({
      ...pageQuery,
      status: z.enum(batchUpdateStatuses).optional(),
      kind: z.enum(batchUpdateKinds).optional(),
      medium: idSchema.optional(),
      q: textSchema.optional(),
      createdBy: textSchema.optional().meta({ description: "A sub or a name" }),
      from: instantSchema.optional().meta({ description: "Created then or later" }),
      to: instantSchema.optional().meta({ description: "Created then or before" }),
      waiting: z
        .enum(["true", "false"])
        .optional()
        .meta({ description: "Whether it was handed over and waits for an administrator" }),
    }),
    answers: { 200: pageOf("BatchUpdatePage", batchUpdateSchema) },
  }),
  get: operation({
    name: "getBatchUpdate",
    method: "GET",
    path,
    summary: "One batch update: its state, counts and progress",
    answers: { 200: batchUpdateSchema },
  }),
  rename: operation({
    name: "renameBatchUpdate",
    method: "PATCH",
    path,
    summary: "Gives a batch update another name",
    roles: writers,
    body: newNameSchema,
    answers: { 200: batchUpdateSchema },
  }),
  duplicate: operation({
    name: "duplicateBatchUpdate",
    method: "POST",
    path: `${path}/duplicate`,
    summary: "Plans the same update of the same query set once more",
    description:
      "With the same medium, Nightly Debug, changes and name, planned afresh. A retry or an undo: 409. What has become wrong for every patron since, such as a day that has passed: 422.",
    roles: writers,
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  handOver: operation({
    name: "handOverBatchUpdate",
    method: "POST",
    path: `${path}/handover`,
    summary: "Tells the administrators that a review waits for them",
    description: "While READY. Handed over again, the last note counts.",
    roles: writers,
    body: handoverSchema,
    answers: { 200: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  handBack: operation({
    name: "returnBatchUpdate",
    method: "POST",
    path: `${path}/handover/return`,
    summary: "Gives a review back that was handed over",
    description: "One that does not wait: 409.",
    roles: ["administrator"],
    body: returnSchema,
    answers: { 200: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  unschedule: operation({
    name: "unscheduleBatchUpdate",
    method: "POST",
    path: `${path}/unschedule`,
    summary: "Takes back that a batch update begins by itself: it is READY again, for seven days",
    roles: ["administrator"],
    answers: { 200: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  process: operation({
    name: "processBatchUpdate",
    method: "POST",
    path: `${path}/process`,
    summary: "Applies the plan that was reviewed, at once or at an instant",
    description:
      "Any other digest or count than the plan's, nothing to change, or a state other than READY: 409, and nothing is written. While another batch update of the library and medium is at work: 409 with conflictsWith. Support may process a retry or an undo. With at it is SCHEDULED, and begins by itself within two minutes of that instant or as soon as its medium is free. Where the library's setting approval says so, who created it may not process it.",
    roles: ["administrator", "support"],
    body: processSchema,
    answers: { 202: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  cancel: operation({
    name: "cancelBatchUpdate",
    method: "POST",
    path: `${path}/cancel`,
    summary: "Cancels a batch update",
    description:
      "At once before it is processed; else it is CANCELLING until what is under way has ended. What is done stays done. Staff may cancel what they made themselves, before it is processed or scheduled.",
    answers: { 202: batchUpdateSchema },
    problems: ["CONFLICT"],
  }),
  retry: operation({
    name: "retryBatchUpdate",
    method: "POST",
    path: `${path}/retry`,
    summary: "Plans what failed, conflicted or was left afresh",
    description:
      "Before the end, with no one to retry, or while another retry is open: 409. Its evidence is deleted: 410.",
    roles: ["administrator", "support"],
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT", "GONE"],
  }),
  undo: operation({
    name: "undoBatchUpdate",
    method: "POST",
    path: `${path}/undo`,
    summary: "Plans taking back what a batch update changed",
    description:
      "Before the end, after undoableUntil, or with nothing to undo: 409. A patron it did not change among patronIds: 422. Its evidence is deleted: 410.",
    roles: ["administrator", "support"],
    body: undoSchema,
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT", "GONE"],
  }),
};
