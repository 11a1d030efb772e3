import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { attention } from "#contract/attention";
import { batchUpdates } from "#contract/batch-updates";
import { deadLetters } from "#contract/dead-letters";
import { imports } from "#contract/imports";
import { mending } from "#contract/mending";
import { querySets } from "#contract/query-sets";
import { serviceQueues } from "#contract/service-queues";
import { support } from "#contract/support";
import { verify } from "#contract/verify";
import type { BatchUpdateId } from "#domain/ids";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** Milliseconds between two looks at what moves on by itself. */
const lookOften = 2_000;
const lookSeldom = 5_000;

/** What belongs to no library is asked for without naming one. */
const noLibrary = {};

export const attentionQuery = () =>
  queryOptions({
    queryKey: ["support", "attention"],
    queryFn: ({ signal }) => call(attention.listAttention, { query: { limit: 200 }, errand: noLibrary, signal }),
    refetchInterval: lookSeldom,
  });

export interface ExecutionFilter {
  readonly library?: string;
  readonly workflow?: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly q?: string;
}

export const executionsQuery = (filter: ExecutionFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["support", "executions", filter, page],
    queryFn: ({ signal }) => call(support.listExecutions, { query: { ...filter, ...page }, errand: noLibrary, signal }),
    refetchInterval: lookSeldom,
    placeholderData: keepPreviousData,
  });

export const executionQuery = (name: string) =>
  queryOptions({
    queryKey: ["support", "execution", name],
    queryFn: ({ signal }) => call(support.getExecution, { params: { name }, errand: noLibrary, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === "RUNNING" ? lookOften : false),
  });

export const queuesQuery = () =>
  queryOptions({
    queryKey: ["support", "queues"],
    queryFn: ({ signal }) => call(support.getQueues, { errand: noLibrary, signal }),
    refetchInterval: lookSeldom,
  });

export const deadLettersQuery = () =>
  queryOptions({
    queryKey: ["support", "dead-letters"],
    queryFn: ({ signal }) => call(deadLetters.listDeadLetters, { errand: noLibrary, signal }),
    refetchInterval: lookSeldom,
  });

/** A thing of a library that support does not work in just now: only looked at, it needs no reason. */
const isOver = (status: string | undefined) =>
  status !== undefined && !["BUILDING", "PLANNING", "PROCESSING", "CANCELLING", "RUNNING"].includes(status);

export const batchUpdateInQuery = (library: string, batchUpdateId: BatchUpdateId) =>
  queryOptions({
    queryKey: ["support", "batch-update", library, batchUpdateId],
    queryFn: ({ signal }) => call(batchUpdates.get, { params: { batchUpdateId }, errand: { library }, signal }),
    refetchInterval: ({ state }) => (isOver(state.data?.status) ? lookSeldom : lookOften),
  });

export const querySetInQuery = (library: string, querySetId: string) =>
  queryOptions({
    queryKey: ["support", "query-set", library, querySetId],
    queryFn: ({ signal }) => call(querySets.get, { params: { querySetId }, errand: { library }, signal }),
    refetchInterval: ({ state }) => (isOver(state.data?.status) ? lookSeldom : lookOften),
  });

export const importInQuery = (library: string, importId: string) =>
  queryOptions({
    queryKey: ["support", "import", library, importId],
    queryFn: ({ signal }) => call(imports.get, { params: { importId }, errand: { library }, signal }),
    refetchInterval: ({ state }) => (isOver(state.data?.status) ? lookSeldom : lookOften),
  });

export const latestFillsQuery = (library: string, batchUpdateId: BatchUpdateId) =>
  queryOptions({
    queryKey: ["support", "fills", library, batchUpdateId],
    queryFn: ({ signal }) =>
      call(serviceQueues.listFills, {
        params: { batchUpdateId },
        query: { status: "PENDING", limit: 50 },
        errand: { library },
        signal,
      }),
    refetchInterval: lookSeldom,
  });

/** Counts a batch update again, from the beginning to the end: a large one in several calls. */
export const verifyQuery = (library: string, batchUpdateId: BatchUpdateId, turn: number) =>
  queryOptions({
    queryKey: ["support", "verify", library, batchUpdateId, turn],
    queryFn: ({ signal }) => call(verify.verify, { params: { batchUpdateId }, errand: { library }, signal }),
    enabled: turn > 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? 1_000 : false),
  });

/** Why an act is done; undefined where it is only asked what it would do. */
type Reason = string | undefined;

const bodyOf = (reason: Reason) => (reason === undefined ? { dryRun: true } : { reason });
const keyOf = (onceKey: string | undefined) => (onceKey === undefined ? {} : { onceKey });

export function restartJob(params: { jobKind: string; jobId: string }, reason: Reason, onceKey?: string) {
  return call(mending.restart, { params, body: bodyOf(reason), errand: noLibrary, ...keyOf(onceKey) });
}

export function stopExecution(name: string, reason: Reason, onceKey?: string) {
  return call(mending.stop, { params: { name }, body: bodyOf(reason), errand: noLibrary, ...keyOf(onceKey) });
}

export function redriveLetters(messageIds: readonly string[] | undefined, reason: Reason, onceKey?: string) {
  const body = { ...bodyOf(reason), ...(messageIds && { messageIds }) };
  return call(deadLetters.redrive, { body, errand: noLibrary, ...keyOf(onceKey) });
}

export function dropLetters(messageIds: readonly string[] | undefined, reason: Reason, onceKey?: string) {
  const body = { ...bodyOf(reason), ...(messageIds && { messageIds }) };
  return call(deadLetters.drop, { body, errand: noLibrary, ...keyOf(onceKey) });
}

/** A batch update of whichever library. */
export interface BatchUpdateIn {
  readonly library: string;
  readonly batchUpdateId: BatchUpdateId;
}

export function lookAtBatchUpdate({ library, batchUpdateId }: BatchUpdateIn) {
  return call(batchUpdates.get, { params: { batchUpdateId }, errand: { library } });
}

export function retryIn({ library, batchUpdateId }: BatchUpdateIn, reason: string, onceKey: string) {
  return call(batchUpdates.retry, { params: { batchUpdateId }, errand: { library, reason }, onceKey });
}

export function undoIn({ library, batchUpdateId }: BatchUpdateIn, reason: string, onceKey: string) {
  return call(batchUpdates.undo, { params: { batchUpdateId }, body: {}, errand: { library, reason }, onceKey });
}

export function cancelIn({ library, batchUpdateId }: BatchUpdateIn, reason: string, onceKey: string) {
  return call(batchUpdates.cancel, { params: { batchUpdateId }, errand: { library, reason }, onceKey });
}

export function retryFillsIn({ library, batchUpdateId }: BatchUpdateIn, reason: string, onceKey: string) {
  return call(serviceQueues.retry, { params: { batchUpdateId }, errand: { library, reason }, onceKey });
}
