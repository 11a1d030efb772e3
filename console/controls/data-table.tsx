import type { ReactNode } from "react";

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their places line up. */
  readonly isNumber?: boolean;
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
}

/** A table with a caption and row names. Scrolls sideways by itself where the window is narrower. */
export function DataTable<Row>({ caption, rows, rowKey, columns, empty, isStale = false }: Props<Row>) {
  const [named, ...others] = columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: people without a mouse must be able to scroll it sideways
    <section className="table-frame" tabIndex={0} aria-label="Table, scrolls sideways" aria-busy={isStale}>
      <table className={`usa-table usa-table--borderless ${isStale ? "is-stale" : ""}`}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th key={head} scope="col" className={isNumber ? "is-number" : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              <th scope="row">{named.cell(row)}</th>
              {others.map(({ head, cell, isNumber }) => (
                <td key={head} className={isNumber ? "is-number" : undefined}>
                  {cell(row)}
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
    </section>
  );
}
