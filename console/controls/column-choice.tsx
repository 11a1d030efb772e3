import { useState } from "react";
import type { useColumns } from "./use-columns.ts";

interface Props {
  readonly id: string;
  readonly heads: readonly string[];
  readonly columns: ReturnType<typeof useColumns>;
}

/** Which columns a table shows. The first always stays: it names its row. */
export function ColumnChoice({ id, heads, columns }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="more columns" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Columns</summary>
      {isOpen && <Choice id={id} heads={heads} columns={columns} />}
    </details>
  );
}

function Choice({ id, heads, columns }: Props) {
  return (
    <fieldset className="choice">
      <legend className="usa-sr-only">Columns of the table</legend>
      {heads.map((head, n) => (
        <div className="usa-checkbox" key={head}>
          <input
            className="usa-checkbox__input"
            id={`${id}-${n}`}
            type="checkbox"
            checked={columns.isShown(head)}
            onChange={(event) => columns.show(head, event.target.checked)}
          />
          <label className="usa-checkbox__label" htmlFor={`${id}-${n}`}>
            {head}
          </label>
        </div>
      ))}
    </fieldset>
  );
}
