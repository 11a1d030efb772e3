import { queueFunctionNames } from "#domain/library";
import { Help } from "../help/help.tsx";
import { announce } from "../page/announcer.ts";
import { label } from "../words/labels.ts";
import type { SettingsDraft } from "./settings-draft.ts";

type Rows = SettingsDraft["queueFunctions"];

/** The order in which service queues are filled, and the most that each function may add. */
export function QueueFunctionRows({ rows, change }: { rows: Rows; change: (rows: Rows) => void }) {
  const missing = queueFunctionNames.filter((name) => rows.every((row) => row.function !== name));
  const moveUp = (n: number) => {
    const row = rows[n];
    if (row === undefined) return;
    const others = rows.filter((_, at) => at !== n);
    change([...others.slice(0, n - 1), row, ...others.slice(n - 1)]);
    announce(`${label(row.function)} is number ${n} now.`);
  };
  return (
    <fieldset className="code-rows">
      <legend>Queue functions</legend>
      <div className="labelled">
        <Help term="Queue function" isNamed />
      </div>
      <p className="usa-hint">A service queue is filled by these, from the first to the last.</p>
      <ol className="function-rows">
        {rows.map((row, n) => (
          <li key={row.function} className="code-row">
            <span className="function-name">
              {n + 1}. {label(row.function)}
            </span>
            <div>
              <label className="usa-label" htmlFor={`queueFunctions-${n}`}>
                Most titles<span className="usa-sr-only"> for {label(row.function)}</span> (empty: no limit)
              </label>
              <input
                id={`queueFunctions-${n}`}
                className="usa-input"
                inputMode="numeric"
                value={row.limit}
                onChange={(event) =>
                  change(rows.map((it, at) => (at === n ? { ...it, limit: event.target.value } : it)))
                }
              />
            </div>
            <button
              type="button"
              className="usa-button usa-button--unstyled"
              disabled={n === 0}
              onClick={() => moveUp(n)}
            >
              Move up<span className="usa-sr-only"> {label(row.function)}</span>
            </button>
            <button
              type="button"
              className="usa-button usa-button--unstyled"
              onClick={() => change(rows.filter((_, at) => at !== n))}
            >
              Remove<span className="usa-sr-only"> {label(row.function)}</span>
            </button>
          </li>
        ))}
      </ol>
      {missing.map((name) => (
        <button
          key={name}
          type="button"
          className="usa-button usa-button--outline"
          onClick={() => change([...rows, { function: name, limit: "" }])}
        >
          Add {label(name)}
        </button>
      ))}
    </fieldset>
  );
}
