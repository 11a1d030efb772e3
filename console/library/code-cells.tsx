import { type LibrarySettings, type ServeCode, schedules, selectionMethods } from "#domain/library";
import { label } from "../words/labels.ts";

type MainStatus = LibrarySettings["mainStatuses"][number];

export function closedCell(row: MainStatus, change: (row: MainStatus) => void, id: string, name: string) {
  return (
    <div className="usa-checkbox">
      <input
        className="usa-checkbox__input"
        id={id}
        type="checkbox"
        checked={row.closed}
        onChange={(event) => change({ ...row, closed: event.target.checked })}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        Closed: never updated<span className="usa-sr-only"> ({name})</span>
      </label>
    </div>
  );
}

export function scheduleCell(row: ServeCode, change: (row: ServeCode) => void, id: string, name: string) {
  const choose = (value: string) => {
    const schedule = schedules.find((it) => it === value);
    if (schedule !== undefined) change({ ...row, schedule });
  };
  return <CodeChoice id={id} head="Schedule" row={name} value={row.schedule} values={schedules} choose={choose} />;
}

export function methodCell(row: ServeCode, change: (row: ServeCode) => void, id: string, name: string) {
  const choose = (value: string) => {
    const method = selectionMethods.find((it) => it === value);
    if (method !== undefined) change({ ...row, method });
  };
  return <CodeChoice id={id} head="Method" row={name} value={row.method} values={selectionMethods} choose={choose} />;
}

interface CodeChoiceProps {
  readonly id: string;
  readonly head: string;
  readonly row: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly choose: (value: string) => void;
}

function CodeChoice({ id, head, row, value, values, choose }: CodeChoiceProps) {
  return (
    <>
      <label className="usa-label" htmlFor={id}>
        {head}
        <span className="usa-sr-only"> ({row})</span>
      </label>
      <select id={id} className="usa-select" value={value} onChange={(event) => choose(event.target.value)}>
        {values.map((it) => (
          <option key={it} value={it}>
            {label(it)}
          </option>
        ))}
      </select>
    </>
  );
}
