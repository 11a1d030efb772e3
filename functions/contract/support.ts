import { z } from "zod";
import { idSchema, textSchema } from "#domain/text";
import { workflowNames } from "#domain/workflow";
import { countSchema, instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** How an execution went that has ended: FAILED beside any other end than success. */
export const executionOutcomes = ["CLEAN", "WITH_FAILED_CHUNKS", "FAILED"] as const;

const executionStatuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

const executionSchema = z
  .object({
    name: z.string(),
    executionArn: z.string(),
    workflow: z.enum(workflowNames),
    library: z.string().optional().meta({ description: "Absent, like subject, where its name is not one of ours" }),
    subject: z.string().optional(),
    status: z.enum([...executionStatuses, "PENDING_REDRIVE"]),
    outcome: z.enum(executionOutcomes).optional().meta({ description: "Absent while it runs" }),
    startedAt: instantSchema,
    stoppedAt: instantSchema.optional(),
    mapRun: z
      .object({
        total: countSchema,
        pending: countSchema,
        running: countSchema,
        succeeded: countSchema,
        failed: countSchema,
      })
      .optional()
      .meta({ description: "How many chunks stand where" }),
    consoleUrl: z.string(),
  })
  .meta({ id: "Execution" });
export type ExecutionAnswer = z.infer<typeof executionSchema>;

const eventSchema = z
  .object({
    id: countSchema,
    at: instantSchema,
    type: z.string(),
    state: z.string().optional(),
    error: z.string().optional(),
    cause: z.string().optional(),
  })
  .meta({ id: "ExecutionEvent" });

const chunkSchema = z
  .object({
    chunk: countSchema,
    status: z.enum(["FAILED", "UNKNOWN"]).meta({ description: "UNKNOWN: it left neither a result nor a failure" }),
    tries: countSchema.meta({ description: "Tries that ended in an error of this kind; 0 where no one knows" }),
    error: z.string().optional().meta({ description: "The error's name" }),
    cause: z.string().optional().meta({ description: "How it came about: names and places in the code, no values" }),
    startedAt: instantSchema.optional(),
    stoppedAt: instantSchema.optional(),
    patrons: countSchema.meta({ description: "Or titles. 0 where no one knows, as of a part of a search" }),
  })
  .meta({ id: "FailedChunk" });

const logsSchema = z
  .object({ url: z.string(), lines: z.array(z.string()).optional() })
  .meta({ id: "ExecutionLogs", description: "Where its lines of the log are; the lines themselves on one machine" });

const executionDetailSchema = executionSchema
  .extend({
    error: z.string().optional(),
    cause: z.string().optional(),
    history: z.array(eventSchema),
    chunks: z.array(chunkSchema).optional().meta({ description: "Those that did not succeed" }),
    logs: logsSchema.optional(),
    batchUpdateId: z.string().optional(),
    importId: z.string().optional(),
    exportId: z.string().optional(),
    erasureId: z.string().optional(),
    querySetId: z.string().optional(),
  })
  .meta({ id: "ExecutionDetail" });
export type ExecutionDetailAnswer = z.infer<typeof executionDetailSchema>;

/** Unreadable items of one answer: each is mended by hand, and the log names all. */
export const mostUnreadable = 100;

const queuesSchema = z
  .object({
    name: z.string(),
    depth: countSchema,
    inFlight: countSchema,
    ageOfOldestSeconds: countSchema.optional(),
    deadLetters: countSchema,
    unreadable: z
      .array(z.object({ item: z.string(), error: z.string() }).meta({ id: "UnreadableItem" }))
      .max(mostUnreadable)
      .meta({ description: "Open work that cannot be read: no one looks after it until it is mended" }),
  })
  .meta({ id: "QueueFigures" });

export const support = {
  listExecutions: operation({
    name: "listExecutions",
    method: "GET",
    path: "/v1/support/executions",
    summary: "Executions of the workflows of all libraries, newest first",
    roles: ["support"],
    scope: "none",
    query: z.strictObject({
      ...pageQuery,
      library: idSchema.optional(),
      workflow: z.enum(workflowNames).optional(),
      status: z.enum(executionStatuses).optional(),
      outcome: z.enum(executionOutcomes).optional(),
      from: instantSchema.optional().meta({ description: "Started then or later" }),
      to: instantSchema.optional().meta({ description: "Started then or earlier" }),
      q: textSchema.optional().meta({ description: "A part of the name" }),
    }),
    answers: { 200: pageOf("ExecutionPage", executionSchema) },
  }),
  getExecution: operation({
    name: "getExecution",
    method: "GET",
    path: "/v1/support/executions/:name",
    summary: "One execution with its history and the error it ended in",
    roles: ["support"],
    scope: "none",
    answers: { 200: executionDetailSchema },
  }),
  getQueues: operation({
    name: "getQueueFigures",
    method: "GET",
    path: "/v1/support/queues",
    summary: "How many service queues wait to be filled, for how long, and how many were given up",
    roles: ["support"],
    scope: "none",
    answers: { 200: queuesSchema },
  }),
};
