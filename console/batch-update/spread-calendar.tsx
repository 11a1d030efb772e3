import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { addDays, type Day, type ServiceCalendar } from "#domain/calendar";
import { announceAct } from "../page/announcer.ts";
import { amount, counted, patrons, weekdayText } from "../words/format.ts";
import { CalendarMonth, monthText } from "./calendar-month.tsx";
import { calendarMonths, type DayCell, type Month, yearsOf } from "./calendar-months.ts";

interface Props {
  /** What the months show, such as "Patrons by next service date". */
  readonly name: string;
  readonly days: readonly { readonly date: Day; readonly patrons: number }[];
  /** Patrons that a day takes; undefined where no number was set. */
  readonly limit: number | undefined;
  readonly calendar: ServiceCalendar;
}

/** More than these would be a wall; who wants to see others goes there by year, by month, or page by page. */
const monthsAtOnce = 3;

/** Days that a key leads on by. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
  PageUp: -28,
  PageDown: 28,
};

/** The day on which something happens in the calendar. */
function dayOf({ target }: { readonly target: EventTarget }): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>("[data-day]")?.dataset["day"] : undefined;
}

/** How many patrons fall on each service day, month by month, with the days on which the library does not serve. */
export function SpreadCalendar({ name, days, limit, calendar }: Props) {
  const months = useMemo(() => calendarMonths(days, calendar), [days, calendar]);
  const [wanted, setWanted] = useState(0);
  // The keyboard's day and the one under the pointer are two: a mouse at rest leads no one astray.
  const [reached, setReached] = useState<string>();
  const [pointed, setPointed] = useState<string>();
  const frame = useRef<HTMLDivElement>(null);
  const at = Math.max(0, Math.min(wanted, months.length - 1));
  const shown = months.slice(at, at + monthsAtOnce);
  const weeks = shown.flatMap((month) => month.weeks.map((week) => week.filter((cell) => cell !== undefined)));
  const cells = weeks.flat();
  const stop = cells.find(({ day }) => day === reached) ?? cells.find((cell) => cell.patrons > 0) ?? cells[0];
  if (stop === undefined) return null;
  const most = Math.max(...days.map((it) => it.patrons), 1);
  const go = (place: number) => {
    const to = Math.max(0, Math.min(place, months.length - 1));
    setWanted(to);
    const seen = months.slice(to, to + monthsAtOnce);
    announceAct(
      seen
        .map(({ month, patrons: count }) => `${monthText(month)}: ${count === 0 ? "nobody" : patrons(count)}`)
        .join(", "),
      "months of the calendar",
    );
  };
  const move = (event: KeyboardEvent) => {
    const week = weeks.find((it) => it.includes(stop)) ?? [];
    const step = steps[event.key];
    const byKey: Readonly<Record<string, DayCell | undefined>> = { Home: week[0], End: week.at(-1) };
    const next =
      step === undefined
        ? byKey[event.key]
        : (cells.find(({ day }) => day === addDays(stop.day, step)) ?? cells.at(step < 0 ? 0 : -1));
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    frame.current?.querySelector<HTMLElement>(`[data-day="${next.day}"]`)?.focus();
  };
  return (
    <div className="calendar">
      {months.length > monthsAtOnce && <Places months={months} at={at} go={go} />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys move between the days, which have the focus */}
      <div
        className="months"
        ref={frame}
        onKeyDown={move}
        onFocus={(event) => {
          setReached(dayOf(event));
          setPointed(undefined);
        }}
        onMouseMove={(event) => {
          // The page may be scrolled from under a mouse that nobody moves.
          if (event.movementX !== 0 || event.movementY !== 0) setPointed(dayOf(event));
        }}
        onMouseLeave={() => setPointed(undefined)}
      >
        {shown.map((month) => (
          <CalendarMonth
            key={month.month}
            name={name}
            month={month}
            limit={limit}
            most={limit ?? most}
            stop={stop.day}
          />
        ))}
      </div>
      <p className="calendar-value" aria-hidden="true">
        {cellText(cells.find(({ day }) => day === pointed) ?? stop, limit)}
      </p>
      <ul className="calendar-legend">
        <li>
          <span className="calendar-sample calendar-full" aria-hidden="true" /> full
        </li>
        <li>
          <span className="calendar-sample calendar-closed" aria-hidden="true" /> closed day
        </li>
        <li>
          <span className="calendar-sample calendar-off" aria-hidden="true" /> no service
        </li>
        {limit !== undefined && <li>at most {patrons(limit)} a day</li>}
      </ul>
    </div>
  );
}

/** Leads to other months: a year, a month, or the next few. */
function Places({ months, at, go }: { months: readonly Month[]; at: number; go: (place: number) => void }) {
  const years = yearsOf(months);
  const isFirst = at === 0;
  const isLast = at + monthsAtOnce >= months.length;
  return (
    <div className="calendar-places">
      {years.length > 1 && (
        <ul className="calendar-years" aria-label="Years of the spread">
          {years.map((year) => (
            <li key={year.year}>
              <button
                type="button"
                className="usa-button usa-button--unstyled"
                aria-pressed={months[at]?.month.startsWith(year.year) === true}
                onClick={() => go(year.at)}
              >
                {year.year}: {patrons(year.patrons)}
                <span className="usa-sr-only"> on {counted(year.days, "day", "days")}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="calendar-moves">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={isFirst}
          onClick={() => isFirst || go(at - monthsAtOnce)}
        >
          Earlier months
        </button>
        <label>
          <span className="usa-sr-only">Go to month</span>
          <select
            className="usa-select"
            value={months[at]?.month}
            onChange={(event) => go(months.findIndex(({ month }) => month === event.target.value))}
          >
            {months.map(({ month, patrons: count }) => (
              <option key={month} value={month}>
                {monthText(month)}: {amount(count)}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={isLast}
          onClick={() => isLast || go(at + monthsAtOnce)}
        >
          Later months
        </button>
      </div>
    </div>
  );
}

/** What a day holds, for who points at it. */
function cellText({ day, kind, patrons: count }: DayCell, limit: number | undefined): string {
  if (kind === "CLOSED") return `${weekdayText(day)}: closed`;
  if (kind === "OFF") return `${weekdayText(day)}: no service`;
  if (limit === undefined) return `${weekdayText(day)}: ${patrons(count)}`;
  return `${weekdayText(day)}: ${amount(count)} of ${patrons(limit)}${count >= limit ? ", full" : ""}`;
}
