import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type Criteria, criteriaSchema } from "#domain/query/criteria";
import { call, path } from "./call.ts";
import { pageOf } from "./list.ts";

const savedQuerySchema = z.object({
  savedQueryId: z.string(),
  name: z.string(),
  criteria: criteriaSchema,
  version: z.int(),
});
export type SavedQuery = z.output<typeof savedQuerySchema>;

const inOneGo = { limit: 200 };

export const savedQueriesQuery = () =>
  queryOptions({
    queryKey: ["saved-queries"],
    queryFn: ({ signal }) =>
      call("GET", "/saved-queries", { answer: pageOf(savedQuerySchema), query: inOneGo, signal }),
  });

interface Named {
  readonly name: string;
  readonly criteria: Criteria;
}

export function createSavedQuery(body: Named, onceKey: string) {
  return call("POST", "/saved-queries", { answer: savedQuerySchema, body, onceKey });
}

export function replaceSavedQuery({ savedQueryId, version }: SavedQuery, body: Named) {
  return call("PUT", path`/saved-queries/${savedQueryId}`, { answer: savedQuerySchema, body, ifMatch: `"${version}"` });
}

export function deleteSavedQuery({ savedQueryId, version }: SavedQuery) {
  return call("DELETE", path`/saved-queries/${savedQueryId}`, { answer: z.unknown(), ifMatch: `"${version}"` });
}
