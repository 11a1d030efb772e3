import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineChanges, merged, type PatronState, planUpdate } from "#domain/plan/plan";
import type { Changes, UpdateSpec } from "#domain/plan/update-spec";
import { libraryOf, recordOf, specArbitrary, specOf, stateArbitrary, stateOf, today } from "./plan.arbitraries.ts";
import { fieldsOf, referencePlan, sorted } from "./plan.reference.ts";

const library = libraryOf();
const plan = (state: PatronState, spec: UpdateSpec, day?: string) => planUpdate(state, spec, library, today, day);
const planned = (changes: Changes, record = recordOf(), state: Partial<PatronState> = {}) =>
  plan(stateOf(record, state), specOf(changes));

describe("planning", () => {
  it("comes to what the rules say one by one", () => {
    fc.assert(
      fc.property(stateArbitrary, specArbitrary, (state, spec) => {
        const expected = referencePlan(state, spec, today);
        const finding = plan(state, spec);
        expect(finding.action).toBe(expected.action);
        expect(finding.problem?.code).toBe(expected.code);
        if (finding.action === "UPDATE" || finding.action === "CREATE") {
          const written = merged(fieldsOf(state.record) ?? {}, finding.after);
          expect(sorted(written)).toEqual(sorted(expected.record ?? {}));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("shows exactly the fields that change, with what is there and what is meant", () => {
    fc.assert(
      fc.property(stateArbitrary, specArbitrary, (state, spec) => {
        const finding = plan(state, spec);
        if (finding.action !== "UPDATE" && finding.action !== "CREATE") return;
        const was: Record<string, unknown> = { ...fieldsOf(state.record) };
        const will: Record<string, unknown> = { ...referencePlan(state, spec, today).record };
        const expected = [...new Set([...Object.keys(was), ...Object.keys(will)])]
          .filter((field) => was[field] !== will[field])
          .map((field) => ({
            field,
            ...(was[field] !== undefined && { before: was[field] }),
            ...(will[field] !== undefined && { after: will[field] }),
          }));
        const queue = { field: "serviceQueue", before: state.waiting, after: "FILL" };
        if (spec.changes.addServiceQueue === true) expected.push(queue);
        const byField = (a: { field: string }, b: { field: string }) => (a.field < b.field ? -1 : 1);
        expect([...lineChanges(finding)].sort(byField)).toEqual(expected.sort(byField));
      }),
      { numRuns: 2000 },
    );
  });

  it("remembers version and mark of the record, or of what is left of it", () => {
    fc.assert(
      fc.property(stateArbitrary, specArbitrary, (state, spec) => {
        const finding = plan(state, spec);
        if (finding.action === "NOT_FOUND" || finding.problem?.code === "PATRON_CLOSED") return;
        const { mark } = state.record ?? {};
        expect(finding.version).toBe(state.record?.version);
        expect(finding.previous).toEqual(mark && { by: mark.by, at: mark.at });
      }),
    );
  });
});

describe("a patron in the set", () => {
  it("without a record for the medium gets one: the fields that were set, Nightly Debug, and ACTIVE", () => {
    const { action, after } = plan(stateOf(undefined), specOf({ cutoff: 0, serveCode: "NA", refillPoint: null }, true));
    expect(action).toBe("CREATE");
    expect(merged({}, after)).toEqual({ status: "ACTIVE", cutoff: 0, serveCode: "NA", nightlyDebug: true });
  });

  it("gets the status that was set instead of ACTIVE", () => {
    expect(plan(stateOf(undefined), specOf({ status: "INACTIVE" })).after.status).toBe("INACTIVE");
  });

  it("whose record was removed gets a new one, that counts on from the old one's version", () => {
    const removed = recordOf({ version: 4, removed: true });
    expect(plan(stateOf(removed), specOf())).toMatchObject({ action: "CREATE", version: 4 });
  });

  it("who is closed is refused before any other rule", () => {
    const patron = { mainStatus: "DECEASED", reserveCount: 0, requestCount: 0 };
    const finding = planned({ cutoff: 1000, nextServiceDate: "2020-01-01" }, recordOf(), { patron });
    expect(finding).toMatchObject({ action: "INVALID", problem: { code: "PATRON_CLOSED" } });
  });

  it("who is SUSPENDED is updated: the library marks what is closed, not we", () => {
    const patron = { mainStatus: "SUSPENDED", reserveCount: 0, requestCount: 0 };
    expect(planned({ cutoff: 1 }, recordOf(), { patron }).action).toBe("UPDATE");
    const lenient = libraryOf({ mainStatuses: [{ code: "DECEASED", name: "Deceased", closed: false }] });
    const deceased = stateOf(recordOf(), { patron: { ...patron, mainStatus: "DECEASED" } });
    expect(planUpdate(deceased, specOf({ cutoff: 1 }), lenient, today, undefined).action).toBe("UPDATE");
  });

  it("who is gone is NOT_FOUND", () => {
    const finding = planned({ cutoff: 1 }, recordOf(), { patron: undefined });
    expect(finding).toMatchObject({ action: "NOT_FOUND", problem: { code: "PATRON_NOT_FOUND" } });
    expect(lineChanges(finding)).toEqual([]);
  });

  it("with one invalid field is refused whole, for that patron alone", () => {
    const changes = { refillPoint: 10, serveCode: "XQ" };
    const small = planned(changes, recordOf({ maxServiceQueueSize: 5 }));
    expect(small).toMatchObject({
      action: "INVALID",
      problem: { code: "REFILL_ABOVE_MAXIMUM", field: "refillPoint" },
      warnings: [],
    });
    expect(planned(changes, recordOf({ maxServiceQueueSize: 10 })).action).toBe("UPDATE");
    expect(planned(changes, recordOf({ maxServiceQueueSize: undefined })).action).toBe("UPDATE");
  });

  it("whose old values break rules is updated all the same where the update does not touch them", () => {
    const old = recordOf({ refillPoint: 20, maxServiceQueueSize: 5, serveCode: "OLD", cutoff: 1000 });
    expect(planned({ maxTitlesPerCartridge: 4 }, old).action).toBe("UPDATE");
    expect(planned({ maxServiceQueueSize: 6 }, old).problem?.code).toBe("REFILL_ABOVE_MAXIMUM");
    expect(planned({ refillPoint: null }, old).action).toBe("UPDATE");
  });

  it("who has every value already is UNCHANGED, but never where a queue is to be filled", () => {
    const record = recordOf({ cutoff: 0 });
    expect(planned({ cutoff: 0 }, record)).toMatchObject({ action: "UNCHANGED", warnings: [] });
    expect(planned({ cutoff: 0, addServiceQueue: true }, record, { waiting: 2 })).toMatchObject({
      action: "UPDATE",
      queue: { before: 2, after: "FILL" },
    });
  });

  it("has Nightly Debug turned off where it is not ticked", () => {
    const finding = planned({}, recordOf({ nightlyDebug: true }));
    expect(lineChanges(finding)).toEqual([{ field: "nightlyDebug", before: true, after: false }]);
  });

  it("gets its day of the spread", () => {
    const spec = specOf({ nextServiceDate: { spread: { from: today, perDay: 1 } } });
    expect(plan(stateOf(recordOf()), spec, "2026-09-04").after.nextServiceDate).toBe("2026-09-04");
    expect(() => plan(stateOf(recordOf()), spec)).toThrow();
  });

  it("whose day of a spread has passed by now is refused", () => {
    const spec = specOf({ nextServiceDate: { spread: { from: "2026-08-01", perDay: 1 } } });
    expect(plan(stateOf(recordOf()), spec, "2026-08-03").problem?.code).toBe("DAY_PASSED");
  });
});

describe("a warning", () => {
  const warned = (
    changes: Changes,
    record = recordOf(),
    counts: { reserveCount?: number; requestCount?: number } = {},
  ) =>
    planned(changes, record, { patron: { mainStatus: "ACTIVE", reserveCount: 0, requestCount: 0, ...counts } })
      .warnings;

  it("says that requests wait where the serve code's schedule is on demand, whatever its letters", () => {
    expect(warned({ serveCode: "XQ" }, recordOf(), { requestCount: 1 })).toEqual(["ON_DEMAND_WITH_REQUESTS"]);
    expect(warned({ serveCode: "NA" }, recordOf(), { requestCount: 1 })).toEqual([]);
    expect(warned({ serveCode: "XQ" }, recordOf(), { reserveCount: 1 })).toEqual([]);
  });

  it("says that the refill point is below what all cartridges take, on the merged record", () => {
    const record = recordOf({ maxTitlesPerCartridge: 4, cartridgeLimit: 2 });
    expect(warned({ refillPoint: 7 }, record)).toEqual(["REFILL_BELOW_CARTRIDGES"]);
    expect(warned({ refillPoint: 8 }, record)).toEqual([]);
    expect(warned({ refillPoint: 7 }, recordOf({ maxTitlesPerCartridge: 4 }))).toEqual([]);
    expect(warned({ refillPoint: 7, cartridgeLimit: null }, record)).toEqual([]);
    expect(warned({ refillPoint: 0, maxTitlesPerCartridge: 1, cartridgeLimit: 1 })).toEqual([
      "REFILL_BELOW_CARTRIDGES",
    ]);
  });

  it("says that reserves go out before a next service date, however it is set", () => {
    expect(warned({ nextServiceDate: today }, recordOf(), { reserveCount: 2 })).toEqual(["RESERVES_WAITING"]);
    expect(warned({ nextServiceDate: null }, recordOf({ nextServiceDate: today }), { reserveCount: 2 })).toEqual([]);
    expect(warned({ nextServiceDate: today }, recordOf(), { requestCount: 2 })).toEqual([]);
  });

  it("never stops anybody, and nobody who is not written is warned", () => {
    fc.assert(
      fc.property(stateArbitrary, specArbitrary, (state, spec) => {
        const { action, warnings } = plan(state, spec);
        expect(action).toBe(referencePlan(state, spec, today).action);
        if (action !== "UPDATE" && action !== "CREATE") expect(warnings).toEqual([]);
      }),
    );
  });
});
