import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { patrons } from "#contract/patrons";
import { serviceQueues } from "#contract/service-queues";
import type { PatronId } from "#domain/ids";
import type { MediumEdit } from "#domain/profile/medium-edit";
import { call } from "./call.ts";
import { pageWithItems } from "./every-page.ts";
import type { PageRequest } from "./list.ts";

export type HistoryEntry = z.infer<(typeof patrons.history.answers)[200]>["items"][number];

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
    queryFn: ({ signal }) =>
      pageWithItems(
        (cursor) => call(patrons.history, { params: { patronId }, query: { ...page, cursor }, signal }),
        page.cursor,
      ),
  });

/** One medium record as it is now. */
export function readMedium(patronId: PatronId, medium: string) {
  return call(patrons.getMedium, { params: { patronId, medium } });
}

/** @param version of the record that the edit was made from */
export function editMedium(patronId: PatronId, medium: string, edit: MediumEdit, version: number) {
  return call(patrons.editMedium, { params: { patronId, medium }, body: edit, ifMatch: `"${version}"` });
}
