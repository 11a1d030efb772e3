import type { QuerySetAnswer } from "#contract/query-sets";

interface Filter {
  readonly q: string;
  readonly medium: string;
  readonly excluded: string;
}

/** Members on all pages of the list together, as far as the counts of the query set tell. */
export function membersShown(counts: QuerySetAnswer["counts"], { q, medium, excluded }: Filter): number | undefined {
  if (counts === undefined || q !== "" || medium !== "") return undefined;
  const { matched, excluded: out } = counts;
  if (excluded === "") return matched;
  return excluded === "true" ? out : matched - out;
}
