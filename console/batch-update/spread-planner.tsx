import { useEffect, useMemo, useRef } from "react";
import { addYears, type Day, isDay } from "#domain/calendar";
import type { Library } from "#domain/library";
import { spreadDays } from "#domain/plan/update-spec";
import { TextField } from "../controls/text-field.tsx";
import { announceProgress } from "../page/announcer.ts";
import { counted, patrons, weekdayText } from "../words/format.ts";
import { SpreadCalendar } from "./spread-calendar.tsx";

interface Props {
  readonly spread: { readonly from: string; readonly perDay: string };
  readonly errors: { readonly from: string | undefined; readonly perDay: string | undefined };
  readonly library: Library;
  readonly today: Day;
  /** Members of the query set: each has a place, and each place a day. */
  readonly places: number;
  readonly change: (spread: { from: string; perDay: string }) => void;
}

/** Spreads the next service dates over service days, and shows at once on which days they fall. */
export function SpreadPlanner({ spread, errors, library, today, places, change }: Props) {
  const perDay = Number(spread.perDay);
  const { from } = spread;
  const isComplete = isDay(from) && Number.isInteger(perDay) && perDay >= 1 && from >= today;
  const days = useMemo(
    () => (isComplete ? spreadDays({ from, perDay }, library, places, addYears(today, 5)) : []),
    [isComplete, from, perDay, library, places, today],
  );
  const filled = useMemo(
    () => (days ?? []).map((date, n) => ({ date, patrons: Math.min(perDay, places - n * perDay) })),
    [days, perDay, places],
  );
  const last = days?.at(-1);
  const sentence =
    days === undefined
      ? "The last day would be more than five years ahead. Raise the number or start earlier."
      : last !== undefined &&
        `${patrons(places)} take ${counted(days.length, "service day", "service days")}${days.length > 1 ? `, until ${weekdayText(last)}` : ""}.`;
  const said = useRef(sentence);
  useEffect(() => {
    if (sentence !== false && said.current !== sentence) announceProgress(sentence);
    said.current = sentence;
  }, [sentence]);
  return (
    <div className="spread">
      <div className="row">
        <TextField
          id="spread-from"
          label="First day"
          error={errors.from}
          type="date"
          min={today}
          value={spread.from}
          change={(typed) => change({ ...spread, from: typed })}
        />
        <TextField
          id="spread-per-day"
          label="Patrons on each day"
          help="Spread"
          error={errors.perDay}
          inputMode="numeric"
          value={spread.perDay}
          change={(typed) => change({ ...spread, perDay: typed })}
        />
      </div>
      <p className="usa-hint">
        Patrons get their days in the order of the query set. Days when the library is closed are skipped. A patron
        blocked later leaves the place empty, so no day is overbooked.
      </p>
      {sentence !== false && <p>{sentence}</p>}
      {filled.length > 0 && (
        <SpreadCalendar name="Patrons by next service date" days={filled} limit={perDay} calendar={library} />
      )}
    </div>
  );
}
