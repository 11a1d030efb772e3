import { addYears, type Day, isDay } from "#domain/calendar";
import type { Library } from "#domain/library";
import { spreadDays } from "#domain/plan/update-spec";
import { Field } from "../controls/field.tsx";
import { counted, patrons, weekdayText } from "../words/format.ts";

interface Props {
  readonly spread: { readonly from: string; readonly perDay: string };
  readonly errors: { readonly from: string | undefined; readonly perDay: string | undefined };
  readonly library: Library;
  readonly today: Day;
  /** Members of the query set: each has a place, and each place a day. */
  readonly places: number;
  readonly change: (spread: { from: string; perDay: string }) => void;
}

const mostListed = 12;

/** Spreads the next service dates over service days, and shows at once on which days they fall. */
export function SpreadPlanner({ spread, errors, library, today, places, change }: Props) {
  const perDay = Number(spread.perDay);
  const isComplete = isDay(spread.from) && Number.isInteger(perDay) && perDay >= 1 && spread.from >= today;
  const lastDay = addYears(today, 5);
  const days = isComplete ? spreadDays({ from: spread.from, perDay }, library, places, lastDay) : [];
  return (
    <div className="spread">
      <div className="row">
        <Field id="spread-from" label="First day" error={errors.from}>
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              type="date"
              min={today}
              value={spread.from}
              onChange={(event) => change({ ...spread, from: event.target.value })}
            />
          )}
        </Field>
        <Field id="spread-per-day" label="Patrons on each day" error={errors.perDay}>
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              inputMode="numeric"
              value={spread.perDay}
              onChange={(event) => change({ ...spread, perDay: event.target.value })}
            />
          )}
        </Field>
      </div>
      <p className="usa-hint">
        Patrons get their days in the order of the query set. Days on which the library does not serve are skipped. A
        patron who is refused later leaves the place empty, so no day is overbooked.
      </p>
      {days === undefined && (
        <p>The last day would be more than five years ahead. Raise the number or begin earlier.</p>
      )}
      {days !== undefined && days.length > 0 && (
        <>
          <p>
            {patrons(places)} take {counted(days.length, "service day", "service days")}
            {days.length > 1 && `, until ${weekdayText(days.at(-1) ?? today)}`}.
          </p>
          <ol className="days">
            {days.slice(0, mostListed).map((day, n) => (
              <li key={day}>
                {weekdayText(day)}: {patrons(Math.min(perDay, places - n * perDay))}
              </li>
            ))}
          </ol>
          {days.length > mostListed && <p>And {counted(days.length - mostListed, "more day", "more days")}.</p>}
        </>
      )}
    </div>
  );
}
