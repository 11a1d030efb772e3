import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { meQuery } from "../api/library.ts";

interface Props {
  readonly batchUpdate: Pick<BatchUpdateAnswer, "batchUpdateId" | "querySetId" | "kind">;
  readonly children: string;
}

/** Back to the form, with the choices of a batch update filled in. Only who plans is led there, and undos have no choices. */
export function ChangeChoices({ batchUpdate: { batchUpdateId, querySetId, kind }, children }: Props) {
  const me = useQuery(meQuery()).data;
  if (kind !== "UPDATE" || me === undefined || me.roles.includes("support")) return null;
  return <Link href={`/query-sets/${querySetId}/batch-update?from=${batchUpdateId}`}>{children}</Link>;
}
