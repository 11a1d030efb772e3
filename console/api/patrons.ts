import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { preferenceSchema } from "#domain/profile/patron";
import { call, path } from "./call.ts";
import { changeSchema } from "./change.ts";
import { type PageRequest, pageOf } from "./list.ts";
import { mediumRecordSchema } from "./medium-record.ts";

const patronSchema = z.object({
  patronId: z.string(),
  lastName: z.string(),
  firstName: z.string().optional(),
  mainStatus: z.string(),
  branch: z.string().optional(),
  city: z.string().optional(),
  county: z.string().optional(),
  state: z.string().optional(),
  registeredOn: z.string().optional(),
  language: z.string().optional(),
  media: z.record(z.string(), mediumRecordSchema).default({}),
  preferences: z.array(preferenceSchema).default([]),
  reserves: z.array(z.string()).default([]),
  requests: z.array(z.string()).default([]),
});
export type PatronAnswer = z.infer<typeof patronSchema>;

const foundSchema = patronSchema.pick({
  patronId: true,
  lastName: true,
  firstName: true,
  mainStatus: true,
  branch: true,
  city: true,
});

const entrySchema = z.object({
  sequence: z.number(),
  titleId: z.string(),
  title: z.string().optional(),
  author: z.string().optional(),
  selectType: z.string(),
  source: z.string().optional(),
  status: z.string(),
});
const serviceQueueSchema = z.object({ entries: z.array(entrySchema), filledAt: z.string().optional() });

const touchSchema = z.object({
  batchUpdateId: z.string(),
  kind: z.string().optional(),
  name: z.string().optional(),
  medium: z.string().optional(),
  outcome: z.string().optional(),
  at: z.string().optional(),
  processedAt: z.string().optional(),
  changes: z.array(changeSchema).default([]),
});

export const patronQuery = (patronId: string) =>
  queryOptions({
    queryKey: ["patrons", patronId],
    queryFn: ({ signal }) => call("GET", path`/patrons/${patronId}`, { answer: patronSchema, signal }),
  });

export const patronsQuery = (q: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["patrons", "list", q, page],
    queryFn: ({ signal }) => call("GET", "/patrons", { answer: pageOf(foundSchema), query: { q, ...page }, signal }),
  });

export const serviceQueueQuery = (patronId: string, medium: string) =>
  queryOptions({
    queryKey: ["patrons", patronId, "service-queue", medium],
    queryFn: ({ signal }) =>
      call("GET", path`/patrons/${patronId}/media/${medium}/service-queue`, { answer: serviceQueueSchema, signal }),
  });

export const historyQuery = (patronId: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["patrons", patronId, "history", page],
    queryFn: ({ signal }) =>
      call("GET", path`/patrons/${patronId}/history`, { answer: pageOf(touchSchema), query: { ...page }, signal }),
  });
