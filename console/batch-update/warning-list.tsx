import type { PlanAnswer } from "#contract/batch-updates";
import type { PlanExclusions } from "#contract/plan";
import { keepFocus } from "../page/keep-focus.ts";
import { amount, patrons } from "../words/format.ts";
import { label, warningMeanings } from "../words/labels.ts";
import type { PlanList } from "./plan-filters.tsx";
import { showLines } from "./show-lines.ts";

interface Props {
  readonly plan: PlanAnswer;
  readonly list: PlanList;
  /** Undefined where the review is over. */
  readonly choose: ((chosen: PlanExclusions, out: boolean) => void) | undefined;
  readonly isBusy: boolean;
}

/** What to look at before processing: each warning and each reason why somebody is refused, with whom it concerns. */
export function WarningList({ plan, list, choose, isBusy }: Props) {
  const { warnings, problems } = plan;
  const leftOut = plan.leftOut?.warnings ?? [];
  const codes = [...new Set([...warnings, ...leftOut].map(({ code }) => code))];
  if (codes.length === 0 && problems.length === 0) return null;
  const countOf = (of: readonly { code: string; patrons: number }[], code: string) =>
    of.find((it) => it.code === code)?.patrons ?? 0;
  const showButton = (filter: "warning" | "problem", code: string) => (
    <button
      id={`show-${code}`}
      type="button"
      className="usa-button usa-button--unstyled"
      aria-pressed={list.filter[filter] === code}
      onClick={() => {
        const isShown = list.filter[filter] === code;
        list.showOnly(filter, isShown ? "" : code);
        if (!isShown) showLines("plan");
      }}
    >
      Show these<span className="usa-sr-only">: {label(code)}</span>
    </button>
  );
  const chooseButton = (code: PlanAnswer["warnings"][number]["code"], out: boolean) => {
    const [id, other] = out ? ["leave-out", "bring-back"] : ["bring-back", "leave-out"];
    return (
      <button
        id={`${id}-${code}`}
        type="button"
        className="usa-button usa-button--unstyled"
        aria-disabled={isBusy}
        onClick={() => {
          if (isBusy) return;
          keepFocus(`#${other}-${code}`, `#show-${code}`, "#plan-counts");
          choose?.({ warning: code }, out);
        }}
      >
        {out ? "Leave out" : "Bring back"}
        <span className="usa-sr-only">: {label(code)}</span>
      </button>
    );
  };
  return (
    <section className="heed" aria-labelledby="heed">
      <h3 id="heed">To look at</h3>
      <ul>
        {codes.map((code) => {
          const inside = countOf(warnings, code);
          const out = countOf(leftOut, code);
          return (
            <li key={code} className="heed-warning">
              <p className="heed-words">
                <strong>
                  {label(code)}: {patrons(inside)}
                </strong>
                {out > 0 && `, and ${amount(out)} left out`}
                <span className="heed-meaning">
                  {" "}
                  {warningMeanings[code]}
                  {inside > 0 && " They are still updated."}
                </span>
              </p>
              <div className="heed-acts">
                {showButton("warning", code)}
                {choose && inside > 0 && chooseButton(code, true)}
                {choose && out > 0 && chooseButton(code, false)}
              </div>
            </li>
          );
        })}
        {problems.map(({ code, patrons: count }) => (
          <li key={code} className="heed-problem">
            <p className="heed-words">
              <strong>
                {label(code)}: {patrons(count)}
              </strong>
              <span className="heed-meaning"> Nothing changes for them.</span>
            </p>
            <div className="heed-acts">{showButton("problem", code)}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}
