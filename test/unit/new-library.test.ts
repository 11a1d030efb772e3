import { expect, test } from "vitest";
import { librarySchema } from "#domain/library";
import { firstSettings, newLibrary } from "#domain/new-library";
import { libraryId } from "#test/ids";
import { libraryOf } from "./plan.arbitraries.ts";

const named = { library: libraryId("lakeshore"), name: "Lakeshore Talking Books", timeZone: "America/Chicago" };

test("a library that copies no other begins with settings that its administrator could have saved", () => {
  const made = newLibrary(named, undefined);
  expect(made).toEqual({ ...firstSettings, ...named });
  expect(librarySchema.parse(made)).toEqual(made);
});

test("a library made like another has all of its settings, under an id, a name and a time zone of its own", () => {
  const { library: _, ...like } = { ...libraryOf(), defaultServiceQueueSize: 7, retentionDays: 30 };
  expect(newLibrary(named, like)).toEqual({ ...like, ...named });
  expect(newLibrary(named, like)).not.toMatchObject({ name: like.name });
});
