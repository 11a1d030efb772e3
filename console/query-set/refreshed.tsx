import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { comparisonQuery } from "../api/query-sets.ts";
import { amount, patrons } from "../words/format.ts";

interface Props {
  readonly querySetId: string;
  /** The set whose query was run again. */
  readonly refreshOf: string;
}

/** How many joined and left since the query was run before, and the way to who they are. */
export function Refreshed({ querySetId, refreshOf }: Props) {
  const since = useQuery(comparisonQuery(querySetId, refreshOf, "", { limit: 1, cursor: undefined })).data?.counts;
  return (
    <p>
      This set reran the query of an earlier one
      {since !== undefined && `: ${patrons(since.joined)} joined and ${amount(since.left)} left`}.{" "}
      <Link href={`/query-sets/${querySetId}/compare/${refreshOf}`}>See who joined and who left since</Link>
    </p>
  );
}
