import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import { processBatchUpdate } from "../api/batch-updates.ts";
import { meQuery } from "../api/library.ts";
import { ApiProblem } from "../api/problem.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { Notice } from "../controls/notice.tsx";
import { amount, patrons } from "../words/format.ts";
import { changing } from "./changing.ts";

/** The one place from which patrons are changed. The button says how many. */
export function ProcessPanel({ batchUpdate, plan }: { batchUpdate: BatchUpdateAnswer; plan: PlanAnswer }) {
  const { batchUpdateId, kind, large } = batchUpdate;
  const client = useQueryClient();
  const me = useQuery(meQuery()).data;
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const count = changing(plan);
  const look = () => client.invalidateQueries({ queryKey: ["batch-updates", batchUpdateId], exact: true });
  const process = useAction(
    (shown: { planDigest: string; patronCount: number }, onceKey) => processBatchUpdate(batchUpdateId, shown, onceKey),
    look,
  );
  const mayProcess =
    me?.roles.includes("administrator") === true || (me?.roles.includes("support") === true && kind !== "UPDATE");

  if (!mayProcess) {
    return (
      <Notice kind="info" title="An administrator processes this">
        You have prepared it. Tell an administrator of your library that it is ready for review at this address.
      </Notice>
    );
  }
  if (count === 0) {
    return (
      <Notice kind="warning" title="There is nothing to process">
        Nobody would change. Cancel this batch update, or bring patrons back in.
      </Notice>
    );
  }
  const send = () => {
    if (large && typed.replace(/[\s,]/g, "") !== String(count)) {
      setError(`Type ${amount(count)} to go on.`);
      document.getElementById("typed-count")?.focus();
      return;
    }
    setError(undefined);
    process.mutate(
      { planDigest: plan.digest, patronCount: count },
      {
        onError: (failed) => {
          // Someone else may have processed, cancelled or changed the plan meanwhile: show how it stands.
          if (failed instanceof ApiProblem && failed.status === 409) void look();
        },
      },
    );
  };
  return (
    <section className="process" aria-labelledby="process">
      <h2 id="process">Process</h2>
      <p>This changes the profiles of {patrons(count)}. While it runs you can cancel it. Afterwards you can undo it.</p>
      {process.error !== null && <Failure error={process.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {large && (
          <Field
            id="typed-count"
            label="Type the number of patrons"
            hint={`This is a large batch update. Type ${amount(count)} to show that you mean it.`}
            error={error}
          >
            {(tied) => (
              <input
                {...tied}
                className="usa-input"
                inputMode="numeric"
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        <button type="submit" className="usa-button usa-button--big" disabled={process.isPending}>
          {process.isPending ? "Sending …" : `${kind === "UNDO" ? "Undo for" : "Update"} ${patrons(count)}`}
        </button>
      </form>
    </section>
  );
}
