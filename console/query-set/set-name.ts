import type { QuerySetAnswer } from "#contract/query-sets";

/** What a query set is called where it is listed: by its name, or by its search statement. */
export function setName({ name, searchStatement }: Pick<QuerySetAnswer, "name" | "searchStatement">): string {
  return name ?? searchStatement;
}
