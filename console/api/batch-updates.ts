import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type Changes, changesSchema } from "#domain/plan/update-spec";
import { call, path } from "./call.ts";
import { changeSchema } from "./change.ts";
import { type PageRequest, pageOf } from "./list.ts";
import { progressSchema } from "./progress.ts";

export const batchUpdateStatuses = [
  "PLANNING",
  "READY",
  "PROCESSING",
  "CANCELLING",
  "COMPLETED",
  "COMPLETED_WITH_ERRORS",
  "CANCELLED",
  "FAILED",
] as const;
export type BatchUpdateStatus = (typeof batchUpdateStatuses)[number];

const count = z.number().default(0);
const coded = z.array(z.object({ code: z.string(), patrons: z.number() })).default([]);

const planSchema = z.object({
  digest: z.string(),
  counts: z.object({
    total: count,
    update: count,
    create: count,
    remove: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    excluded: count,
  }),
  nightlyDebug: z.object({ turnedOn: count, turnedOff: count }).optional(),
  spread: z.array(z.object({ date: z.string(), patrons: z.number() })).optional(),
  warnings: coded,
  problems: coded,
});
export type PlanSummary = z.infer<typeof planSchema>;

const outcomeCountsSchema = z.object({
  total: count,
  updated: count,
  created: count,
  removed: count,
  unchanged: count,
  conflict: count,
  notFound: count,
  invalid: count,
  failed: count,
  unprocessed: count,
  excluded: count,
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

const serviceQueuesSchema = z.object({
  status: z.enum(["NONE", "FILLING", "FILLED", "FILLED_WITH_ERRORS"]),
  requested: count,
  filled: count,
  withdrawn: count,
  failed: count,
  pending: count,
});

const batchUpdateSchema = z.object({
  batchUpdateId: z.string(),
  name: z.string().optional(),
  querySetId: z.string().optional(),
  status: z.enum(batchUpdateStatuses),
  stateReason: z.string().optional(),
  kind: z.enum(["UPDATE", "RETRY", "UNDO"]).default("UPDATE"),
  medium: z.string().default(""),
  nightlyDebug: z.boolean().optional(),
  changes: changesSchema.optional(),
  searchStatement: z.string().default(""),
  large: z.boolean().default(false),
  plan: planSchema.optional(),
  progress: progressSchema.optional(),
  counts: outcomeCountsSchema.optional(),
  serviceQueues: serviceQueuesSchema.optional(),
  parentId: z.string().optional(),
  children: z.array(z.object({ batchUpdateId: z.string(), kind: z.string(), status: z.string() })).default([]),
  undoableUntil: z.string().optional(),
  createdBy: z.string().optional(),
  createdAt: z.string().optional(),
  plannedAt: z.string().optional(),
  processedBy: z.string().optional(),
  processedAt: z.string().optional(),
  finishedAt: z.string().optional(),
});
export type BatchUpdate = z.infer<typeof batchUpdateSchema>;

export const isFinal = (status: BatchUpdateStatus): boolean =>
  ["COMPLETED", "COMPLETED_WITH_ERRORS", "CANCELLED", "FAILED"].includes(status);

/** True while something goes on that a page should follow: the run itself, or the queues it asked for. */
export function isMoving({ status, serviceQueues }: BatchUpdate): boolean {
  return ["PLANNING", "PROCESSING", "CANCELLING"].includes(status) || serviceQueues?.status === "FILLING";
}

const lookEvery = 1_000;

export const batchUpdateQuery = (batchUpdateId: string) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId],
    queryFn: ({ signal }) => call("GET", path`/batch-updates/${batchUpdateId}`, { answer: batchUpdateSchema, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isMoving(state.data) ? lookEvery : false),
  });

export interface HistoryFilter {
  readonly status: string;
  readonly kind: string;
  readonly medium: string;
  readonly q: string;
}

export const batchUpdatesQuery = (filter: HistoryFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", "list", filter, page],
    queryFn: ({ signal }) =>
      call("GET", "/batch-updates", { answer: pageOf(batchUpdateSchema), query: { ...filter, ...page }, signal }),
  });

export interface NewBatchUpdate {
  readonly querySetId: string;
  readonly medium: string;
  readonly nightlyDebug: boolean;
  readonly changes: Changes;
  readonly name?: string;
}

export function createBatchUpdate(body: NewBatchUpdate, onceKey: string) {
  return call("POST", "/batch-updates", { answer: batchUpdateSchema, body, onceKey });
}

const started = z.object({ batchUpdateId: z.string() });

