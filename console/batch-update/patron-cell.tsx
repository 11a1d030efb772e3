import { Tick } from "../controls/tick.tsx";
import { personName } from "../words/format.ts";
import { type Details, detailsId } from "./use-details.ts";
import type { Ticks } from "./use-ticks.ts";

interface Line {
  readonly patronId: string;
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
}

interface Props {
  /** Name of the list, unlike any other on the same view. */
  readonly list: string;
  readonly line: Line;
  readonly ticks: Ticks;
  readonly canTick: boolean;
  readonly details: Details;
}

/** Names a row: a check box where the patron can be chosen, and the button that shows details beside the list. */
export function PatronCell({ list, line, ticks, canTick, details }: Props) {
  const { patronId } = line;
  const name = personName(line);
  const isOpen = details.patronId === patronId;
  return (
    <>
      {canTick ? (
        <Tick
          id={`${list}-tick-${patronId}`}
          label={
            <>
              {name}
              <span className="usa-sr-only">, {patronId}</span>
            </>
          }
          isTicked={ticks.ticked.has(patronId)}
          tick={(isTicked) => ticks.tick([line], isTicked)}
        />
      ) : (
        <span className="untickable">{name}</span>
      )}
      <button
        id={detailsId(list, patronId)}
        type="button"
        className="usa-button usa-button--unstyled details-button"
        aria-expanded={isOpen}
        onClick={() => (isOpen ? details.close() : details.open(patronId))}
      >
        Details
        <span className="usa-sr-only">
          {" "}
          of {name}, {patronId}
        </span>
      </button>
    </>
  );
}

interface HeadProps {
  readonly list: string;
  /** The rows of the page that can be chosen. */
  readonly lines: readonly Line[];
  readonly ticks: Ticks;
}

/** Chooses all rows of the page, or none of them. */
export function PatronHead({ list, lines, ticks }: HeadProps) {
  if (lines.length === 0) return <>Patron</>;
  return (
    <Tick
      id={`${list}-tick-page`}
      label={
        <>
          Patron<span className="screen-only">: all on this page</span>
        </>
      }
      isTicked={lines.every(({ patronId }) => ticks.ticked.has(patronId))}
      tick={(isTicked) => ticks.tick(lines, isTicked)}
    />
  );
}
