import { useQueryClient } from "@tanstack/react-query";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import type { PlanExclusions } from "#contract/plan";
import { excludeFromPlan, includeInPlan } from "../api/batch-updates.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { announce } from "../page/announcer.ts";
import { amount, patrons } from "../words/format.ts";
import { actionMeanings, label, warningMeanings } from "../words/labels.ts";
import { CancelButton } from "./cancel-button.tsx";
import { ChangeChoices } from "./change-choices.tsx";
import { changing } from "./changing.ts";
import { Distribution } from "./distribution.tsx";
import { HandedNotice } from "./handed-notice.tsx";
import { PlanLines } from "./plan-lines.tsx";
import { ProcessPanel } from "./process-panel.tsx";
import { SpreadChart } from "./spread-chart.tsx";

/** Step three, before PROCESS: what would change, for how many and for whom. */
export function Review({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { batchUpdateId, plan } = batchUpdate;
  const client = useQueryClient();
  const leaveOut = useAction(
    ({ chosen, out }: { chosen: PlanExclusions; out: boolean }, onceKey) =>
      out ? excludeFromPlan(batchUpdateId, chosen, onceKey) : includeInPlan(batchUpdateId, chosen, onceKey),
    (after, { out }) => {
      client.setQueryData(["batch-updates", batchUpdateId], after);
      announce(`${out ? "Left out" : "Brought back in"}. ${patrons(changing(after.plan))} would change.`);
    },
  );
  if (plan === undefined) return null;
  const choose = (chosen: PlanExclusions, out: boolean) => leaveOut.mutate({ chosen, out });
  return (
    <>
      <Notice kind="info" title="Nothing has been changed yet">
        This is what would happen. Exactly this is done when you process, and nothing else.
      </Notice>
      <HandedNotice batchUpdate={batchUpdate} />
      <p>
        <ChangeChoices batchUpdate={batchUpdate}>Change these choices</ChangeChoices>
      </p>
      <ul className="jumps" aria-label="On this page">
        <li>
          <a href="#plan-lines">Go to the changes patron by patron</a>
        </li>
        <li>
          <a href="#process">Go to processing</a>
        </li>
      </ul>
      {leaveOut.error !== null && <Failure error={leaveOut.error} didAct />}
      <Counts plan={plan} />
      {plan.nightlyDebug !== undefined && (
        <p>
          Nightly Debug is turned on for {patrons(plan.nightlyDebug.turnedOn)} and off for{" "}
          {patrons(plan.nightlyDebug.turnedOff)}.
        </p>
      )}
      <Warnings plan={plan} choose={choose} isBusy={leaveOut.isPending} />
      {plan.spread !== undefined && plan.spread.length > 0 && <SpreadChart days={plan.spread} />}
      <Distribution batchUpdateId={batchUpdateId} digest={plan.digest} />
      <PlanLines batchUpdateId={batchUpdateId} plan={plan} choose={choose} isBusy={leaveOut.isPending} />
      <ProcessPanel batchUpdate={batchUpdate} plan={plan} />
      <CancelButton batchUpdate={batchUpdate} />
    </>
  );
}

const countedActions = [
  ["UPDATE", "update"],
  ["CREATE", "create"],
  ["REMOVE", "remove"],
  ["UNCHANGED", "unchanged"],
  ["INVALID", "invalid"],
  ["CONFLICT", "conflict"],
  ["NOT_FOUND", "notFound"],
  ["EXCLUDED", "excluded"],
] as const;

function Counts({ plan }: { plan: PlanAnswer }) {
  const shown = countedActions.filter(([, key]) => plan.counts[key] > 0);
  return (
    <section aria-labelledby="plan-counts">
      <h2 id="plan-counts">What would happen</h2>
      <dl className="counts">
        <div className="count-main">
          <dt>Would change</dt>
          <dd>{amount(changing(plan))}</dd>
        </div>
        {shown.map(([action, key]) => (
          <div key={action}>
            <dt>{label(action)}</dt>
            <dd>{amount(plan.counts[key])}</dd>
            <dd className="count-meaning">{actionMeanings[action]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface WarningsProps {
  readonly plan: PlanAnswer;
  readonly choose: (chosen: PlanExclusions, out: boolean) => void;
  readonly isBusy: boolean;
}

function Warnings({ plan: { warnings, problems }, choose, isBusy }: WarningsProps) {
  return (
    <>
      {warnings.map((warning) => (
        <Notice key={warning.code} kind="warning" title={`${label(warning.code)}: ${patrons(warning.patrons)}`}>
          <p>{warningMeanings[warning.code]} They are updated all the same.</p>
          <button
            type="button"
            className="usa-button usa-button--outline"
            disabled={isBusy || warning.patrons === 0}
            onClick={() => choose({ warning: warning.code }, true)}
          >
            Leave these {patrons(warning.patrons)} out
          </button>
        </Notice>
      ))}
      {problems.length > 0 && (
        <Notice kind="warning" title="Some patrons will not be updated">
          <ul>
            {problems.map((problem) => (
              <li key={problem.code}>
                {label(problem.code)}: {patrons(problem.patrons)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
