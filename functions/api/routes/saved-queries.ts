import { savedQueries } from "#contract/saved-queries";
import { criteriaStatement, statementInList } from "#domain/query/search-statement";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import { keptByNameHandlers } from "../kept-by-name.ts";
import { type CallOf, implement, type Route } from "../route.ts";

const handlers = keptByNameHandlers({
  shelf: savedQueryShelf,
  word: "saved query",
  action: "SAVED_QUERY",
  folder: "saved-queries",
  id: "savedQueryId",
  make: (savedQueryId, { criteria }: CallOf<typeof savedQueries.create>["body"], kept) => ({
    savedQueryId,
    ...kept,
    criteria,
  }),
  answerOf: ({ revision, createdBySub, ...query }) => ({
    ...query,
    searchStatement: criteriaStatement(query.criteria),
    version: revision,
  }),
  inList: (answer) => ({ ...answer, searchStatement: statementInList(answer.searchStatement) }),
  // The criteria in words.
  told: ({ name, criteria }) => ({ name, criteria: criteriaStatement(criteria) }),
});

export const savedQueryRoutes: readonly Route[] = [
  implement(savedQueries.list, handlers.list),
  implement(savedQueries.create, handlers.create),
  implement(savedQueries.get, handlers.get),
  implement(savedQueries.replace, handlers.replace),
  implement(savedQueries.delete, handlers.remove),
];
