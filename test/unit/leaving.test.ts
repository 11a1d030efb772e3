import fc from "fast-check";
import { expect, test } from "vitest";
import { deletionDate, hasLeft, isAtRest } from "#domain/leaving";

const instants = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
const minutes = fc.integer({ min: -30 * 24 * 60, max: 30 * 24 * 60 });

test("a library can be taken back for a week to the instant, and is deleted when what was begun before is at rest", () => {
  fc.assert(
    fc.property(instants, minutes, (asked, later) => {
      const date = deletionDate(asked);
      expect(date.getTime() - asked.getTime()).toBe(7 * 24 * 3600_000);
      const now = new Date(date.getTime() + later * 60_000);
      const leaving = { deleteAt: date.toISOString() };
      expect(hasLeft(leaving, now)).toBe(later >= 0);
      // A link to upload, good for an hour, and a function that runs for a quarter of one, are over by then.
      expect(isAtRest(leaving, now)).toBe(later >= 90);
    }),
    { numRuns: 200 },
  );
});

test("a library that stays has never left", () => {
  fc.assert(
    fc.property(instants, (now) => {
      expect([hasLeft({}, now), isAtRest({}, now)]).toEqual([false, false]);
    }),
    { numRuns: 50 },
  );
});
