import { useEffect, useRef } from "react";
import { announceProgress } from "../page/announcer.ts";
import { amount, counted } from "../words/format.ts";
import { type ListState, pageSizes } from "./use-list.ts";

interface Props {
  readonly of: string;
  readonly list: ListState<string>;
  readonly shown: number;
  /** Rows on all pages together, where that is known before the last is seen. */
  readonly total?: number | undefined;
  readonly nextCursor: string | undefined;
  /** True while the rows shown are still those of another page, whose way on is not this page's. */
  readonly isStale: boolean;
}

/** Leads through the pages of a list. */
export function Pager({ of, list, shown, total, nextCursor, isStale }: Props) {
  const sizeId = `${of.replaceAll(" ", "-")}-rows`;
  const first = (list.page - 1) * list.request.limit + 1;
  const all = isStale ? undefined : (total ?? (nextCursor === undefined ? first - 1 + shown : undefined));
  const rows = `rows ${amount(first)} to ${amount(first + shown - 1)}${all === undefined ? "" : ` of ${amount(all)}`}`;
  const place = isStale
    ? `Page ${list.page}: loading …`
    : `Page ${list.page}: ${shown > 0 ? rows : counted(0, "row", "rows")}`;
  const said = useRef(place);
  useEffect(() => {
    if (isStale || said.current === place) return;
    said.current = place;
    announceProgress(place);
  }, [isStale, place]);
  const isFirst = list.page === 1;
  const isLast = isStale || nextCursor === undefined;
  // A list of one page needs no way through it.
  if (isFirst && isLast && !isStale && list.request.limit === pageSizes[0]) {
    return shown === 0 ? null : <p className="pager-place">{counted(shown, "row", "rows")}</p>;
  }
  return (
    <nav className="pager" aria-label={`Pages of ${of}`}>
      <p className="pager-place">{place}</p>
      <div className="pager-moves">
        {/* Not disabled, for that would take the focus away from someone who pages with the keyboard. */}
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={isFirst}
          onClick={() => isFirst || list.previous()}
        >
          Previous page
        </button>
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={isLast}
          onClick={() => isLast || list.next(nextCursor)}
        >
          Next page
        </button>
      </div>
      <div className="pager-size">
        <label htmlFor={sizeId}>Rows on a page</label>
        <select
          id={sizeId}
          className="usa-select"
          value={list.request.limit}
          onChange={(event) => list.resize(Number(event.target.value))}
        >
          {pageSizes.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </select>
      </div>
    </nav>
  );
}
