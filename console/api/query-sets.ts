import { queryOptions } from "@tanstack/react-query";
import { type NewQuerySet, querySets } from "#contract/query-sets";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** Milliseconds between two looks at something that moves on by itself. */
export const lookEvery = 1_000;

export const querySetQuery = (querySetId: string) =>
  queryOptions({
    queryKey: ["query-sets", querySetId],
    queryFn: ({ signal }) => call(querySets.get, { params: { querySetId }, signal }),
    refetchInterval: (query) => (query.state.data?.status === "BUILDING" ? lookEvery : false),
  });

/** What was asked to make a set: it never changes. */
export const askedQuery = (querySetId: string) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "asked"],
    queryFn: async ({ signal }) => {
      const { criteria, searchStatement } = await call(querySets.get, { params: { querySetId }, signal });
      return { criteria, searchStatement };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export const querySetsQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", "list", page],
    queryFn: ({ signal }) => call(querySets.list, { query: { ...page }, signal }),
  });

export interface MemberFilter {
  readonly q: string;
  readonly medium: string;
  readonly excluded: string;
}

export const membersQuery = (querySetId: string, filter: MemberFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "patrons", filter, page],
    queryFn: ({ signal }) => call(querySets.members, { params: { querySetId }, query: { ...filter, ...page }, signal }),
  });

export const summaryQuery = (querySetId: string) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "summary"],
    queryFn: ({ signal }) => call(querySets.summary, { params: { querySetId }, signal }),
  });

export const notFoundQuery = (querySetId: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "not-found", page],
    queryFn: ({ signal }) => call(querySets.notFound, { params: { querySetId }, query: { ...page }, signal }),
  });

export const comparisonQuery = (querySetId: string, otherId: string, side: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "compare", otherId, side, page],
    queryFn: ({ signal }) =>
      call(querySets.compare, { params: { querySetId, otherId }, query: { in: side, ...page }, signal }),
  });

export function refreshQuerySet(querySetId: string, onceKey: string) {
  return call(querySets.refresh, { params: { querySetId }, onceKey });
}

export function renameQuerySet(querySetId: string, name: string) {
  return call(querySets.rename, { params: { querySetId }, body: { name } });
}

export function createQuerySet(body: NewQuerySet, onceKey: string) {
  return call(querySets.create, { body, onceKey });
}

export function startQuerySet(querySetId: string, onceKey: string) {
  return call(querySets.start, { params: { querySetId }, onceKey });
}

export function excludeMembers(querySetId: string, patronIds: readonly string[], onceKey: string) {
  return call(querySets.exclude, { params: { querySetId }, body: { patronIds }, onceKey });
}

export function includeMembers(querySetId: string, patronIds: readonly string[], onceKey: string) {
  return call(querySets.include, { params: { querySetId }, body: { patronIds }, onceKey });
}
