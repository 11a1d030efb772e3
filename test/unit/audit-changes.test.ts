import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesBetween, mostCharacters } from "#domain/audit/changes";
import { auditActorSchema, auditChangeSchema, auditEnds, refusalMinute, theSystem } from "#domain/audit/entry";
import { libraryOf } from "./plan.arbitraries.ts";

const library = libraryOf();

describe("what a replacement changed", () => {
  it("is told value by value: rows by their code, days by themselves", () => {
    const after = {
      ...library,
      closedDays: ["2026-09-07", "2026-12-25"],
      serveCodes: [...library.serveCodes.slice(1), { code: "WA", name: "Weekly", schedule: "WEEKLY", method: "LIST" }],
      largeBatchThreshold: 600,
    };
    expect(changesBetween(library, after)).toEqual({
      changes: expect.arrayContaining([
        { field: "closedDays.2026-12-25", after: true },
        { field: "closedDays.2026-09-10", before: true },
        { field: "serveCodes.NA.name", before: "Nightly" },
        { field: "serveCodes.WA.schedule", after: "WEEKLY" },
        { field: "largeBatchThreshold", before: 500, after: 600 },
      ]),
      more: 0,
    });
  });

  it("tells the order of queue functions, for it is a rule, and not that of a table's rows", () => {
    const functions = [{ function: "RESERVE" }, { function: "SERIES", limit: 3 }];
    const before = { ...library, queueFunctions: functions };
    expect(changesBetween(before, { ...before, queueFunctions: [...functions].reverse() }).changes).toEqual([
      { field: "queueFunctions.RESERVE.place", before: 1, after: 2 },
      { field: "queueFunctions.SERIES.place", before: 2, after: 1 },
    ]);
    expect(changesBetween(library, { ...library, serveCodes: [...library.serveCodes].reverse() }).changes).toEqual([]);
  });

  it("tells of a row what differs, never its own key, and of rows without a key themselves", () => {
    const named = (name: string) => ({ codes: [{ code: "A", name }] });
    expect(changesBetween(named("one"), named("two")).changes).toEqual([
      { field: "codes.A.name", before: "one", after: "two" },
    ]);
    expect(changesBetween({ codes: [] }, named("one")).changes).toEqual([{ field: "codes.A.name", after: "one" }]);
    expect(changesBetween({ functions: [] }, { functions: [{ function: "SERIES", limit: 3 }] }).changes).toEqual([
      { field: "functions.SERIES.place", after: 1 },
      { field: "functions.SERIES.limit", after: 3 },
    ]);
    expect(changesBetween({ list: [] }, { list: [null, { n: 1 }] }).changes).toEqual([
      { field: "list.null", after: true },
      { field: 'list.{"n":1}.n', after: 1 },
    ]);
  });

  it("has no value before where there was none, and none after where it is gone", () => {
    const [made] = changesBetween({}, { a: 1 }).changes;
    const [gone] = changesBetween({ a: 1 }, {}).changes;
    expect(Object.keys(made ?? {})).toEqual(["field", "after"]);
    expect(Object.keys(gone ?? {})).toEqual(["field", "before"]);
    expect(changesBetween({ a: undefined }, {}).changes).toEqual([]);
  });

  it("tells of a preset what is set, cleared and left alone since", () => {
    const spread = { spread: { from: "2026-10-01", perDay: 20 } };
    expect(changesBetween({ changes: { cutoff: 5 } }, { changes: { cutoff: null, nextServiceDate: spread } })).toEqual({
      changes: [
        { field: "changes.cutoff", before: 5, after: "cleared" },
        { field: "changes.nextServiceDate.spread.from", after: "2026-10-01" },
        { field: "changes.nextServiceDate.spread.perDay", after: 20 },
      ],
      more: 0,
    });
  });

  it("is nothing exactly where nothing differs, and each change told does differ", () => {
    const thing = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.uniqueArray(fc.constantFrom("x", "y", "z"))),
    );
    fc.assert(
      fc.property(thing, thing, (before, after) => {
        expect(changesBetween(before, before)).toEqual({ changes: [], more: 0 });
        for (const change of changesBetween(before, after).changes) expect(change.before).not.toEqual(change.after);
      }),
    );
  });

  it("never outgrows an entry, and says how many changes found no room", () => {
    const closedDays = Array.from({ length: 2000 }, (_, day) => `day-${day}`);
    const { changes, more } = changesBetween({ closedDays: [] }, { closedDays });
    expect(JSON.stringify(changes).length).toBeLessThan(mostCharacters * 1.1);
    expect(changes.length + more).toBe(2000);
    expect(more).toBeGreaterThan(0);
    const [long] = changesBetween({ name: "" }, { name: "x".repeat(5000) }).changes;
    expect(String(long?.after).length).toBe(1000);
    expect(String(long?.after)).toMatch(/^x+…$/);
    const [whole] = changesBetween({ name: "" }, { name: "x".repeat(1000) }).changes;
    expect(whole?.after).toBe("x".repeat(1000));
  });
});

describe("an entry of the audit", () => {
  it("of what nobody asked for is the system's", () => {
    const entry = auditChangeSchema.parse({ field: "status", before: 1, after: true });
    expect(entry).toEqual({ field: "status", before: 1, after: true });
    expect(auditActorSchema.parse(theSystem)).toEqual({ sub: "system", name: "system" });
    expect(theSystem.role).toBe("system");
  });

  it("ends after the library's days, seven years where it has said nothing", () => {
    const at = "2026-01-01T00:00:00.000Z";
    expect(new Date(auditEnds(at, 10) * 1000).toISOString()).toBe("2026-01-11T00:00:00.000Z");
    expect(auditEnds(at) - Date.parse(at) / 1000).toBe(2555 * 24 * 3600);
  });

  it("of a refusal stands for its minute", () => {
    expect(refusalMinute(new Date("2026-01-01T10:20:30.400Z")).toISOString()).toBe("2026-01-01T10:20:00.000Z");
  });
});
