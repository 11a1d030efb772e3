import type { PlanAnswer } from "#contract/batch-updates";
import type { PlanExclusions } from "#contract/plan";
import { keepFocus } from "../page/keep-focus.ts";
import { patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { choosableActions } from "./choosing.ts";
import { planParts } from "./parts.ts";

interface Props {
  readonly plan: PlanAnswer;
  /** The part that the table shows; empty where it shows everyone. */
  readonly action: string;
  readonly choose: (chosen: PlanExclusions, out: boolean) => void;
  readonly isBusy: boolean;
}

/** Leaves out a whole part of the plan at once, or brings those back of it that were left out. */
export function PartActs({ plan, action, choose, isBusy }: Props) {
  const out = plan.leftOut?.actions ?? [];
  const inside = planParts(plan.counts);
  const button = (name: string, chosen: PlanExclusions, isOut: boolean) => (
    <button
      key={name}
      type="button"
      className="usa-button usa-button--outline"
      aria-disabled={isBusy}
      onClick={() => {
        if (isBusy) return;
        keepFocus(".part-acts button", "#plan-counts");
        choose(chosen, isOut);
      }}
    >
      {name}
    </button>
  );
  const known = choosableActions.find((it) => it === action);
  const part = inside.find(({ code }) => code === action);
  const back = action === "EXCLUDED" ? out : out.filter((it) => it.action === action);
  if ((known === undefined || part === undefined) && back.length === 0) return null;
  return (
    <div className="part-acts">
      {known !== undefined &&
        part !== undefined &&
        button(`Leave out all ${patrons(part.count)}`, { action: known }, true)}
      {back.map((it) =>
        button(`Bring back: ${label(it.action)} (${patrons(it.patrons)})`, { action: it.action }, false),
      )}
    </div>
  );
}
