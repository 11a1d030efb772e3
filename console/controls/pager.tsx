import { counted } from "../words/format.ts";
import { type ListState, pageSizes } from "./use-list.ts";

interface Props {
  readonly of: string;
  readonly list: ListState<string>;
  readonly shown: number;
  readonly nextCursor: string | undefined;
}

/** Leads through the pages of a list. */
export function Pager({ of, list, shown, nextCursor }: Props) {
  const sizeId = `${of.replaceAll(" ", "-")}-rows`;
  const first = (list.page - 1) * list.request.limit + 1;
  return (
    <nav className="pager" aria-label={`Pages of ${of}`}>
      <p className="pager-place">
        Page {list.page}
        {shown > 0 && `: rows ${first} to ${first + shown - 1}`}
        {shown === 0 && `: ${counted(0, "row", "rows")}`}
      </p>
      <div className="pager-moves">
        <button
          type="button"
          className="usa-button usa-button--outline"
          disabled={list.page === 1}
          onClick={list.previous}
        >
          Previous page
        </button>
        <button
          type="button"
          className="usa-button usa-button--outline"
          disabled={nextCursor === undefined}
          onClick={() => nextCursor !== undefined && list.next(nextCursor)}
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
