import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  addDays,
  addYears,
  dayAt,
  daySchema,
  instantAt,
  isDay,
  isServiceDay,
  isTimeZone,
  weekdayOf,
} from "#domain/calendar";

const days = fc
  .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("a day", () => {
  it.each(["2026-02-28", "2024-02-29", "1999-12-31"])("%s is in the calendar", (day) => expect(isDay(day)).toBe(true));

  it.each(["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "26-01-01", "2026-01-01T00:00:00Z", ""])(
    "%s is not",
    (text) => {
      expect(isDay(text)).toBe(false);
      expect(daySchema.safeParse(text).success).toBe(false);
    },
  );

  it("is the library's own: at one instant two libraries may have two days", () => {
    const instant = new Date("2026-03-01T04:30:00Z");
    expect(dayAt(instant, "America/New_York")).toBe("2026-02-28");
    expect(dayAt(instant, "America/Chicago")).toBe("2026-02-28");
    expect(dayAt(instant, "Europe/Berlin")).toBe("2026-03-01");
    expect(dayAt(new Date("2026-03-01T05:30:00Z"), "America/New_York")).toBe("2026-03-01");
  });

  it("changes at midnight also on the day the clocks change", () => {
    expect(dayAt(new Date("2026-03-08T04:59:59Z"), "America/New_York")).toBe("2026-03-07");
    expect(dayAt(new Date("2026-03-09T03:59:59Z"), "America/New_York")).toBe("2026-03-08");
    expect(dayAt(new Date("2026-03-09T04:00:00Z"), "America/New_York")).toBe("2026-03-09");
  });

  it("is followed by the next, which compares as later, through every month, leap year and century", () => {
    fc.assert(
      fc.property(days, (day) => {
        const next = addDays(day, 1);
        expect(next > day).toBe(true);
        expect(isDay(next)).toBe(true);
        expect(addDays(next, -1)).toBe(day);
      }),
    );
  });

  it("a year later has the same month and day, but 29 February becomes the 28th", () => {
    expect(addYears("2024-02-29", 5)).toBe("2029-02-28");
    expect(addYears("2024-02-29", 4)).toBe("2028-02-29");
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 9 }), (day, count) => {
        const later = addYears(day, count);
        expect(isDay(later)).toBe(true);
        if (!day.endsWith("02-29")) expect(later).toBe(`${Number(day.slice(0, 4)) + count}${day.slice(4)}`);
      }),
    );
  });
});

describe("a service day", () => {
  it("is a service weekday that is not closed", () => {
    const calendar = { serviceDays: ["MON", "TUE"] as const, closedDays: ["2026-09-07"] };
    expect(weekdayOf("2026-09-07")).toBe("MON");
    expect(isServiceDay("2026-09-07", calendar)).toBe(false);
    expect(isServiceDay("2026-09-08", calendar)).toBe(true);
    expect(isServiceDay("2026-09-09", calendar)).toBe(false);
    expect(weekdayOf("2026-09-13")).toBe("SUN");
  });
});

describe("what is no day", () => {
  it.each(["", "2026", "2026-1-5", "2026-01-5", " 2026-01-05", "2026-01-05 ", "2026-01-05T00:00:00Z", "02026-01-05"])(
    "%j is none",
    (text) => {
      expect(isDay(text)).toBe(false);
    },
  );

  it("is refused in words", () => {
    expect(daySchema.safeParse("2026-02-29").error?.issues[0]?.message).toBe(
      "must be a day of the calendar, written YYYY-MM-DD",
    );
    expect(z.toJSONSchema(daySchema)).toMatchObject({ type: "string", format: "date" });
  });
});

describe("a time zone", () => {
  it.each(["America/New_York", "Europe/Zurich", "UTC"])("%s is one", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(["", "Moon/Base", "New York", "+05:00", "-0800"])("%j is none", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

it("years before 1000 keep their four digits", () => {
  expect(addYears("0999-05-01", -1)).toBe("0998-05-01");
});

describe("an instant by the library's clocks", () => {
  it.each([
    ["2026-01-15", "02:00", "America/New_York", "2026-01-15T07:00:00.000Z"],
    ["2026-07-15", "02:00", "America/New_York", "2026-07-15T06:00:00.000Z"],
    ["2026-07-15", "00:00", "Asia/Kathmandu", "2026-07-14T18:15:00.000Z"],
    ["2026-07-15", "23:59", "Pacific/Honolulu", "2026-07-16T09:59:00.000Z"],
  ])("%s %s in %s is %s", (day, time, zone, instant) => {
    expect(instantAt(day, time, zone)?.toISOString()).toBe(instant);
  });

  it("is the first of two where clocks are set back, and is not where they are set forward over it", () => {
    expect(instantAt("2026-11-01", "01:30", "America/New_York")?.toISOString()).toBe("2026-11-01T05:30:00.000Z");
    expect(instantAt("2026-03-08", "02:30", "America/New_York")).toBeUndefined();
    expect(instantAt("2026-03-08", "03:00", "America/New_York")?.toISOString()).toBe("2026-03-08T07:00:00.000Z");
  });

  it("is not for a day or time that is not one", () => {
    expect(instantAt("2026-02-30", "24:30", "UTC")).toBeUndefined();
    expect(instantAt("", "", "UTC")).toBeUndefined();
  });

  it("is shown by those clocks again, and no earlier instant is", () => {
    const zones = fc.constantFrom("America/New_York", "America/Phoenix", "Pacific/Honolulu", "Asia/Kathmandu", "UTC");
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
    // Before these some clocks were off by seconds.
    const recent = days.filter((day) => day >= "1990-01-01");
    fc.assert(
      fc.property(recent, minutes, zones, (day, minute, zone) => {
        const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
        const found = instantAt(day, time, zone);
        // Only where clocks are set forward there is none.
        if (found === undefined) return;
        const shown = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
        expect(shown.format(found)).toBe(`${day} ${time}`);
        expect(shown.format(found.getTime() - 3_600_000)).not.toBe(`${day} ${time}`);
      }),
      { numRuns: 60 },
    );
  });
});
