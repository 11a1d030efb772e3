import { expect, test } from "vitest";
import { Deadline } from "#infra/local/step-functions/timing";
import { ManualTiming } from "./step-functions-bed.ts";

test("the clock of a call stands still while it waits for a place, and runs on where it stood", async () => {
  const timing = new ManualTiming();
  const deadline = new Deadline(timing, 35_000);
  let expired = false;
  deadline.start(() => {
    expired = true;
  });
  const away = timing.after(10_000, () => undefined);
  await timing.pass(10_000);
  away();
  const place = Promise.withResolvers<void>();
  deadline.waitFor(place.promise);
  expect(timing.waits).toEqual([]);
  timing.after(60_000, () => undefined);
  await timing.pass(60_000);
  place.resolve();
  await timing.pass(25_000);
  expect(expired).toBe(true);
});

test("the clock of a call that waits from its beginning starts with its place", async () => {
  const timing = new ManualTiming();
  const deadline = new Deadline(timing, 35_000);
  const place = Promise.withResolvers<void>();
  deadline.waitFor(place.promise);
  let expired = false;
  deadline.start(() => {
    expired = true;
  });
  expect(timing.waits).toEqual([]);
  place.resolve();
  await timing.pass(35_000);
  expect(expired).toBe(true);
});

test("a cancelled deadline never expires, also where its place comes later", async () => {
  const timing = new ManualTiming();
  const deadline = new Deadline(timing, 1000);
  const place = Promise.withResolvers<void>();
  deadline.waitFor(place.promise);
  deadline.start(() => expect.unreachable());
  deadline.cancel();
  place.resolve();
  await place.promise;
  await Promise.resolve();
  expect(timing.waits).toEqual([]);
});
