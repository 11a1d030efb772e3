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

export const savedQueries = {
  list: operation({
    name: "listSavedQueries",
    method: "GET",
    path: "/v1/saved-queries",
    summary: "Saved queries, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("SavedQueryPage", savedQuerySchema) },
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
  }),
  get: operation({
    name: "getSavedQuery",
    method: "GET",
    path: one,
    summary: "One saved query",
    etag: true,
    answers: { 200: savedQuerySchema },
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
