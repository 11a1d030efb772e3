import { type Weekday, weekdays } from "#domain/calendar";
import { Help } from "../help/help.tsx";
import { weekdayNames } from "./weekday-names.ts";

interface Props {
  readonly chosen: readonly Weekday[];
  readonly error: string | undefined;
  readonly change: (days: Weekday[]) => void;
}

/** The weekdays on which the library serves. */
export function ServiceDays({ chosen, error, change }: Props) {
  return (
    <fieldset className="code-rows">
      <legend>Service days</legend>
      <div className="labelled">
        <Help term="Service day" isNamed />
      </div>
      {error !== undefined && <p className="usa-error-message">{error}</p>}
      {weekdays.map((day) => (
        <div className="usa-checkbox" key={day}>
          <input
            className="usa-checkbox__input"
            id={`serviceDays-${day}`}
            type="checkbox"
            checked={chosen.includes(day)}
            onChange={() => change(weekdays.filter((it) => (it === day ? !chosen.includes(day) : chosen.includes(it))))}
          />
          <label className="usa-checkbox__label" htmlFor={`serviceDays-${day}`}>
            {weekdayNames[day]}
          </label>
        </div>
      ))}
    </fieldset>
  );
}
