import type { ReactNode } from "react";
import { amount, patrons } from "../words/format.ts";

interface Props {
  readonly count: number;
  readonly clear: () => void;
  /** How many were read so far of all that fit. */
  readonly reading: number | undefined;
  readonly stop: () => void;
  readonly children?: ReactNode;
}

/** What is selected, in the bar that stays in view, with what can be done with it. */
export function TickBar({ count, clear, reading, stop, children }: Props) {
  if (reading !== undefined) {
    return (
      <div className="workbar-ticks">
        <p>Selecting … {amount(reading)}</p>
        <button type="button" className="usa-button usa-button--unstyled" onClick={stop}>
          Stop
        </button>
      </div>
    );
  }
  if (count === 0) return null;
  return (
    <div className="workbar-ticks">
      <p>{patrons(count)} selected</p>
      {children}
      <button type="button" className="usa-button usa-button--unstyled" onClick={clear}>
        Clear
      </button>
    </div>
  );
}
