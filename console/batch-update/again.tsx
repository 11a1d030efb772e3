import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { duplicateBatchUpdate } from "../api/batch-updates.ts";
import { meQuery } from "../api/library.ts";
import { refreshQuerySet } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { justAsked } from "../query-set/just-asked.ts";
import { querySetsEnd } from "../what-ends.ts";
import { ChangeChoices } from "./change-choices.tsx";

/** The same once more: for the same patrons, or for whoever the query finds today. */
export function Again({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { batchUpdateId, querySetId, kind } = batchUpdate;
  const [, navigate] = useLocation();
  const me = useQuery(meQuery()).data;
  const duplicate = useAction(duplicateBatchUpdate, (made) => navigate(`/batch-updates/${made.batchUpdateId}`));
  const refresh = useAction(refreshQuerySet, (made) =>
    navigate(`/query-sets/${made.querySetId}?from=${batchUpdateId}`, justAsked),
  );
  if (kind !== "UPDATE" || me === undefined || me.roles.includes("support")) return null;
  if (batchUpdate.querySetEnded) {
    return (
      <section aria-labelledby="again">
        <h2 id="again">Do it again</h2>
        <p>
          {querySetsEnd} The one of this batch update is among them, so <Link href="/patrons">find the patrons</Link>{" "}
          again first.
        </p>
      </section>
    );
  }
  const failed = duplicate.error ?? refresh.error;
  return (
    <section aria-labelledby="again">
      <h2 id="again">Do it again</h2>
      {failed !== null && <Failure error={failed} didAct />}
      <p>
        Duplicate plans the same changes for the same query set. Refresh runs the query again first, and shows who
        joined and who left; the same choices are filled in when you use it. Neither changes anything: you review
        everything first.
      </p>
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={duplicate.isPending}
          onClick={() => duplicate.isPending || duplicate.mutate(batchUpdateId)}
        >
          Duplicate this batch update
        </button>
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={refresh.isPending}
          onClick={() => refresh.isPending || refresh.mutate(querySetId)}
        >
          Refresh its query set
        </button>
        <ChangeChoices batchUpdate={batchUpdate}>Use this again, with other choices</ChangeChoices>
      </div>
    </section>
  );
}
