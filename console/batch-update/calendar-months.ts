import { addDays, type Day, isServiceDay, type ServiceCalendar, type Weekday, weekdayOf } from "#domain/calendar";

/** Weeks begin as calendars on American walls do. */
export const weekOrder = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const satisfies readonly Weekday[];

export interface DayCell {
  readonly day: Day;
  /** OFF is a weekday on which the library never serves, CLOSED a service day on which it does not. */
  readonly kind: "SERVICE" | "CLOSED" | "OFF";
  readonly patrons: number;
}

export interface Month {
  /** Such as `2026-12`. */
  readonly month: string;
  readonly patrons: number;
  /** Days that somebody falls on. */
  readonly days: number;
  /** Seven places each, from Sunday on; those before the first and after the last of the month are empty. */
  readonly weeks: readonly (readonly (DayCell | undefined)[])[];
}

/**
 * The months from the first day of a spread to its last, those between without anybody too; none without days. Weeks are
 * laid out when they are asked for: of years, only a few months are looked at.
 */
export function calendarMonths(
  spread: readonly { readonly date: Day; readonly patrons: number }[],
  { serviceDays, closedDays }: ServiceCalendar,
): Month[] {
  const counts = new Map(spread.map(({ date, patrons }) => [date, patrons]));
  const closed = new Set(closedDays);
  const dates = [...counts.keys()].sort();
  const [first, last] = [dates.at(0), dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const cellsOf = (month: string): DayCell[] => {
    const cells: DayCell[] = [];
    for (let day: Day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) {
      const serves = isServiceDay(day, { serviceDays, closedDays: [] });
      const kind = closed.has(day) ? "CLOSED" : serves ? "SERVICE" : "OFF";
      cells.push({ day, kind, patrons: counts.get(day) ?? 0 });
    }
    return cells;
  };
  const taken = new Map<string, { patrons: number; days: number }>();
  for (const [date, patrons] of counts) {
    const before = taken.get(date.slice(0, 7)) ?? { patrons: 0, days: 0 };
    taken.set(date.slice(0, 7), { patrons: before.patrons + patrons, days: before.days + (patrons > 0 ? 1 : 0) });
  }
  const months: Month[] = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = nextMonth(month)) {
    months.push({
      month,
      ...(taken.get(month) ?? { patrons: 0, days: 0 }),
      get weeks() {
        return weeksOf(cellsOf(this.month));
      },
    });
  }
  return months;
}

function nextMonth(month: string): string {
  return addDays(`${month}-28`, 4).slice(0, 7);
}

function weeksOf(cells: readonly DayCell[]): (DayCell | undefined)[][] {
  const [first] = cells;
  const before = first === undefined ? 0 : weekOrder.indexOf(weekdayOf(first.day));
  const weeks: (DayCell | undefined)[][] = [];
  for (const [n, cell] of [...Array<undefined>(before).fill(undefined), ...cells].entries()) {
    if (n % 7 === 0) weeks.push([]);
    weeks.at(-1)?.push(cell);
  }
  const last = weeks.at(-1);
  while (last !== undefined && last.length < 7) last.push(undefined);
  return weeks;
}

export interface Year {
  readonly year: string;
  readonly patrons: number;
  readonly days: number;
  /** Place of its first month. */
  readonly at: number;
}

/** The years of some months, each with what falls into it and where it begins. */
export function yearsOf(months: readonly Month[]): Year[] {
  const years: Year[] = [];
  for (const [at, { month, patrons, days }] of months.entries()) {
    const year = month.slice(0, 4);
    const known = years.at(-1);
    if (known?.year === year) {
      years[years.length - 1] = { ...known, patrons: known.patrons + patrons, days: known.days + days };
    } else years.push({ year, patrons, days, at });
  }
  return years;
}
