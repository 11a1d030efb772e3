import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays } from "#domain/calendar";
import { changesFromToday } from "#domain/plan/from-today";

const day = fc.integer({ min: 0, max: 3000 }).map((n) => addDays("2026-01-01", n));

describe("the changes of a recipe", () => {
  it("count every day from today: as far ahead as the recipe says, else as the day was when the preset got it", () => {
    fc.assert(
      fc.property(day, day, fc.nat(1000), fc.integer({ min: 1, max: 99 }), (made, today, ahead, perDay) => {
        const from = addDays(made, ahead);
        const moved = addDays(today, ahead);
        const at = (nextServiceDate: Parameters<typeof changesFromToday>[0]["nextServiceDate"], date?: object) =>
          changesFromToday({ cutoff: 5, nextServiceDate }, { made, today, date: date as never });
        expect(at(from)).toEqual({ cutoff: 5, nextServiceDate: moved });
        expect(at({ spread: { from, perDay } })).toEqual({
          cutoff: 5,
          nextServiceDate: { spread: { from: moved, perDay } },
        });
        expect(at(from, { inDays: ahead + 1 })).toEqual({ cutoff: 5, nextServiceDate: addDays(moved, 1) });
        expect(at(null, { spread: { inDays: ahead, perDay } })).toEqual({
          cutoff: 5,
          nextServiceDate: { spread: { from: moved, perDay } },
        });
      }),
    );
  });

  it("never fall before today, and are the preset's own where it sets no day", () => {
    const of = { made: "2026-05-01", today: "2026-09-01", date: undefined };
    expect(changesFromToday({ nextServiceDate: "2026-04-01" }, of)).toEqual({ nextServiceDate: "2026-09-01" });
    expect(changesFromToday({ nextServiceDate: null }, of)).toEqual({ nextServiceDate: null });
    expect(changesFromToday({ refillPoint: 2 }, of)).toEqual({ refillPoint: 2 });
  });
});
