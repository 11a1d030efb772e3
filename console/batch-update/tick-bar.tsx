import type { ReactNode } from "react";
import { keepFocus } from "../page/keep-focus.ts";
import { amount } from "../words/format.ts";
import { Roomy } from "./roomy.tsx";

interface Props {
  /** Name of the list that is ticked in. */
  readonly list: string;
  readonly count: number;
  readonly clear: () => void;
  /** How many were read so far of all that fit. */
  readonly reading: number | undefined;
  readonly stop: () => void;
  readonly children?: ReactNode;
}

/** Where the focus goes when nothing is selected, and the bar's buttons with it. */
export const keepFocusIn = (list: string) => keepFocus(`#${list}-tick-page`, `#${list}-heading`);

/** What is selected, in the bar that stays in view, with what can be done with it. */
export function TickBar({ list, count, clear, reading, stop, children }: Props) {
  if (reading !== undefined) {
    return (
      <div className="workbar-ticks">
        <p>Selecting … {amount(reading)}</p>
        <button
          type="button"
          className="usa-button usa-button--unstyled"
          onClick={() => {
            keepFocusIn(list);
            stop();
          }}
        >
          Stop
        </button>
      </div>
    );
  }
  if (count === 0) return null;
  return (
    <div className="workbar-ticks">
      <p>
        {amount(count)} <Roomy>{count === 1 ? "patron " : "patrons "}</Roomy>selected
      </p>
      {children}
      <button
        type="button"
        className="usa-button usa-button--unstyled"
        onClick={() => {
          keepFocusIn(list);
          clear();
        }}
      >
        Clear
      </button>
    </div>
  );
}
