import { queryOptions } from "@tanstack/react-query";
import { type BatchUpdateAnswer, batchUpdates, type NewBatchUpdate } from "#contract/batch-updates";
import { outcomes } from "#contract/outcomes";
import { type PlanExclusions, plan } from "#contract/plan";
import { report } from "#contract/report";
import { serviceQueues } from "#contract/service-queues";
import type { BatchUpdateId } from "#domain/ids";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** True while something goes on that a page should follow: the run itself, or the queues it asked for. */
export function isMoving({ status, serviceQueues: fills }: BatchUpdateAnswer): boolean {
  return ["PLANNING", "PROCESSING", "CANCELLING"].includes(status) || fills.status === "FILLING";
}

const lookEvery = 1_000;

export const batchUpdateQuery = (batchUpdateId: BatchUpdateId) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId],
    queryFn: ({ signal }) => call(batchUpdates.get, { params: { batchUpdateId }, signal }),
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
    queryFn: ({ signal }) => call(batchUpdates.list, { query: { ...filter, ...page }, signal }),
  });

export function createBatchUpdate(body: NewBatchUpdate, onceKey: string) {
  return call(batchUpdates.create, { body, onceKey });
}

export function processBatchUpdate(
  batchUpdateId: BatchUpdateId,
  shown: { planDigest: string; patronCount: number },
  onceKey: string,
) {
  return call(batchUpdates.process, { params: { batchUpdateId }, body: shown, onceKey });
}

export function cancelBatchUpdate(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(batchUpdates.cancel, { params: { batchUpdateId }, onceKey });
}

export function retryBatchUpdate(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(batchUpdates.retry, { params: { batchUpdateId }, onceKey });
}

export function undoBatchUpdate(
  batchUpdateId: BatchUpdateId,
  patronIds: readonly string[] | undefined,
  onceKey: string,
) {
  return call(batchUpdates.undo, { params: { batchUpdateId }, body: { patronIds }, onceKey });
}

export function excludeFromPlan(batchUpdateId: BatchUpdateId, chosen: PlanExclusions, onceKey: string) {
  return call(plan.exclude, { params: { batchUpdateId }, body: chosen, onceKey });
}

export function includeInPlan(batchUpdateId: BatchUpdateId, chosen: PlanExclusions, onceKey: string) {
  return call(plan.include, { params: { batchUpdateId }, body: chosen, onceKey });
}

export interface PlanFilter {
  readonly action: string;
  readonly warning: string;
  readonly problem: string;
  readonly q: string;
}

export const planQuery = (batchUpdateId: BatchUpdateId, digest: string, filter: PlanFilter, page: PageRequest) =>
  queryOptions({
    // The digest follows each exclusion, so a changed plan is read anew.
    queryKey: ["batch-updates", batchUpdateId, "plan", digest, filter, page],
    queryFn: ({ signal }) => call(plan.list, { params: { batchUpdateId }, query: { ...filter, ...page }, signal }),
  });

export function exportPlan(batchUpdateId: BatchUpdateId) {
  return call(plan.export, { params: { batchUpdateId } });
}

export const outcomesQuery = (
  batchUpdateId: BatchUpdateId,
  filter: { outcome: string; q: string },
  page: PageRequest,
) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "outcomes", filter, page],
    queryFn: ({ signal }) => call(outcomes.list, { params: { batchUpdateId }, query: { ...filter, ...page }, signal }),
  });

export function readReport(batchUpdateId: BatchUpdateId) {
  return call(report.get, { params: { batchUpdateId } });
}

export const fillsQuery = (batchUpdateId: BatchUpdateId, status: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "service-queues", status, page],
    queryFn: ({ signal }) =>
      call(serviceQueues.listFills, { params: { batchUpdateId }, query: { status, ...page }, signal }),
  });

export function retryFills(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(serviceQueues.retry, { params: { batchUpdateId }, onceKey });
}
