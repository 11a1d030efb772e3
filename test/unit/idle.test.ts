import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultIdleMinutes, idleness } from "#domain/idle";

const minutes = fc.integer({ min: 1, max: 1440 });
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });

test("nobody is signed out before the time is over, and everybody is afterwards", () => {
  fc.assert(
    fc.property(instant, minutes, fc.integer({ min: 0, max: 100_000_000 }), (last, idleMinutes, idle) => {
      const found = idleness(last, last + idle, idleMinutes);
      expect(found.kind === "over").toBe(idle >= idleMinutes * 60_000);
    }),
  );
});

test("everybody is warned for 20 seconds at least and two minutes at most before", () => {
  fc.assert(
    fc.property(instant, minutes, (last, idleMinutes) => {
      const start = idleness(last, last, idleMinutes);
      if (start.kind !== "working") throw new Error("warned at once");
      expect(idleness(last, last + start.warnIn - 1, idleMinutes)).toEqual({ kind: "working", warnIn: 1 });
      const warned = idleness(last, last + start.warnIn, idleMinutes);
      if (warned.kind !== "warned") throw new Error("not warned");
      expect(warned.left).toBeGreaterThanOrEqual(20_000);
      expect(warned.left).toBeLessThanOrEqual(120_000);
      expect(start.warnIn + warned.left).toBe(idleMinutes * 60_000);
    }),
  );
});

test("a clock that was set back signs nobody out, and 30 minutes hold where nothing is said", () => {
  expect(idleness(5_000_000, 1_000_000, 1)).toEqual({ kind: "working", warnIn: 30_000 });
  expect(defaultIdleMinutes).toBe(30);
  expect(idleness(0, 30 * 60_000)).toEqual({ kind: "over" });
  expect(idleness(0, 28 * 60_000)).toEqual({ kind: "warned", left: 120_000 });
});
