import { Help } from "../help/help.tsx";

interface Props {
  readonly id: string;
  readonly isOn: boolean;
  readonly change: (isOn: boolean) => void;
  /** For whom it is turned off where it is not checked. */
  readonly whom: string;
}

/** Nightly Debug: the one field that is never left as it is, which is said where it is chosen. */
export function NightlyDebugField({ id, isOn, change, whom }: Props) {
  return (
    <fieldset className="always">
      <legend>Nightly Debug</legend>
      <div className="labelled">
        <div className="usa-checkbox">
          <input
            className="usa-checkbox__input"
            id={id}
            type="checkbox"
            aria-describedby={`${id}-hint`}
            checked={isOn}
            onChange={(event) => change(event.target.checked)}
          />
          <label className="usa-checkbox__label" htmlFor={id}>
            Turn Nightly Debug on
          </label>
        </div>
        <Help term="Nightly Debug" />
      </div>
      <p id={`${id}-hint`} className="always-hint">
        <strong>This is always applied as shown.</strong> Unchecked, Nightly Debug is turned off for {whom}.
      </p>
    </fieldset>
  );
}