export function processBatchUpdate(
  batchUpdateId: string,
  shown: { planDigest: string; patronCount: number },
  onceKey: string,
) {
  return call("POST", path`/batch-updates/${batchUpdateId}/process`, { answer: z.unknown(), body: shown, onceKey });
}

export function cancelBatchUpdate(batchUpdateId: string, onceKey: string) {
  return call("POST", path`/batch-updates/${batchUpdateId}/cancel`, { answer: z.unknown(), onceKey });
}

export function retryBatchUpdate(batchUpdateId: string, onceKey: string) {
  return call("POST", path`/batch-updates/${batchUpdateId}/retry`, { answer: started, onceKey });
}

export function undoBatchUpdate(batchUpdateId: string, patronIds: readonly string[] | undefined, onceKey: string) {
  const body = patronIds === undefined ? {} : { patronIds };
  return call("POST", path`/batch-updates/${batchUpdateId}/undo`, { answer: started, body, onceKey });
}

/** Whom to leave out of a plan: patrons by id, or all that the plan shows with an action or a warning. */
export type Chosen = { patronIds: readonly string[] } | { action: string } | { warning: string };

export function excludeFromPlan(batchUpdateId: string, chosen: Chosen, onceKey: string) {
  const answer = batchUpdateSchema;
  return call("POST", path`/batch-updates/${batchUpdateId}/exclusions`, { answer, body: chosen, onceKey });
}

export function includeInPlan(batchUpdateId: string, chosen: Chosen, onceKey: string) {
  const answer = batchUpdateSchema;
  return call("POST", path`/batch-updates/${batchUpdateId}/exclusions/remove`, { answer, body: chosen, onceKey });
}

const named = { patronId: z.string(), lastName: z.string().default(""), firstName: z.string().optional() };

const planLineSchema = z.object({
  ...named,
  action: z.string(),
  changes: z.array(changeSchema).default([]),
  warnings: z.array(z.string()).default([]),
  problem: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }).optional(),
});
export type PlanLine = z.infer<typeof planLineSchema>;

export interface PlanFilter {
  readonly action: string;
  readonly warning: string;
  readonly problem: string;
  readonly q: string;
}

export const planQuery = (batchUpdateId: string, digest: string, filter: PlanFilter, page: PageRequest) =>
  queryOptions({
    // The digest follows each exclusion, so a changed plan is read anew.
    queryKey: ["batch-updates", batchUpdateId, "plan", digest, filter, page],
    queryFn: ({ signal }) =>
      call("GET", path`/batch-updates/${batchUpdateId}/plan`, {
        answer: pageOf(planLineSchema),
        query: { ...filter, ...page },
        signal,
      }),
  });

export function exportPlan(batchUpdateId: string) {
  return call("GET", path`/batch-updates/${batchUpdateId}/plan/export`, { answer: z.object({ csvUrl: z.url() }) });
}

const outcomeLineSchema = z.object({
  ...named,
  outcome: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  advice: z.string().optional(),
  changes: z.array(changeSchema).default([]),
});
export type OutcomeLine = z.infer<typeof outcomeLineSchema>;

export const outcomesQuery = (batchUpdateId: string, filter: { outcome: string; q: string }, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "outcomes", filter, page],
    queryFn: ({ signal }) =>
      call("GET", path`/batch-updates/${batchUpdateId}/outcomes`, {
        answer: pageOf(outcomeLineSchema),
        query: { ...filter, ...page },
        signal,
      }),
  });

const filesSchema = z.object({
  final: z.boolean(),
  errors: z.object({ rows: z.number(), csvUrl: z.url().optional() }),
  outcomes: z.object({ rows: z.number(), jsonlUrl: z.url().optional() }),
  serviceQueues: z.object({ final: z.boolean(), rows: z.number(), csvUrl: z.url().optional() }).optional(),
});

export function readReport(batchUpdateId: string) {
  return call("GET", path`/batch-updates/${batchUpdateId}/report`, { answer: filesSchema });
}

const fillSchema = z.object({
  ...named,
  status: z.string(),
  entriesAdded: z.number().optional(),
  reason: z.string().optional(),
  filledAt: z.string().optional(),
});

export const fillsQuery = (batchUpdateId: string, status: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "service-queues", status, page],
    queryFn: ({ signal }) =>
      call("GET", path`/batch-updates/${batchUpdateId}/service-queues`, {
        answer: pageOf(fillSchema),
        query: { status, ...page },
        signal,
      }),
  });

export function retryFills(batchUpdateId: string, onceKey: string) {
  return call("POST", path`/batch-updates/${batchUpdateId}/service-queues/retry`, { answer: z.unknown(), onceKey });
}
