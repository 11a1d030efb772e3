import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import { patronsToWrite } from "#domain/batch-update/counts";
import type { Library } from "#domain/library";
import { processBatchUpdate } from "../api/batch-updates.ts";
import { ApiProblem } from "../api/problem.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { amount, patrons } from "../words/format.ts";
import { chosenInstant, newSchedule } from "./schedule.ts";
import { ScheduleFields } from "./schedule-fields.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly plan: PlanAnswer;
  readonly library: Library;
  /** Somebody here asks for it, so that its beginning is no news; false where the service refused, for then it was others. */
  readonly act: (isDone: boolean) => void;
}

/** The one place from which patrons are changed, now or later. The button says how many. */
export function ProcessForm({ batchUpdate, plan, library, act }: Props) {
  const { batchUpdateId, kind, large } = batchUpdate;
  const client = useQueryClient();
  const [schedule, setSchedule] = useState(newSchedule);
  const [typed, setTyped] = useState("");
  const count = patronsToWrite(plan);
  const look = () => client.invalidateQueries({ queryKey: ["batch-updates"] });
  const process = useAction(
    (shown: Parameters<typeof processBatchUpdate>[1], onceKey) => processBatchUpdate(batchUpdateId, shown, onceKey),
    look,
  );
  const chosen = chosenInstant(schedule, library.timeZone);
  const problems = () => [
    ...("errors" in chosen ? chosen.errors : []),
    ...(large && typed.replace(/[\s,]/g, "") !== String(count)
      ? [{ id: "typed-count", message: `Type ${amount(count)} to go on.` }]
      : []),
  ];
  const { errorAt, check } = useChecked(problems);
  const send = () => {
    if (!check() || "errors" in chosen) {
      document.getElementById(problems()[0]?.id ?? "")?.focus();
      return;
    }
    act(true);
    process.mutate(
      { planDigest: plan.digest, patronCount: count, ...(chosen.at !== undefined && { at: chosen.at }) },
      {
        onError: (failed) => {
          // Someone else may have processed, cancelled or changed the plan meanwhile: show how it stands.
          if (!(failed instanceof ApiProblem) || failed.status !== 409) return;
          act(false);
          void look();
        },
      },
    );
  };
  const verb = kind === "UNDO" ? "Undo for" : "Update";
  const words = schedule.isLater ? `Schedule: ${verb.toLowerCase()} ${patrons(count)}` : `${verb} ${patrons(count)}`;
  return (
    <>
      <p>This changes the profiles of {patrons(count)}. While it runs you can cancel it. Afterwards you can undo it.</p>
      {process.error !== null && <Failure error={process.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!process.isPending) send();
        }}
      >
        <ScheduleFields
          schedule={schedule}
          change={setSchedule}
          errorAt={errorAt}
          library={library}
          batchUpdate={batchUpdate}
        />
        {large && (
          <TextField
            id="typed-count"
            label="Type the number of patrons"
            help="Large batch"
            hint={`This is a large batch update. Type ${amount(count)} to confirm.`}
            error={errorAt("typed-count")}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            change={setTyped}
          />
        )}
        <button type="submit" className="usa-button usa-button--big" aria-disabled={process.isPending}>
          {process.isPending ? "Sending …" : words}
        </button>
      </form>
    </>
  );
}
