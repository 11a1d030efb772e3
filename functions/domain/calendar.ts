import { z } from "zod";

/** A calendar day of the library, `YYYY-MM-DD`. Compares correctly as text. */
export type Day = string;

export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof weekdays)[number];

const dayLength = 24 * 60 * 60 * 1000;

export const daySchema = z
  .string()
  .refine((text) => isDay(text), "must be a day of the calendar, written YYYY-MM-DD")
  .meta({ format: "date" });

/** True for a day that exists: 2026-02-29 does not. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day it is in the library's time zone at an instant. */
export function dayAt(instant: Date, timeZone: string): Day {
  return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    instant,
  );
}

/**
 * The instant at which clocks of a time zone show a time of a day. Where they show it twice, because they were set back, it
 * is the first of the two; undefined where they never show it, because they were set forward over it.
 *
 * @param time such as `23:30`
 */
export function instantAt(day: Day, time: string, timeZone: string): Date | undefined {
  if (!isDay(day) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined;
  const shown = Date.parse(`${day}T${time}:00Z`);
  // No clock is changed by more than a day's length, so one of the two offsets around holds.
  const found = [shown - dayLength, shown + dayLength]
    .map((near) => shown - (clockAt(near, timeZone) - near))
    .filter((instant) => clockAt(instant, timeZone) === shown);
  return found.length === 0 ? undefined : new Date(Math.min(...found));
}

/** What clocks of a time zone show at an instant, as if it were UTC; to the minute. Milliseconds both. */
function clockAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((it) => it.type === type)?.value;
  return Date.parse(`${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:00Z`);
}

/** A time zone has a name: a mere distance from UTC knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayLength).toISOString().slice(0, 10);
}

export function addYears(day: Day, count: number): Day {
  const year = String(Number(day.slice(0, 4)) + count).padStart(4, "0");
  const moved = year + day.slice(4);
  return isDay(moved) ? moved : `${year}-02-28`;
}

export function weekdayOf(day: Day): Weekday {
  const sundayFirst = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekdays[(sundayFirst + 6) % 7] as Weekday;
}

/** When a library serves: its weekdays less its closed days. */
export interface ServiceCalendar {
  readonly serviceDays: readonly Weekday[];
  readonly closedDays: readonly Day[];
}

export function isServiceDay(day: Day, calendar: ServiceCalendar): boolean {
  return calendar.serviceDays.includes(weekdayOf(day)) && !calendar.closedDays.includes(day);
}
