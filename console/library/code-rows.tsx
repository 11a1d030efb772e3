import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import type { FieldError } from "../controls/error-summary.tsx";
import type { Term } from "../help/glossary-entry.ts";
import { Help } from "../help/help.tsx";

interface Coded {
  readonly code: string;
  readonly name: string;
}

interface Props<Row extends Coded> {
  readonly id: string;
  readonly caption: string;
  /** What somebody new would ask about. */
  readonly helps: readonly Term[];
  readonly rows: readonly Row[];
  readonly fresh: Row;
  readonly errors: readonly FieldError[];
  readonly change: (rows: Row[]) => void;
  /** What taking a code out means, where that is asked first; undefined for one that was never saved. */
  readonly meaning: (code: string) => ReactNode | undefined;
  /** Heads and controls of what this table has beside code and name. */
  readonly extras?: readonly {
    readonly head: string;
    readonly cell: (row: Row, change: (row: Row) => void, id: string, name: string) => ReactNode;
  }[];
}

/** A table of the library, row by row, to change. */
export function CodeRows<Row extends Coded>(props: Props<Row>) {
  const { id, caption, helps, rows, fresh, errors, change, meaning, extras = [] } = props;
  const [asked, setAsked] = useState<number>();
  const code = asked === undefined ? "" : (rows[asked]?.code ?? "");
  const takeOut = (n: number) => {
    change(rows.filter((_, at) => at !== n));
    // What was pressed is gone; after a dialog the browser would look for it.
    requestAnimationFrame(() => document.getElementById(`${id}-add`)?.focus());
  };
  const put = (n: number, row: Row) => change(rows.map((it, at) => (at === n ? row : it)));
  return (
    <fieldset className="code-rows">
      <legend>{caption}</legend>
      <div className="labelled">
        {helps.map((term) => (
          <Help key={term} term={term} isNamed />
        ))}
      </div>
      {rows.map((row, n) => {
        const rowName = `${caption}, row ${n + 1}`;
        const problem = (part: string) => errors.find((it) => it.id === `${id}-${n}-${part}`)?.message;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while its code is being typed
          <div className="code-row" key={n}>
            <Cell id={`${id}-${n}-code`} head="Code" row={rowName} error={problem("code")}>
              {(tied) => (
                <input
                  {...tied}
                  className="usa-input"
                  value={row.code}
                  maxLength={32}
                  onChange={(event) => put(n, { ...row, code: event.target.value })}
                />
              )}
            </Cell>
            <Cell id={`${id}-${n}-name`} head="Name" row={rowName} error={problem("name")}>
              {(tied) => (
                <input
                  {...tied}
                  className="usa-input"
                  value={row.name}
                  maxLength={200}
                  onChange={(event) => put(n, { ...row, name: event.target.value })}
                />
              )}
            </Cell>
            {extras.map(({ head, cell }) => (
              <div key={head}>{cell(row, (after) => put(n, after), `${id}-${n}-${head.toLowerCase()}`, rowName)}</div>
            ))}
            <button
              type="button"
              className="usa-button usa-button--unstyled"
              onClick={() => (meaning(row.code) === undefined ? takeOut(n) : setAsked(n))}
            >
              Remove<span className="usa-sr-only"> {row.code === "" ? rowName : `${row.code} from ${caption}`}</span>
            </button>
          </div>
        );
      })}
      <button
        type="button"
        id={`${id}-add`}
        className="usa-button usa-button--outline"
        onClick={() => {
          change([...rows, fresh]);
          requestAnimationFrame(() => document.getElementById(`${id}-${rows.length}-code`)?.focus());
        }}
      >
        Add to {caption.toLowerCase()}
      </button>
      <ConfirmDialog
        isOpen={asked !== undefined}
        title={`Take ${code} out of ${caption.toLowerCase()}?`}
        confirm="Yes, take it out"
        dismiss="No, keep it"
        onDismiss={() => setAsked(undefined)}
        onConfirm={() => {
          setAsked(undefined);
          if (asked !== undefined) takeOut(asked);
        }}
      >
        {asked !== undefined && meaning(code)}
      </ConfirmDialog>
    </fieldset>
  );
}

interface CellProps {
  readonly id: string;
  readonly head: string;
  readonly row: string;
  readonly error: string | undefined;
  readonly children: (tied: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

function Cell({ id, head, row, error, children }: CellProps) {
  return (
    <div>
      <label className="usa-label" htmlFor={id}>
        {head}
        <span className="usa-sr-only"> ({row})</span>
      </label>
      {error !== undefined && (
        <div className="usa-error-message" id={`${id}-error`}>
          {error}
        </div>
      )}
      {children({ id, ...(error !== undefined && { "aria-describedby": `${id}-error`, "aria-invalid": true }) })}
    </div>
  );
}
