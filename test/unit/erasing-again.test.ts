import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Failing,
  failingAfter,
  isOfLate,
  isTooEarly,
  isTrouble,
  keepsLibraryShut,
} from "#domain/erasure/erasure-job";

const minute = 60_000;
const began = new Date("2026-11-26T12:00:00Z");

test("What could not be erased is tried again after a minute, then ever later, in the end once an hour, and never given up", () => {
  let failing: Failing | undefined;
  let now = began;
  const pauses: number[] = [];
  for (let walk = 1; walk <= 9; walk++) {
    failing = failingAfter(["imports/1"], failing, now);
    expect(failing?.walks).toBe(walk);
    expect(failing && isTrouble(failing)).toBe(walk > 1);
    const next = new Date(failing?.retryFrom ?? 0);
    pauses.push((next.getTime() - now.getTime()) / minute);
    now = next;
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect(failingAfter([], failing, now)).toBeUndefined();
});

test("Whatever else is left is not held up by what failed", () => {
  const jobs = fc.uniqueArray(fc.constantFrom("imports/1", "imports/2", "batch-updates/1"));
  fc.assert(
    fc.property(jobs, jobs, fc.integer({ min: -5, max: 5 }), (again, failed, minutes) => {
      const failing = failingAfter(failed, undefined, began);
      const now = new Date(began.getTime() + minutes * minute);
      const isHeld = failed.length > 0 && again.every((job) => failed.includes(job)) && minutes < 1;
      expect(isTooEarly({ again, failing }, now)).toBe(isHeld);
    }),
  );
});

test("Who was erased a day ago may be somebody else by now", () => {
  const at = began.toISOString();
  expect(isOfLate(at, began)).toBe(true);
  expect(isOfLate(at, new Date(began.getTime() + 24 * 60 * minute))).toBe(true);
  expect(isOfLate(at, new Date(began.getTime() + 24 * 60 * minute + 1))).toBe(false);
});

test("Nobody is let in before the patron is out of the table, nor before an erasure that is done again has ended", () => {
  const [isRepeated, isTableClean, isCompleted] = [fc.boolean(), fc.boolean(), fc.boolean()];
  fc.assert(
    fc.property(fc.record({ isRepeated, isTableClean, isCompleted }), (standing) => {
      const isShut = keepsLibraryShut(standing);
      if (standing.isCompleted) expect(isShut).toBe(false);
      else if (!standing.isTableClean) expect(isShut).toBe(true);
      else expect(isShut).toBe(standing.isRepeated);
    }),
  );
});
