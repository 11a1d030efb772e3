import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { meQuery } from "../api/library.ts";
import { Tick } from "../controls/tick.tsx";
import { titleOf } from "./title.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly querySetId: string;
  readonly isReplaced: boolean;
  readonly replace: (isReplaced: boolean) => void;
}

/** Whose choices the form begins with. Of two that look alike the wrong one is soon processed, so that it can go. */
export function ChoicesOf({ batchUpdate, querySetId, isReplaced, replace }: Props) {
  const { batchUpdateId, status, createdBy } = batchUpdate;
  const me = useQuery(meQuery()).data;
  const isOwn = status === "READY" && createdBy === me?.name;
  const isOpen = status === "READY" || status === "SCHEDULED";
  return (
    <>
      <p>
        These are the choices of <Link href={`/batch-updates/${batchUpdateId}`}>{titleOf(batchUpdate)}</Link>, to be
        changed. What you plan here is a new batch update; that one stays as it is
        {isOpen && ", unless you cancel it"}. <Link href={`/query-sets/${querySetId}/batch-update`}>Start over</Link>
      </p>
      {isOpen && (isOwn || me?.roles.includes("administrator") === true) && (
        <p>
          <Tick
            id="replaces"
            label="Cancel that one as soon as this one is planned"
            isTicked={isReplaced}
            tick={replace}
          />
        </p>
      )}
    </>
  );
}
