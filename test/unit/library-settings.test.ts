import { describe, expect, it } from "vitest";
import { hasCode, isClosed, librarySchema, librarySettingsSchema } from "#domain/library";
import { libraryOf } from "./plan.arbitraries.ts";

const { library: _, ...settings } = libraryOf();
const problemsOf = (change: object) =>
  librarySettingsSchema
    .safeParse({ ...settings, ...change })
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("a library's settings", () => {
  it("are what they are", () => {
    expect(librarySettingsSchema.parse(settings)).toEqual(settings);
  });

  it.each([
    [
      "each code once",
      {
        branches: [
          { code: "A", name: "A" },
          { code: "A", name: "B" },
        ],
      },
      "branches: must have each code once",
    ],
    ["a medium", { media: [] }, "media: Too small: expected array to have >=1 items"],
    ["a medium status", { mediumStatuses: [] }, "mediumStatuses: Too small: expected array to have >=1 items"],
    ["each service day once", { serviceDays: ["MON", "MON"] }, "serviceDays: must name each day once"],
    ["each closed day once", { closedDays: ["2026-12-25", "2026-12-25"] }, "closedDays: must name each day once"],
    [
      "each function once",
      { queueFunctions: [{ function: "SERIES" }, { function: "SERIES", limit: 3 }] },
      "queueFunctions: must name each function once",
    ],
    [
      "a time zone that there is",
      { timeZone: "Moon/Base" },
      "timeZone: must be an IANA time zone such as America/New_York",
    ],
    [
      "a name of which something is seen",
      { name: " \u2003" },
      "name: must hold at least one character that can be seen",
    ],
  ])("have %s", (_what, change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  it("are read as they were kept, also from before a rule was made stricter", () => {
    const kept = { ...libraryOf(), name: " ", timeZone: "+05:00" };
    expect(librarySchema.parse(kept)).toEqual(kept);
  });

  it("may have no serve codes, no branches, no closed days and no functions", () => {
    expect(problemsOf({ serveCodes: [], branches: [], closedDays: [], queueFunctions: [] })).toBeUndefined();
  });

  it("say which codes there are, and whose patrons are out of reach", () => {
    expect(hasCode(settings.serveCodes, "NA")).toBe(true);
    expect(hasCode(settings.serveCodes, "na")).toBe(false);
    expect(hasCode([], "NA")).toBe(false);
    expect(isClosed(settings, "DECEASED")).toBe(true);
    expect(isClosed(settings, "ACTIVE")).toBe(false);
    expect(isClosed(settings, "UNHEARD")).toBe(false);
  });
});
