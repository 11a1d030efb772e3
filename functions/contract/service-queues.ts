import { z } from "zod";
import { keptPatronIdSchema } from "#domain/ids";
import { queueFunctionNames } from "#domain/library";
import { fillStatuses } from "#domain/queue/fill";
import { queueEntryStatuses } from "#domain/queue/service-queue";
import { fillsSchema } from "./batch-updates.ts";
import { countSchema, givenBatchUpdateIdSchema, instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

const entrySchema = z
  .object({
    sequence: z.int().min(1),
    titleId: z.string(),
    title: z.string(),
    author: z.string(),
    selectType: z.enum(queueFunctionNames),
    source: z.string(),
    status: z.enum(queueEntryStatuses),
  })
  .meta({ id: "QueueEntry" });

const queueSchema = z
  .object({ entries: z.array(entrySchema), filledAt: instantSchema.optional(), filledBy: z.string().optional() })
  .meta({ id: "ServiceQueue" });

const entryReportSchema = z.strictObject({ status: z.enum(queueEntryStatuses) }).meta({ id: "QueueEntryReport" });

/** What came of one patron's fill. */
const fillSchema = z
  .object({
    patronId: keptPatronIdSchema,
    lastName: z.string().optional(),
    firstName: z.string().optional(),
    status: z.enum(fillStatuses),
    entriesAdded: countSchema.optional(),
    reason: z.string().optional(),
    filledAt: instantSchema.optional(),
    tries: countSchema.optional().meta({ description: "While PENDING: tries that failed so far" }),
    lastError: z.string().optional().meta({ description: "While PENDING: the name of what the last try ended in" }),
    nextTryAt: instantSchema
      .optional()
      .meta({ description: "While PENDING after a try that failed: about when the next comes" }),
  })
  .meta({ id: "Fill" });

const retriedSchema = z
  .object({ batchUpdateId: givenBatchUpdateIdSchema, serviceQueues: fillsSchema })
  .meta({ id: "RetriedServiceQueues" });

const patronQueue = "/v1/patrons/:patronId/media/:medium/service-queue";
const batchFills = "/v1/batch-updates/:batchUpdateId/service-queues";

export const serviceQueues = {
  get: operation({
    name: "getServiceQueue",
    method: "GET",
    path: patronQueue,
    summary: "A patron's service queue in one medium",
    answers: { 200: queueSchema },
  }),
  reportEntry: operation({
    name: "reportQueueEntry",
    method: "PATCH",
    path: `${patronQueue}/:titleId`,
    summary: "Reports what became of a title in a service queue",
    roles: ["administrator"],
    body: entryReportSchema,
    contentTypes: ["application/json", "application/merge-patch+json"],
    answers: { 200: entrySchema },
  }),
  listFills: operation({
    name: "listFills",
    method: "GET",
    path: batchFills,
    summary: "Fills of service queues that a batch update asked for",
    query: z.strictObject({ ...pageQuery, status: z.enum(fillStatuses).optional() }),
    answers: { 200: pageOf("FillPage", fillSchema) },
    problems: ["GONE"],
  }),
  retry: operation({
    name: "retryServiceQueues",
    method: "POST",
    path: `${batchFills}/retry`,
    summary: "Tries the failed fills of a batch update again",
    description: "With them go those that have waited for half an hour. None of either: 409.",
    roles: ["administrator", "support"],
    answers: { 202: retriedSchema },
    problems: ["CONFLICT", "GONE"],
  }),
};
