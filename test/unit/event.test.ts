import { expect, test } from "vitest";
import { eventEnds } from "#domain/event";

test("an event is told for thirty days; its end is in whole seconds, never after its time", () => {
  const noon = Date.parse("2026-03-31T12:00:00.000Z") / 1000;
  expect(eventEnds("2026-03-01T12:00:00.000Z")).toBe(noon);
  expect(eventEnds("2026-03-01T12:00:00.999Z")).toBe(noon);
  expect(eventEnds("2026-03-01T12:00:01.000Z")).toBe(noon + 1);
});
