import type { Page } from "../api/every-page.ts";
import { amount } from "../words/format.ts";
import type { Ticks } from "./use-ticks.ts";

interface Props {
  readonly ticks: Ticks;
  readonly isNarrowed: boolean;
  /** What the button is called where no filter narrows the list. */
  readonly everyone: string;
  /** How many it selects; undefined where that is not known. */
  readonly count: number | undefined;
  readonly read: (cursor: string | undefined) => Promise<Page<string>>;
}

/** Selects all of a list who can be selected, on all of its pages. */
export function TickAll({ ticks, isNarrowed, everyone, count, read }: Props) {
  return (
    <button type="button" className="usa-button usa-button--unstyled" onClick={() => ticks.tickAll(read)}>
      {isNarrowed ? "Select all that fit the filters" : everyone}
      {count !== undefined && ` (${amount(count)})`}
    </button>
  );
}
