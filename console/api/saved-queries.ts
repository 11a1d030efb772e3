import { queryOptions } from "@tanstack/react-query";
import { type NamedCriteria, type SavedQueryAnswer, savedQueries } from "#contract/saved-queries";
import { call } from "./call.ts";

const inOneGo = { limit: 200 };

export const savedQueriesQuery = () =>
  queryOptions({
    queryKey: ["saved-queries"],
    queryFn: ({ signal }) => call(savedQueries.list, { query: inOneGo, signal }),
  });

export function createSavedQuery(body: NamedCriteria, onceKey: string) {
  return call(savedQueries.create, { body, onceKey });
}

export function replaceSavedQuery({ savedQueryId, version }: SavedQueryAnswer, body: NamedCriteria) {
  return call(savedQueries.replace, { params: { savedQueryId }, body, ifMatch: `"${version}"` });
}

export function deleteSavedQuery({ savedQueryId, version }: SavedQueryAnswer) {
  return call(savedQueries.delete, { params: { savedQueryId }, ifMatch: `"${version}"` });
}
