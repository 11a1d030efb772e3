import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";

export interface Column<Row> {
  readonly head: string;
  /** What stands at the head instead of its word, such as a check box for all rows. */
  readonly headCell?: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their places line up. */
  readonly isNumber?: boolean;
  /** Holds only what is pressed: of no use on paper. */
  readonly isOnScreenOnly?: boolean;
}

interface Props<Row> {
  readonly caption: ReactNode;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The first column names its row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly empty: string;
  /** True while newer rows are on their way and the ones shown are the last known. */
  readonly isStale?: boolean;
  /** The row whose details stand beside the table. */
  readonly isCurrent?: (row: Row) => boolean;
}

/** A table with a caption and row names. Scrolls sideways by itself where the window is narrower. */
export function DataTable<Row>({ caption, rows, rowKey, columns, empty, isStale = false, isCurrent }: Props<Row>) {
  const [named, ...others] = columns;
  const captionId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const isWide = useOverflow(frame);
  return (
    <div
      className="table-frame"
      ref={frame}
      aria-busy={isStale}
      // People without a mouse must be able to scroll it, and need no stop on the way where it does not scroll.
      {...(isWide && { tabIndex: 0, role: "group", "aria-labelledby": captionId })}
    >
      <table className={`usa-table usa-table--borderless ${isStale ? "is-stale" : ""}`}>
        <caption id={captionId}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" className={classOf(column)}>
                {column.headCell ?? column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} aria-current={isCurrent?.(row) === true ? true : undefined}>
              <th scope="row">{named.cell(row)}</th>
              {others.map((column) => (
                <td key={column.head} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={columns.length}>{empty}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function classOf<Row>({ isNumber, isOnScreenOnly }: Column<Row>): string | undefined {
  return isNumber ? "is-number" : isOnScreenOnly ? "screen-only" : undefined;
}

/** True while the content of an element is wider than the element. */
function useOverflow(element: RefObject<HTMLElement | null>): boolean {
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => setWide(current.scrollWidth > current.clientWidth));
    observer.observe(current);
    if (current.firstElementChild !== null) observer.observe(current.firstElementChild);
    return () => observer.disconnect();
  }, [element]);
  return isWide;
}
