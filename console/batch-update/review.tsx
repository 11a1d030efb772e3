import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { PlanExclusions } from "#contract/plan";
import { patronsToWrite } from "#domain/batch-update/counts";
import { spreadOf } from "#domain/plan/update-spec";
import { excludeFromPlan, includeInPlan } from "../api/batch-updates.ts";
import { libraryQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Told } from "../controls/told.tsx";
import { useList } from "../controls/use-list.ts";
import { announceAct } from "../page/announcer.ts";
import { nightlyDebugInWords } from "../words/changes-in-words.ts";
import { patrons } from "../words/format.ts";
import { actionMeanings } from "../words/labels.ts";
import { About } from "./about.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { ChangeChoices } from "./change-choices.tsx";
import { Distribution } from "./distribution.tsx";
import { HandedNotice } from "./handed-notice.tsx";
import { NextNotice } from "./next-notice.tsx";
import { PartActs } from "./part-acts.tsx";
import { planParts } from "./parts.ts";
import { PlanLines } from "./plan-lines.tsx";
import { ReviewBar } from "./review-bar.tsx";
import { Roomy } from "./roomy.tsx";
import { showLines } from "./show-lines.ts";
import { SpreadCalendar } from "./spread-calendar.tsx";
import { StackedBar } from "./stacked-bar.tsx";
import { keepFocusIn, TickBar } from "./tick-bar.tsx";
import { useTicks } from "./use-ticks.ts";
import { WarningList } from "./warning-list.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly act: (isDone: boolean) => void;
  /** It was gone on with elsewhere: shown as it was, and nothing can be done with it. */
  readonly isOver: boolean;
}

/** Step three, before PROCESS: what would change, for how many and for whom. */
export function Review({ batchUpdate, act, isOver }: Props) {
  const { batchUpdateId, plan } = batchUpdate;
  const client = useQueryClient();
  const library = useQuery(libraryQuery()).data;
  const list = useList("plan", ["action", "warning", "problem"]);
  const ticks = useTicks();
  const [handedOver, setHandedOver] = useState(0);
  const leaveOut = useAction(
    ({ chosen, out }: { chosen: PlanExclusions; out: boolean }, onceKey) =>
      out ? excludeFromPlan(batchUpdateId, chosen, onceKey) : includeInPlan(batchUpdateId, chosen, onceKey),
    (after, { chosen, out }) => {
      client.setQueryData(["batch-updates", batchUpdateId], after);
      if ("patronIds" in chosen && chosen.patronIds.length > 1) ticks.clear();
      announceAct(`${out ? "Left out" : "Brought back"}. ${patrons(patronsToWrite(after.plan))} would change.`, "plan");
    },
  );
  if (plan === undefined) return null;
  const isBusy = leaveOut.isPending;
  const choose = isOver ? undefined : (chosen: PlanExclusions, out: boolean) => leaveOut.mutate({ chosen, out });
  return (
    <div className="workbench">
      {!isOver && (
        <ReviewBar batchUpdate={batchUpdate} plan={plan} act={act} handedOver={() => setHandedOver((turn) => turn + 1)}>
          <TickBar list="plan" count={ticks.ticked.size} clear={ticks.clear} reading={ticks.reading} stop={ticks.stop}>
            {[true, false].map((out) => (
              <button
                key={String(out)}
                type="button"
                className="usa-button usa-button--outline"
                aria-disabled={isBusy}
                onClick={() => {
                  if (isBusy) return;
                  keepFocusIn("plan");
                  choose?.({ patronIds: [...ticks.ticked] }, out);
                }}
              >
                {out ? "Leave out" : "Bring back"}
                <Roomy> selected</Roomy>
              </button>
            ))}
          </TickBar>
        </ReviewBar>
      )}
      <Told turn={handedOver}>Handed over. Administrators find it on their home page and under “Waiting for you”.</Told>
      {leaveOut.error !== null && <Failure error={leaveOut.error} didAct />}
      <HandedNotice batchUpdate={batchUpdate} />
      {!isOver && <NextNotice batchUpdate={batchUpdate} />}
      <div className="bench-top">
        <section aria-labelledby="plan-counts">
          <h2 id="plan-counts" tabIndex={-1}>
            What would happen
          </h2>
          <StackedBar
            name="What would happen"
            parts={planParts(plan.counts)}
            shown={list.filter.action}
            show={(code) => {
              list.showOnly("action", code);
              if (code !== "") showLines("plan");
            }}
            meanings={actionMeanings}
          >
            {choose && <PartActs plan={plan} action={list.filter.action} choose={choose} isBusy={isBusy} />}
          </StackedBar>
          <p>
            When you process, exactly this is done and nothing else.
            {plan.nightlyDebug !== undefined && ` ${nightlyDebugInWords(plan.nightlyDebug)}`}
          </p>
          <WarningList plan={plan} list={list} choose={choose} isBusy={isBusy} />
          {plan.spread !== undefined && plan.spread.length > 0 && library !== undefined && (
            <section aria-labelledby="spread">
              <h3 id="spread">Next service dates</h3>
              <SpreadCalendar
                name="Patrons who would change, by next service date"
                days={plan.spread}
                limit={spreadOf(batchUpdate.changes ?? {})?.perDay}
                calendar={library}
              />
            </section>
          )}
          <Distribution batchUpdateId={batchUpdateId} digest={plan.digest} />
        </section>
        <div>
          <About batchUpdate={batchUpdate} />
          <p className="screen-only">
            <ChangeChoices batchUpdate={batchUpdate}>Change these choices</ChangeChoices>
          </p>
          {!isOver && <CancelButton batchUpdate={batchUpdate} act={act} />}
        </div>
      </div>
      <PlanLines batchUpdate={batchUpdate} plan={plan} list={list} ticks={ticks} choose={choose} isBusy={isBusy} />
    </div>
  );
}
