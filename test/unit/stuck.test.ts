import fc from "fast-check";
import { expect, test } from "vitest";
import { isStuck, longestStandstill } from "#domain/support/stuck";
import { chunkTimes } from "#infra/chunked-workflow";

const openedAt = new Date("2026-07-01T12:00:00Z");
const after = (milliseconds: number) => new Date(openedAt.getTime() + milliseconds);

test("a job is stuck when ten minutes went by since it was asked for and since its last chunk", () => {
  fc.assert(
    fc.property(fc.option(fc.nat(3_600_000), { nil: undefined }), fc.nat(7_200_000), (moved, now) => {
      const movedAt = moved === undefined ? undefined : after(moved);
      const since = moved ?? 0;
      expect(isStuck({ openedAt, movedAt }, after(now))).toBe(now - since >= 600_000);
    }),
  );
});

test("what was found of an earlier try, from before it was asked for, does not count as progress", () => {
  expect(isStuck({ openedAt, movedAt: after(-60_000) }, after(longestStandstill - 1))).toBe(false);
  expect(isStuck({ openedAt, movedAt: after(-60_000) }, after(longestStandstill))).toBe(true);
});

test("a chunk that uses up all its tries has ended before its job counts as stuck", () => {
  expect(longestStandstill).toBeGreaterThan(chunkTimes.expressSeconds * 1000);
});
