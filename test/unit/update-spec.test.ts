import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addYears, isServiceDay } from "#domain/calendar";
import {
  type Changes,
  dayOfPatron,
  intendedValues,
  specProblems,
  spreadDays,
  updateSpecSchema,
} from "#domain/plan/update-spec";
import { legalSpecArbitrary, libraryOf, specOf, today } from "./plan.arbitraries.ts";

const library = libraryOf();
const problemsOf = (changes: Changes, places = 10, medium = "DB") =>
  specProblems({ medium, changes }, library, today, places).map(({ path }) => path);
const isReadable = (body: object) => updateSpecSchema.safeParse(body).success;

describe("an update", () => {
  it("must name its medium and say Nightly Debug, which has no default", () => {
    expect(isReadable({ medium: "DB", nightlyDebug: false })).toBe(true);
    expect(isReadable({ medium: "DB" })).toBe(false);
    expect(isReadable({ nightlyDebug: true })).toBe(false);
    expect(isReadable({ medium: "DB", nightlyDebug: null })).toBe(false);
    expect(isReadable({ medium: "DB", nightlyDebug: "true" })).toBe(false);
  });

  it("with Nightly Debug alone is legal", () => {
    expect(updateSpecSchema.parse({ medium: "DB", nightlyDebug: true }).changes).toEqual({});
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    "nextServiceDate",
    "cutoff",
    "maxServiceQueueSize",
    "refillPoint",
    "maxTitlesPerCartridge",
    "cartridgeLimit",
  ])("may clear %s", (field) => {
    expect(isReadable({ medium: "DB", nightlyDebug: false, changes: { [field]: null } })).toBe(true);
    expect(intendedValues(specOf({ [field]: null }), undefined)).toEqual({ nightlyDebug: false, [field]: null });
  });

  it.each(["status", "serveCode", "deliveryMethod", "addServiceQueue"])("may not clear %s", (field) => {
    expect(isReadable({ medium: "DB", nightlyDebug: false, changes: { [field]: null } })).toBe(false);
  });

  it.each([
    { mainStatus: "ACTIVE" },
    { lastServedOn: "2026-01-01" },
    { addServiceQueue: false },
    { cutoff: 1.5 },
    { cutoff: "5" },
    { deliveryMethod: "MAIL" },
    { nextServiceDate: "2026-02-29" },
    { nextServiceDate: { spread: { from: "2026-09-01" } } },
    { nextServiceDate: { spread: { from: "2026-09-01", perDay: 0 } } },
    { nextServiceDate: { spread: { from: "2026-09-01", perDay: 10_001 } } },
    JSON.parse('{"__proto__": {"cutoff": 1}}'),
  ])("may not ask for %j", (changes) => {
    expect(isReadable({ medium: "DB", nightlyDebug: false, changes })).toBe(false);
  });

  it("takes 0 and false as values", () => {
    const spec = updateSpecSchema.parse({ medium: "DB", nightlyDebug: false, changes: { cutoff: 0, refillPoint: 0 } });
    expect(problemsOf(spec.changes)).toEqual([]);
    expect(intendedValues(spec, undefined)).toEqual({ nightlyDebug: false, cutoff: 0, refillPoint: 0 });
  });

  it.each<[Changes, string]>([
    [{ status: "GONE" }, "changes.status"],
    [{ serveCode: "ZZ" }, "changes.serveCode"],
    [{ nextServiceDate: "2026-08-31" }, "changes.nextServiceDate"],
    [{ cutoff: -1 }, "changes.cutoff"],
    [{ cutoff: 1000 }, "changes.cutoff"],
    [{ maxServiceQueueSize: 0 }, "changes.maxServiceQueueSize"],
    [{ maxServiceQueueSize: 501 }, "changes.maxServiceQueueSize"],
    [{ refillPoint: -1 }, "changes.refillPoint"],
    [{ maxTitlesPerCartridge: 0 }, "changes.maxTitlesPerCartridge"],
    [{ maxTitlesPerCartridge: 101 }, "changes.maxTitlesPerCartridge"],
    [{ cartridgeLimit: 0 }, "changes.cartridgeLimit"],
    [{ cartridgeLimit: 100 }, "changes.cartridgeLimit"],
    [{ refillPoint: 6, maxServiceQueueSize: 5 }, "changes.refillPoint"],
    [{ nextServiceDate: { spread: { from: "2026-08-31", perDay: 5 } } }, "changes.nextServiceDate.spread.from"],
    [{ nextServiceDate: { spread: { from: "2031-09-01", perDay: 1 } } }, "changes.nextServiceDate.spread"],
    [{ nextServiceDate: { spread: { from: "9999-12-31", perDay: 1 } } }, "changes.nextServiceDate.spread"],
  ])("that is wrong for every patron, %j, is refused at once", (changes, path) => {
    expect(problemsOf(changes)).toEqual([path]);
  });

  it.each<Changes>([
    { status: "INACTIVE", serveCode: "XQ" },
    { nextServiceDate: today },
    { cutoff: 999, maxServiceQueueSize: 500, refillPoint: 500, maxTitlesPerCartridge: 100, cartridgeLimit: 99 },
    { cutoff: 0, maxServiceQueueSize: 1, refillPoint: 0, maxTitlesPerCartridge: 1, cartridgeLimit: 1 },
    { refillPoint: 5, maxServiceQueueSize: null },
  ])("may go to the very ends of the ranges: %j", (changes) => expect(problemsOf(changes)).toEqual([]));

  it("is refused for a medium that the library does not have", () => {
    expect(problemsOf({}, 10, "LP")).toEqual(["medium"]);
  });

  it("leaves every field alone that it does not name", () => {
    fc.assert(
      fc.property(legalSpecArbitrary, (spec) => {
        const { addServiceQueue: _, ...named } = spec.changes;
        expect(intendedValues(spec, undefined)).toEqual({ ...named, nightlyDebug: spec.nightlyDebug });
      }),
    );
  });
});

