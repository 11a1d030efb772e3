import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import type { Criteria } from "#domain/query/criteria";
import { call, path } from "./call.ts";
import { type PageRequest, pageOf } from "./list.ts";
import { mediumRecordSchema } from "./medium-record.ts";
import { progressSchema } from "./progress.ts";
import { uploadSchema } from "./upload.ts";

const querySetSchema = z.object({
  querySetId: z.string(),
  name: z.string().optional(),
  status: z.enum(["AWAITING_UPLOAD", "BUILDING", "READY", "FAILED"]),
  stateReason: z.string().optional(),
  progress: progressSchema.optional(),
  searchStatement: z.string(),
  counts: z
    .object({ matched: z.number(), excluded: z.number(), notFound: z.number(), duplicates: z.number() })
    .partial()
    .optional(),
  createdBy: z.string().optional(),
  createdAt: z.string().optional(),
  upload: uploadSchema.optional(),
});
export type QuerySet = z.infer<typeof querySetSchema>;

const memberSchema = z.object({
  patronId: z.string(),
  lastName: z.string(),
  firstName: z.string().optional(),
  mainStatus: z.string().optional(),
  branch: z.string().optional(),
  city: z.string().optional(),
  county: z.string().optional(),
  media: z.record(z.string(), mediumRecordSchema).optional(),
  excluded: z.boolean().default(false),
});
export type Member = z.infer<typeof memberSchema>;

const sharesSchema = z.array(z.object({ code: z.string().optional(), patrons: z.number() }));
export type Shares = z.infer<typeof sharesSchema>;
const summarySchema = z.object({
  byBranch: sharesSchema,
  byMainStatus: sharesSchema,
  byMedium: sharesSchema,
  byServeCode: sharesSchema,
});

/** Milliseconds between two looks at something that moves on by itself. */
export const lookEvery = 1_000;

export const querySetQuery = (querySetId: string) =>
  queryOptions({
    queryKey: ["query-sets", querySetId],
    queryFn: ({ signal }) => call("GET", path`/query-sets/${querySetId}`, { answer: querySetSchema, signal }),
    refetchInterval: (query) => (query.state.data?.status === "BUILDING" ? lookEvery : false),
  });

export const querySetsQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", "list", page],
    queryFn: ({ signal }) => call("GET", "/query-sets", { answer: pageOf(querySetSchema), query: { ...page }, signal }),
  });

export interface MemberFilter {
  readonly q: string;
  readonly medium: string;
  readonly excluded: string;
}

export const membersQuery = (querySetId: string, filter: MemberFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "patrons", filter, page],
    queryFn: ({ signal }) =>
      call("GET", path`/query-sets/${querySetId}/patrons`, {
        answer: pageOf(memberSchema),
        query: { ...filter, ...page },
        signal,
      }),
  });

export const summaryQuery = (querySetId: string) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "summary"],
    queryFn: ({ signal }) => call("GET", path`/query-sets/${querySetId}/summary`, { answer: summarySchema, signal }),
  });

const notFoundSchema = pageOf(z.union([z.string(), z.object({ patronId: z.string() }).transform((it) => it.patronId)]));

export const notFoundQuery = (querySetId: string, page: PageRequest) =>
  queryOptions({
    queryKey: ["query-sets", querySetId, "not-found", page],
    queryFn: ({ signal }) =>
      call("GET", path`/query-sets/${querySetId}/not-found`, { answer: notFoundSchema, query: { ...page }, signal }),
  });

export interface NewQuerySet {
  readonly criteria?: Criteria;
  readonly patronIds?: readonly string[];
  readonly upload?: true;
}

export function createQuerySet(body: NewQuerySet, onceKey: string) {
  return call("POST", "/query-sets", { answer: querySetSchema, body, onceKey });
}

export function startQuerySet(querySetId: string, onceKey: string) {
  return call("POST", path`/query-sets/${querySetId}/start`, { answer: z.unknown(), onceKey });
}

export function excludeMembers(querySetId: string, patronIds: readonly string[], onceKey: string) {
  return call("POST", path`/query-sets/${querySetId}/exclusions`, {
    answer: querySetSchema,
    body: { patronIds },
    onceKey,
  });
}

export function includeMembers(querySetId: string, patronIds: readonly string[], onceKey: string) {
  return call("POST", path`/query-sets/${querySetId}/exclusions/remove`, {
    answer: querySetSchema,
    body: { patronIds },
    onceKey,
  });
}
