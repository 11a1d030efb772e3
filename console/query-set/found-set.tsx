import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { QuerySetAnswer } from "#contract/query-sets";
import { isMissing } from "../api/problem.ts";
import { Loaded } from "../controls/loading.tsx";
import { querySetsEnd } from "../what-ends.ts";

interface Props {
  readonly from: UseQueryResult<QuerySetAnswer>;
  readonly children: (set: QuerySetAnswer) => ReactNode;
}

/** A query set as it was loaded, or why there is none: an old address may lead to one that has ended since. */
export function FoundSet({ from, children }: Props) {
  return (
    <>
      <Loaded from={from}>{children}</Loaded>
      {isMissing(from.error) && (
        <>
          <p>{querySetsEnd}</p>
          <p>
            <Link href="/query-sets">See all query sets</Link>
          </p>
        </>
      )}
    </>
  );
}