describe("a spread", () => {
  const spreadArbitrary = fc.record({
    from: fc.constantFrom("2026-09-01", "2026-09-05", "2026-09-07", "2026-12-31"),
    perDay: fc.integer({ min: 1, max: 7 }),
  });
  const calendarArbitrary = fc.record({
    serviceDays: fc.constantFrom<("MON" | "TUE" | "FRI" | "SUN")[][]>(["MON"], ["MON", "TUE", "FRI"], ["SUN"]),
    closedDays: fc.subarray(["2026-09-07", "2026-09-08", "2026-09-11", "2026-09-14", "2027-01-01"]),
  });

  it("puts place n on service day floor(n / perDay), counted from its first day on", () => {
    fc.assert(
      fc.property(spreadArbitrary, calendarArbitrary, fc.integer({ min: 1, max: 60 }), (spread, calendar, places) => {
        const days = spreadDays(spread, calendar, places, "2040-01-01") ?? [];
        // Walk the calendar place by place: each place takes the first service day that has room.
        let day = new Date(`${spread.from}T00:00:00Z`);
        let taken = 0;
        const text = () => day.toISOString().slice(0, 10);
        const next = () => {
          day = new Date(day.getTime() + 24 * 3600 * 1000);
          taken = 0;
        };
        for (let place = 0; place < places; place++) {
          while (!isServiceDay(text(), calendar) || taken === spread.perDay) next();
          taken++;
          expect(days[Math.floor(place / spread.perDay)]).toBe(text());
        }
        expect(days.length).toBe(Math.ceil(places / spread.perDay));
      }),
    );
  });

  it("skips closed days and days that are no service days", () => {
    // Friday; Monday 7 and Thursday 10 are closed.
    expect(spreadDays({ from: "2026-09-04", perDay: 2 }, library, 9, "2027-01-01")).toEqual([
      "2026-09-04",
      "2026-09-08",
      "2026-09-09",
      "2026-09-11",
      "2026-09-14",
    ]);
  });

  it("may end five years from today and not a day later", () => {
    const perDay = 1;
    const from = addYears(today, 5); // 2031-09-01, a Monday
    expect(problemsOf({ nextServiceDate: { spread: { from, perDay } } }, 1)).toEqual([]);
    expect(problemsOf({ nextServiceDate: { spread: { from, perDay } } }, 2)).toEqual([
      "changes.nextServiceDate.spread",
    ]);
    expect(problemsOf({ nextServiceDate: { spread: { from, perDay: 2 } } }, 2)).toEqual([]);
  });

  it("of a library that is closed all the time does not end in a hunt for a day", () => {
    const closedDays = Array.from({ length: 2000 }, (_, i) =>
      new Date(Date.parse("2026-09-01T00:00:00Z") + i * 24 * 3600 * 1000).toISOString().slice(0, 10),
    );
    const spread = { from: today, perDay: 1 };
    const problems = specProblems(
      { medium: "DB", changes: { nextServiceDate: { spread } } },
      libraryOf({ closedDays }),
      today,
      1,
    );
    expect(problems.map(({ path }) => path)).toEqual(["changes.nextServiceDate.spread"]);
  });
});

describe("the day of one patron of a spread", () => {
  const days = ["2026-09-01", "2026-09-02", "2026-09-03"];
  const spread = { from: "2026-09-01", perDay: 10 };

  it("is that of the patron's place, never more than perDay on one day", () => {
    const ofPlaces = Array.from({ length: 30 }, (_, place) => dayOfPatron(spread, days, place, undefined));
    for (const day of days) expect(ofPlaces.filter((it) => it === day)).toHaveLength(10);
    expect(ofPlaces).toEqual([...ofPlaces].sort());
  });

  it("is kept by a retry, whatever the place is there", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(...days), (place, earlier) => {
        expect(dayOfPatron(spread, undefined, place, earlier)).toBe(earlier);
      }),
    );
  });

  it("is none where the spec has no spread", () => {
    expect(dayOfPatron(undefined, undefined, 3, "2026-09-02")).toBeUndefined();
  });
});
