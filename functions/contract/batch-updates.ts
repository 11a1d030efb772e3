import { z } from "zod";
import { outcomeCountsSchema } from "#domain/batch-update/counts";
import { problemReasonSchema, warningCodes } from "#domain/batch-update/outcome";
import { batchUpdateKinds, batchUpdateStatuses } from "#domain/batch-update/state";
import { daySchema } from "#domain/calendar";
import { planSummarySchema } from "#domain/plan/plan-summary";
import { changesSchema, updateSpecSchema } from "#domain/plan/update-spec";
import { listedIdsSchema } from "#domain/query/listed-ids";
import { fillSummarySchema } from "#domain/queue/fill";
import { idSchema, nameSchema, referenceSchema, textSchema } from "#domain/text";
import { countSchema, givenIdSchema, instantSchema, progressSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";
import { writers } from "./query-sets.ts";

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
  })
  .meta({ id: "PlanSummary", description: "What the review says of the plan, excluded patrons left out" });
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

export const batchUpdateSchema = z
  .object({
    batchUpdateId: givenIdSchema,
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
    parentId: givenIdSchema.optional(),
    children: z.array(
      z
        .object({
          batchUpdateId: givenIdSchema,
          kind: z.enum(batchUpdateKinds),
          status: z.enum(batchUpdateStatuses),
        })
        .meta({ id: "ChildBatchUpdate" }),
    ),
    undoableUntil: instantSchema.optional(),
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
  .strictObject({ planDigest: z.string().max(200), patronCount: countSchema })
  .meta({ id: "ReviewedPlan", description: "patronCount is plan.counts update + create + remove" });

const undoSchema = z.strictObject({ patronIds: listedIdsSchema.optional() }).meta({ id: "NewUndo" });

const path = "/v1/batch-updates/:batchUpdateId";

const planning: z.input<typeof batchUpdateSchema> = {
  batchUpdateId: "01k8zq6k9vbatch5y8b2e4g6m1",
  name: "Move to duplication",
  querySetId: "01k8zq3f6pqs3t8r2v5y7b9d1g",
  status: "PLANNING",
  kind: "UPDATE",
  medium: "DB",
  nightlyDebug: false,
  changes: { deliveryMethod: "DUPLICATION" },
  searchStatement: "Media Serve Code Begins O",
  large: false,
  progress: { done: 0, total: 812 },
  serviceQueues: { status: "NONE", requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 },
  children: [],
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:55:02.007Z",
};
const planDigest = "5f0c1f6f0c4f2d4d5ad1f2f1f24f1c8a7c0e2f9d5b6a3c1e8d7f6a5b4c3d2e1f";

/** A batch update in review, for examples. */
export const reviewed: z.input<typeof batchUpdateSchema> = {
  ...planning,
  status: "READY",
  progress: { done: 812, total: 812 },
  plan: {
    digest: planDigest,
    counts: {
      total: 812,
      update: 800,
      create: 0,
      remove: 0,
      unchanged: 10,
      conflict: 0,
      notFound: 0,
      invalid: 2,
      excluded: 0,
    },
    nightlyDebug: { turnedOn: 0, turnedOff: 3 },
    warnings: [],
    problems: [{ code: "PATRON_CLOSED", patrons: 2 }],
  },
  plannedAt: "2026-03-02T13:55:03.410Z",
};
const processing: z.input<typeof batchUpdateSchema> = {
  ...reviewed,
  status: "PROCESSING",
  progress: { done: 0, total: 812 },
  processedBy: "piedmont-administrator",
  processedAt: "2026-03-02T14:05:09.120Z",
};
const childOf = (kind: "RETRY" | "UNDO"): z.input<typeof batchUpdateSchema> => ({
  ...planning,
  batchUpdateId: "01k8zr7m2wch1d6z9c3f5h7n2p",
  kind,
  parentId: planning.batchUpdateId,
});

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
    example: {
      body: {
        querySetId: planning.querySetId,
        name: "Move to duplication",
        medium: "DB",
        nightlyDebug: false,
        changes: { deliveryMethod: "DUPLICATION" },
      },
      answer: planning,
    },
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
    }),
    answers: { 200: pageOf("BatchUpdatePage", batchUpdateSchema) },
    example: { answer: { items: [reviewed] } },
  }),
  get: operation({
    name: "getBatchUpdate",
    method: "GET",
    path,
    summary: "One batch update: its state, counts and progress",
    answers: { 200: batchUpdateSchema },
    example: { answer: reviewed },
  }),
  process: operation({
    name: "processBatchUpdate",
    method: "POST",
    path: `${path}/process`,
    summary: "Applies the plan that was reviewed",
    description:
      "Any other digest or count than the plan's, nothing to change, or a state other than READY: 409, and nothing is written. While another batch update of the library and medium is at work: 409 with conflictsWith. Support may process a retry or an undo.",
    roles: ["administrator", "support"],
    body: processSchema,
    answers: { 202: batchUpdateSchema },
    problems: ["CONFLICT"],
    example: { body: { planDigest, patronCount: 800 }, answer: processing },
  }),
  cancel: operation({
    name: "cancelBatchUpdate",
    method: "POST",
    path: `${path}/cancel`,
    summary: "Cancels a batch update",
    description:
      "At once before it is processed; else it is CANCELLING until what is under way has ended. What is done stays done. Staff may cancel what they made themselves, before it is processed.",
    answers: { 202: batchUpdateSchema },
    problems: ["CONFLICT"],
    example: { answer: { ...processing, status: "CANCELLING", stateReason: "Cancelled by piedmont-administrator" } },
  }),
  retry: operation({
    name: "retryBatchUpdate",
    method: "POST",
    path: `${path}/retry`,
    summary: "Plans what failed, conflicted or was left afresh",
    description: "Before the end, with nobody to retry, or while another retry is open: 409.",
    roles: ["administrator", "support"],
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT"],
    example: { answer: childOf("RETRY") },
  }),
  undo: operation({
    name: "undoBatchUpdate",
    method: "POST",
    path: `${path}/undo`,
    summary: "Plans taking back what a batch update changed",
    description:
      "Before the end, after undoableUntil, or with nothing to undo: 409. A patron it did not change among patronIds: 422.",
    roles: ["administrator", "support"],
    body: undoSchema,
    answers: { 201: batchUpdateSchema },
    problems: ["CONFLICT"],
    example: { body: { patronIds: ["P000123"] }, answer: childOf("UNDO") },
  }),
};
