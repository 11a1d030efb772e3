import { type Day, dayAt } from "#domain/calendar";

const number = new Intl.NumberFormat("en-US");
const day = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat("en-US", {
  weekday: "short",
  year: "numeric",
  month: "short",
  day: "numeric",
  timeZone: "UTC",
});

/** 1412 reads 1,412. */
export function amount(value: number): string {
  return number.format(value);
}

/** `1 patron`, `1,412 patrons`. */
export function patrons(count: number): string {
  return count === 1 ? "1 patron" : `${amount(count)} patrons`;
}

export function counted(count: number, one: string, many: string): string {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

export function dayText(value: Day): string {
  return day.format(new Date(`${value}T00:00:00Z`));
}

export function weekdayText(value: Day): string {
  return weekday.format(new Date(`${value}T00:00:00Z`));
}

/** An instant in the library's time zone, or in that of the reader while the library is not known. */
export function instantText(instant: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", timeZone }).format(
    new Date(instant),
  );
}

/** An instant by the library's clocks, with its weekday and what those clocks are called: `Fri, Nov 27, 2026, 2:00 AM EST`. */
export function clockText(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(new Date(instant));
}

/** How long it is until an instant, in its two largest parts: `in 3 days and 4 hours`. */
export function untilText(instant: string, now: number = Date.now()): string {
  const minutes = Math.floor((Date.parse(instant) - now) / 60_000);
  if (minutes < 0) return "any moment now";
  if (minutes === 0) return "in less than a minute";
  const parts = [
    [Math.floor(minutes / 1440), "day", "days"],
    [Math.floor(minutes / 60) % 24, "hour", "hours"],
    [minutes % 60, "minute", "minutes"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  const told = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return `in ${told.map(([count, one, many]) => counted(count, one, many)).join(" and ")}`;
}

export function today(timeZone: string): Day {
  return dayAt(new Date(), timeZone);
}

/** `Smith, Jo`, or the last name alone: schools and homes have no first name. */
export function personName({
  lastName,
  firstName,
}: {
  lastName?: string | undefined;
  firstName?: string | undefined;
}): string {
  // Everybody has a last name until they are erased.
  if (lastName === undefined) return "Erased patron";
  return [lastName, firstName].filter((name) => name !== undefined && name !== "").join(", ");
}
