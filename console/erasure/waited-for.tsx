import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { batchUpdateIdSchema } from "#domain/ids";
import { batchUpdateQuery } from "../api/batch-updates.ts";
import { querySetQuery } from "../api/query-sets.ts";
import { titleOf } from "../batch-update/title.ts";

const kinds: Readonly<Record<string, string>> = {
  "batch-updates": "batch update",
  "query-sets": "query set",
  imports: "import",
  exports: "export",
};

/** A job that an erasure waits for, by its name if it has one, what it is, and its ID. */
export function WaitedFor({ subject }: { readonly subject: string }) {
  const [kind = "", id = ""] = subject.split("/");
  const batchUpdate = useQuery({
    ...batchUpdateQuery(batchUpdateIdSchema.parse(id)),
    enabled: kind === "batch-updates",
    refetchInterval: false,
  }).data;
  const querySet = useQuery({ ...querySetQuery(id), enabled: kind === "query-sets", refetchInterval: false }).data;
  const name = batchUpdate === undefined ? querySet?.name : titleOf(batchUpdate);
  // An export has no page of its own.
  const href = kind === "exports" ? "/exports" : `/${subject}`;
  return (
    <>
      {name !== undefined && `${name}: `}
      <Link href={href}>{`${kinds[kind] ?? kind} ${id}`}</Link>
    </>
  );
}
