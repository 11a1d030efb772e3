import { queryOptions } from "@tanstack/react-query";
import { patrons } from "#contract/patrons";
import { serviceQueues } from "#contract/service-queues";
import type { PatronId } from "#domain/ids";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

export const patronQuery = (patronId: PatronId) =>
  queryOptions({
    queryKey: ["patrons", patronId],
    queryFn: ({ signal }) => call(patrons.get, { params: { patronId }, signal }),
  });

export const patronsQuery = (q: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["patrons", "list", q, page],
    queryFn: ({ signal }) => call(patrons.list, { query: { q, ...page }, signal }),
  });

export const serviceQueueQuery = (patronId: PatronId, medium: string) =>
  queryOptions({
    queryKey: ["patrons", patronId, "service-queue", medium],
    queryFn: ({ signal }) => call(serviceQueues.get, { params: { patronId, medium }, signal }),
  });

export const historyQuery = (patronId: PatronId, page: PageRequest) =>
  queryOptions({
    queryKey: ["patrons", patronId, "history", page],
    queryFn: ({ signal }) => call(patrons.history, { params: { patronId }, query: { ...page }, signal }),
  });
