import { queryOptions } from "@tanstack/react-query";
import { type BatchUpdateAnswer, batchUpdates, type NewBatchUpdate } from "#contract/batch-updates";
import { outcomes } from "#contract/outcomes";
import { type PlanExclusions, plan } from "#contract/plan";
import { report } from "#contract/report";
import { serviceQueues } from "#contract/service-queues";
import { isMoving } from "#domain/batch-update/state";
import type { BatchUpdateId } from "#domain/ids";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";
import { isPassing } from "./problem.ts";

/** True while something goes on that a page should follow: the run itself, or the queues it asked for. */
export function isGoingOn({ status, serviceQueues: fills }: BatchUpdateAnswer): boolean {
  return isMoving(status) || fills.status === "FILLING";
}

const lookEvery = 1_000;
/** A review is looked at again too: somebody else may go on with it. */
const lookForOthersEvery = 5_000;

/** Milliseconds until a batch update is looked at again; false where nothing happens to it by itself. */
function lookAgainIn(shown: BatchUpdateAnswer | undefined): number | false {
  if (shown === undefined || isGoingOn(shown)) return lookEvery;
  if (shown.status === "READY") return document.hidden ? 60_000 : lookForOthersEvery;
  if (shown.status !== "SCHEDULED" || shown.processAt === undefined) return false;
  // Seldom while its time is far, and closely when it may begin any moment.
  return Date.parse(shown.processAt) - Date.now() > 60_000 ? 30_000 : lookEvery;
}

export const batchUpdateQuery = (batchUpdateId: BatchUpdateId) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId],
    queryFn: ({ signal }) => call(batchUpdates.get, { params: { batchUpdateId }, signal }),
    refetchInterval: ({ state }) => lookAgainIn(state.data),
    // Who works in another tab meanwhile is told of the end there: by the title, and by a notice if it was asked for.
    refetchIntervalInBackground: true,
  });

export interface HistoryFilter {
  readonly status: string;
  readonly kind: string;
  readonly medium: string;
  /** `true` for those that were handed over to the administrators. */
  readonly waiting: string;
  readonly q: string;
}

export const batchUpdatesQuery = (filter: HistoryFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", "list", filter, page],
    queryFn: ({ signal }) => call(batchUpdates.list, { query: { ...filter, ...page }, signal }),
  });

/** Days back beyond which nothing is open: scheduled at most 30 days ahead, and reviewed for a week each time. */
const openFor = 60;

export function openSince(): string {
  return `${new Date(Date.now() - openFor * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
}

/** What waits for an administrator: handed over, and not gone on with. */
export const waitingQuery = () =>
  queryOptions({
    queryKey: ["batch-updates", "list", "waiting"],
    queryFn: ({ signal }) =>
      call(batchUpdates.list, { query: { waiting: "true", limit: 50, from: openSince() }, signal }),
    staleTime: 30_000,
    refetchInterval: 120_000,
  });

/** What begins by itself, in all media. */
export const scheduledQuery = () =>
  queryOptions({
    queryKey: ["batch-updates", "list", "scheduled"],
    queryFn: ({ signal }) =>
      call(batchUpdates.list, { query: { status: "SCHEDULED", limit: 200, from: openSince() }, signal }),
  });

export function createBatchUpdate(body: NewBatchUpdate, onceKey: string) {
  return call(batchUpdates.create, { body, onceKey });
}

export function processBatchUpdate(
  batchUpdateId: BatchUpdateId,
  shown: { planDigest: string; patronCount: number; at?: string },
  onceKey: string,
) {
  return call(batchUpdates.process, { params: { batchUpdateId }, body: shown, onceKey });
}

export function unscheduleBatchUpdate(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(batchUpdates.unschedule, { params: { batchUpdateId }, onceKey });
}

export function handOverBatchUpdate(batchUpdateId: BatchUpdateId, note: string | undefined, onceKey: string) {
  return call(batchUpdates.handOver, { params: { batchUpdateId }, body: { note }, onceKey });
}

export function handBackBatchUpdate(batchUpdateId: BatchUpdateId, note: string, onceKey: string) {
  return call(batchUpdates.handBack, { params: { batchUpdateId }, body: { note }, onceKey });
}

export function duplicateBatchUpdate(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(batchUpdates.duplicate, { params: { batchUpdateId }, onceKey });
}

export function renameBatchUpdate(batchUpdateId: BatchUpdateId, name: string) {
  return call(batchUpdates.rename, { params: { batchUpdateId }, body: { name } });
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

/** Of what is asked for by a press: tried again where that may help, and not kept. */
const readOnce = { gcTime: 0, retry: (failures: number, error: Error) => isPassing(error) && failures < 3 };

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

/** Whom a filter of a plan fits, by ID alone: thousands in one answer. */
export const plannedIdsQuery = (
  batchUpdateId: BatchUpdateId,
  digest: string,
  filter: PlanFilter,
  cursor: string | undefined,
) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "planned-ids", digest, filter, cursor],
    queryFn: ({ signal }) => call(plan.ids, { params: { batchUpdateId }, query: { ...filter, cursor }, signal }),
    ...readOnce,
  });

export const distributionQuery = (batchUpdateId: BatchUpdateId, digest: string) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "distribution", digest],
    queryFn: ({ signal }) => call(plan.distribution, { params: { batchUpdateId }, signal }),
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

export const outcomeIdsQuery = (
  batchUpdateId: BatchUpdateId,
  filter: { outcome: string; q: string },
  cursor: string | undefined,
) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "outcome-ids", filter, cursor],
    queryFn: ({ signal }) => call(outcomes.ids, { params: { batchUpdateId }, query: { ...filter, cursor }, signal }),
    ...readOnce,
  });

export function readReport(batchUpdateId: BatchUpdateId) {
  return call(report.get, { params: { batchUpdateId } });
}

/** @param state of all queues together: with its end the list is read anew, so that none is shown waiting that is filled */
export const fillsQuery = (batchUpdateId: BatchUpdateId, state: string, status: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["batch-updates", batchUpdateId, "service-queues", state, status, page],
    queryFn: ({ signal }) =>
      call(serviceQueues.listFills, { params: { batchUpdateId }, query: { status, ...page }, signal }),
  });

export function retryFills(batchUpdateId: BatchUpdateId, onceKey: string) {
  return call(serviceQueues.retry, { params: { batchUpdateId }, onceKey });
}
