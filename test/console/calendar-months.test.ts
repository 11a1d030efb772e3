import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, isServiceDay, weekdayOf } from "#domain/calendar";
import { spreadDays } from "#domain/plan/update-spec";
import { calendarMonths, weekOrder, yearsOf } from "../../console/batch-update/calendar-months.ts";

const weekly = { serviceDays: ["MON", "TUE", "WED", "THU", "FRI"] as const, closedDays: ["2026-12-25", "2027-01-01"] };

/** A spread as it is laid out, with the calendar that it was laid out on. */
const spreadArbitrary = fc
  .record({
    from: fc.integer({ min: 0, max: 800 }).map((n) => addDays("2026-01-01", n)),
    perDay: fc.integer({ min: 1, max: 30 }),
    places: fc.integer({ min: 1, max: 400 }),
  })
  .map(({ from, perDay, places }) => {
    const days = spreadDays({ from, perDay }, weekly, places, "2099-12-31") ?? [];
    return days.map((date, n) => ({ date, patrons: Math.min(perDay, places - n * perDay) }));
  });

describe("the months of a spread", () => {
  it("show each day once under its weekday, and nobody is lost or doubled", () => {
    fc.assert(
      fc.property(spreadArbitrary, (spread) => {
        const months = calendarMonths(spread, weekly);
        const cells = months.flatMap(({ weeks }) => weeks.flat()).filter((cell) => cell !== undefined);
        for (const [n, { day }] of cells.entries()) expect(day).toBe(addDays(cells[0]?.day ?? "", n));
        expect(cells[0]?.day).toBe(`${spread[0]?.date.slice(0, 7)}-01`);
        for (const { weeks } of months) {
          for (const week of weeks) {
            expect(week).toHaveLength(7);
            for (const [n, cell] of week.entries()) if (cell) expect(weekdayOf(cell.day)).toBe(weekOrder[n]);
          }
        }
        const held = cells.filter(({ patrons }) => patrons > 0);
        expect(held.map(({ day, patrons }) => ({ date: day, patrons }))).toEqual(spread);
        for (const { day, kind } of cells) expect(kind === "SERVICE").toBe(isServiceDay(day, weekly));
        const sum = spread.reduce((all, { patrons }) => all + patrons, 0);
        expect(months.reduce((all, { patrons }) => all + patrons, 0)).toBe(sum);
        const years = yearsOf(months);
        expect(years.reduce((all, { patrons }) => all + patrons, 0)).toBe(sum);
        expect(years.reduce((all, { days }) => all + days, 0)).toBe(spread.length);
        for (const { year, at } of years) expect(months[at]?.month.startsWith(year)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it("tell a closed day from a day without service, and keep months on which nobody falls", () => {
    const months = calendarMonths(
      [
        { date: "2026-12-24", patrons: 2 },
        { date: "2027-02-01", patrons: 1 },
      ],
      weekly,
    );
    expect(months.map(({ month, patrons, days }) => [month, patrons, days])).toEqual([
      ["2026-12", 2, 1],
      ["2027-01", 0, 0],
      ["2027-02", 1, 1],
    ]);
    const kinds = new Map(months[0]?.weeks.flat().map((cell) => [cell?.day, cell?.kind]));
    expect([kinds.get("2026-12-24"), kinds.get("2026-12-25"), kinds.get("2026-12-26")]).toEqual([
      "SERVICE",
      "CLOSED",
      "OFF",
    ]);
  });

  it("are none where nobody falls on a day", () => expect(calendarMonths([], weekly)).toEqual([]));
});
