import { type ReactNode, useLayoutEffect, useRef } from "react";
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

/** Where the focus goes when what the bar offers has changed, and the button that had it is gone. */
export const keepFocusIn = (list: string) => keepFocus(`#${list}-selected`, `#${list}-tick-page`, `#${list}-heading`);

/** What is selected, in the bar that stays in view, with what can be done with it. */
export function TickBar({ list, count, clear, reading, stop, children }: Props) {
  if (reading !== undefined) return <Selecting list={list} count={reading} stop={stop} />;
  if (count === 0) return null;
  return (
    <div className="workbar-ticks">
      <p id={`${list}-selected`} tabIndex={-1}>
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

function Selecting({ list, count, stop }: { list: string; count: number; stop: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  // It goes with its press, and when all are selected.
  useLayoutEffect(
    () => () => {
      if (document.activeElement === button.current) keepFocusIn(list);
    },
    [list],
  );
  return (
    <div className="workbar-ticks">
      <p>Selecting … {amount(count)}</p>
      <button ref={button} type="button" className="usa-button usa-button--unstyled" onClick={stop}>
        Stop
      </button>
    </div>
  );
}
