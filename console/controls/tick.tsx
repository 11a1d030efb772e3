import type { ReactNode } from "react";

interface Props {
  readonly id: string;
  readonly label: ReactNode;
  readonly isTicked: boolean;
  readonly tick: (isTicked: boolean) => void;
}

/** A check box in a table, whose label is what it stands for. */
export function Tick({ id, label, isTicked, tick }: Props) {
  return (
    <span className="usa-checkbox tick">
      <input
        className="usa-checkbox__input"
        id={id}
        type="checkbox"
        checked={isTicked}
        onChange={(event) => tick(event.target.checked)}
      />
      <label className="usa-checkbox__label" htmlFor={id}>
        {label}
      </label>
    </span>
  );
}
