import { useId } from "react";
import type { Day } from "#domain/calendar";
import { amount, counted, patrons } from "../words/format.ts";
import { type DayCell, type Month, weekOrder } from "./calendar-months.ts";

const monthName = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });
const longWeekday = new Intl.DateTimeFormat("en-US", { weekday: "long", timeZone: "UTC" });

/** `December 2026`. */
export function monthText(month: string): string {
  return monthName.format(new Date(`${month}-01T00:00:00Z`));
}

/** Such as Sunday: the first of February 2026 was one. */
const weekdayNames = weekOrder.map((_, n) => longWeekday.format(Date.UTC(2026, 1, 1 + n)));

interface Props {
  readonly name: string;
  readonly month: Month;
  readonly limit: number | undefined;
  /** What fills a cell. */
  readonly most: number;
  /** The one day among all that Tab leads to; arrows go on from there. */
  readonly stop: Day;
}

/** One month as a table of weeks, with what falls on each day. */
export function CalendarMonth({ name, month: { month, patrons: count, days, weeks }, limit, most, stop }: Props) {
  const captionId = useId();
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrow keys move between its days, and it reads as a table all the same
    <table className="calendar-month" role="grid" aria-labelledby={captionId} aria-readonly="true">
      <caption id={captionId}>
        <strong>{monthText(month)}</strong>{" "}
        <span className="calendar-sum">
          <span className="usa-sr-only">{name}: </span>
          {count === 0 ? "nobody" : `${patrons(count)} on ${counted(days, "day", "days")}`}
        </span>
      </caption>
      <thead>
        <tr>
          {weekdayNames.map((weekday) => (
            <th key={weekday} scope="col" abbr={weekday}>
              <span aria-hidden="true">{weekday.slice(0, 2)}</span>
              <span className="usa-sr-only">{weekday}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((cell) => cell !== undefined)?.day}>
            {week.map((cell, n) =>
              cell === undefined ? (
                <td key={weekOrder[n]} />
              ) : (
                <Cell key={weekOrder[n]} cell={cell} limit={limit} most={most} isStop={cell.day === stop} />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps extends Pick<Props, "limit" | "most"> {
  readonly cell: DayCell;
  readonly isStop: boolean;
}

function Cell({ cell: { day, kind, patrons: count }, limit, most, isStop }: CellProps) {
  const isFull = limit !== undefined && count >= limit;
  const state = kind === "OFF" ? "calendar-off" : kind === "CLOSED" ? "calendar-closed" : isFull ? "calendar-full" : "";
  return (
    <td data-day={day} className={`calendar-day ${state}`} tabIndex={isStop ? 0 : -1}>
      <span className="calendar-date">{Number(day.slice(8))}</span>
      {kind === "SERVICE" ? (
        <span className="calendar-count">
          {count > 0 && amount(count)}
          <span className="usa-sr-only">
            {count === 0 ? " nobody" : counted(count, " patron", " patrons").replace(/^\S+ /, "")}
            {isFull && ", full"}
          </span>
        </span>
      ) : (
        <span className={kind === "CLOSED" ? "calendar-word" : "usa-sr-only"}>
          {kind === "CLOSED" ? "closed" : "no service"}
        </span>
      )}
      {count > 0 && (
        <span
          className="calendar-fill"
          aria-hidden="true"
          style={{ inlineSize: `${Math.min(100, (100 * count) / most)}%` }}
        />
      )}
    </td>
  );
}
