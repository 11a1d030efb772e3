import type { QuerySetAnswer } from "#contract/query-sets";
import { distinctName } from "../words/distinct-name.ts";

/** What a query set is called where it is listed: by its name, or by its search statement. */
export function setName({ name, searchStatement }: Pick<QuerySetAnswer, "name" | "searchStatement">): string {
  return name ?? searchStatement;
}

/** The same among others: those of one name carry their IDs. */
export function setNameAmong(it: QuerySetAnswer, others: readonly QuerySetAnswer[]): string {
  return distinctName(setName(it), it.querySetId, others.map(setName));
}
