import { z } from "zod";
import { criteriaSchema } from "#domain/query/criteria";
import { nameSchema } from "#domain/text";
import { givenIdSchema, instantSchema, versionSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { noBody, operation } from "./operation.ts";
import { writers } from "./query-sets.ts";

const namedCriteriaSchema = z
  .strictObject({ name: nameSchema, criteria: criteriaSchema })
  .meta({ id: "NamedCriteria" });

export type NamedCriteria = z.input<typeof namedCriteriaSchema>;

export const savedQuerySchema = z
  .object({
    savedQueryId: givenIdSchema,
    name: z.string(),
    criteria: criteriaSchema,
    searchStatement: z.string(),
    createdBy: z.string(),
    createdAt: instantSchema,
    changedAt: instantSchema.optional(),
    version: versionSchema,
  })
  .meta({ id: "SavedQuery" });
export type SavedQueryAnswer = z.infer<typeof savedQuerySchema>;

const one = "/v1/saved-queries/:savedQueryId";
const body: z.input<typeof namedCriteriaSchema> = {
  name: "On demand",
  criteria: { all: [{ field: "Media.serveCode", operator: "begins", value: "O" }] },
};
const kept: z.input<typeof savedQuerySchema> = {
  savedQueryId: "01k8zq4h7rsavd9t3w6z8c2e4j",
  ...body,
  searchStatement: "Media Serve Code Begins O",
  createdBy: "piedmont-staff",
  createdAt: "2026-03-02T13:40:51.310Z",
  version: 1,
};

export const savedQueries = {
  list: operation({
    name: "listSavedQueries",
    method: "GET",
    path: "/v1/saved-queries",
    summary: "Saved queries, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("SavedQueryPage", savedQuerySchema) },
    example: { answer: { items: [kept] } },
  }),
  create: operation({
    name: "createSavedQuery",
    method: "POST",
    path: "/v1/saved-queries",
    summary: "Keep criteria under a name",
    roles: writers,
    body: namedCriteriaSchema,
    etag: true,
    answers: { 201: savedQuerySchema },
    problems: ["CONFLICT"],
    example: { body, answer: kept },
  }),
  get: operation({
    name: "getSavedQuery",
    method: "GET",
    path: one,
    summary: "One saved query",
    etag: true,
    answers: { 200: savedQuerySchema },
    example: { answer: kept },
  }),
  replace: operation({
    name: "replaceSavedQuery",
    method: "PUT",
    path: one,
    summary: "Replace a saved query; query sets made from it stay as they are",
    roles: writers,
    body: namedCriteriaSchema,
    etag: true,
    ifMatch: true,
    answers: { 200: savedQuerySchema },
    problems: ["CONFLICT"],
    example: { body, answer: { ...kept, changedAt: "2026-03-03T09:12:00.500Z", version: 2 } },
  }),
  delete: operation({
    name: "deleteSavedQuery",
    method: "DELETE",
    path: one,
    summary: "Forget a saved query; query sets made from it stay as they are",
    roles: writers,
    ifMatch: true,
    answers: { 204: noBody },
    problems: ["CONFLICT"],
  }),
};
