import { describe, expect, it } from "vitest";
import { fieldChange, lineChanges, patronProblem, planUpdate } from "#domain/plan/plan";
import { blockedNow, settle } from "#domain/plan/settle";
import { type Changes, changesNothing, intendedValues, setValues, specProblems } from "#domain/plan/update-spec";
import { batchUpdateId } from "#test/ids";
import { libraryOf, lineOf, recordOf, specOf, stateOf, today } from "./plan.arbitraries.ts";

const library = libraryOf();
const served = { mainStatus: "ACTIVE", reserveCount: 1, requestCount: 1 };
const full = recordOf({ refillPoint: 3, maxTitlesPerCartridge: 2, cartridgeLimit: 2, cutoff: 1 });
const warningsOf = (changes: Changes, record = full, patron = served) =>
  planUpdate(stateOf(record, { patron }), specOf(changes), library, today, today).warnings;

describe("a plan warns", () => {
  it.each<[string, Changes, string[]]>([
    ["of requests that wait on demand", { serveCode: "XQ" }, ["ON_DEMAND_WITH_REQUESTS"]],
    ["of nothing where the code serves by itself", { serveCode: "NA" }, []],
    ["of reserves that go out all the same", { nextServiceDate: "2026-09-02" }, ["RESERVES_WAITING"]],
    ["of them in a spread too", { nextServiceDate: { spread: { from: today, perDay: 1 } } }, ["RESERVES_WAITING"]],
    ["of nothing where the day is cleared", { nextServiceDate: null }, []],
    ["of a queue that may run dry: refill point", { refillPoint: 2 }, ["REFILL_BELOW_CARTRIDGES"]],
    ["of it: titles of a cartridge", { maxTitlesPerCartridge: 3 }, ["REFILL_BELOW_CARTRIDGES"]],
    ["of it: cartridges", { cartridgeLimit: 3 }, ["REFILL_BELOW_CARTRIDGES"]],
    ["of nothing where the queue lasts just long enough", { refillPoint: 4 }, []],
    ["of nothing that it does not set", { cutoff: 2 }, []],
  ])("%s", (_, changes, warnings) => {
    expect(warningsOf(changes)).toEqual(warnings);
  });

  it("only of what waits", () => {
    const nothingWaits = { mainStatus: "ACTIVE", reserveCount: 0, requestCount: 0 };
    expect(warningsOf({ serveCode: "XQ", nextServiceDate: "2026-09-02" }, full, nothingWaits)).toEqual([]);
  });

  it.each(["refillPoint", "maxTitlesPerCartridge", "cartridgeLimit"] as const)(
    "of no queue that runs dry where %s is empty",
    (missing) => {
      const { [missing]: _, ...rest } = full;
      const changes: Changes =
        missing === "refillPoint"
          ? { cartridgeLimit: 9 }
          : missing === "cartridgeLimit"
            ? { refillPoint: 1 }
            : { refillPoint: 0 };
      expect(warningsOf(changes, { ...rest })).toEqual([]);
    },
  );
});

describe("what a plan says of a patron", () => {
  it("who is gone or closed", () => {
    expect(patronProblem(undefined, library)).toEqual({
      action: "NOT_FOUND",
      problem: { code: "PATRON_NOT_FOUND", message: "The patron is no longer in the library's records" },
    });
    expect(patronProblem({ mainStatus: "DECEASED" }, library)).toEqual({
      action: "INVALID",
      problem: { code: "PATRON_CLOSED", message: "The patron's main status is DECEASED, which is closed" },
    });
    expect(patronProblem({ mainStatus: "SUSPENDED" }, library)).toBeUndefined();
  });

  it("is no change where it is not touched, whatever stands in the line", () => {
    const values = { before: { cutoff: 1 }, after: { cutoff: 2 } };
    expect(lineChanges(lineOf({ action: "UNCHANGED", ...values }))).toEqual([]);
    expect(lineChanges(lineOf({ action: "NOT_FOUND", ...values }))).toEqual([]);
    expect(lineChanges(lineOf({ action: "INVALID", ...values }))).toEqual([{ field: "cutoff", before: 1, after: 2 }]);
    expect(lineChanges(lineOf({ action: "CONFLICT", ...values, moved: ["status"] }))).toEqual([
      { field: "status" },
      { field: "cutoff", before: 1, after: 2 },
    ]);
  });

  it("has no before where there was no value, and no after where it is cleared", () => {
    const line = lineOf({ before: { cutoff: 1 }, after: { cutoff: null, refillPoint: 0 } });
    expect(Object.keys(fieldChange("cutoff", line))).toEqual(["field", "before"]);
    expect(Object.keys(fieldChange("refillPoint", line))).toEqual(["field", "after"]);
  });

  it("holds only values that are there", () => {
    const finding = planUpdate(stateOf(recordOf()), specOf({ cutoff: 2 }), library, today, undefined);
    expect(Object.keys(finding.before)).toEqual(["nightlyDebug"]);
    const moved = settle(lineOf({ before: { cutoff: 1 }, after: { cutoff: 2, refillPoint: 1 } }), recordOf(), {
      by: batchUpdateId("me"),
      turn: 1,
    });
    expect(moved).toMatchObject({ is: "CONFLICT" });
    expect("current" in moved && Object.keys(moved.current)).toEqual([]);
    expect("problem" in moved && Object.keys(moved.problem)).toEqual(["code", "message", "field"]);
  });
});

describe("right before writing", () => {
  const dated = lineOf({ after: { nextServiceDate: "2026-08-31" } });

  it("a day that has passed refuses the patron, an undo gives it back", () => {
    const refusal = {
      action: "INVALID",
      problem: {
        code: "DAY_PASSED",
        field: "nextServiceDate",
        message: "nextServiceDate 2026-08-31 is before today, 2026-09-01",
      },
    };
    expect(blockedNow(dated, "AS_REVIEWED", { medium: "DB", library, today, isUndo: false })).toEqual(refusal);
    expect(blockedNow(dated, served, { medium: "DB", library, today, isUndo: false })).toEqual(refusal);
    expect(blockedNow(dated, "AS_REVIEWED", { medium: "DB", library, today, isUndo: true })).toBeUndefined();
    expect(
      blockedNow(lineOf({ after: { cutoff: 1 } }), "AS_REVIEWED", { medium: "DB", library, today, isUndo: false }),
    ).toBeUndefined();
  });
});

describe("what is wrong with a spec for everyone", () => {
  const said = (changes: Changes, places = 10, medium = "DB") =>
    specProblems({ medium, changes }, library, today, places);
  const spread = (from: string, perDay: number): Changes => ({ nextServiceDate: { spread: { from, perDay } } });

  it.each<[string, ReturnType<typeof said>, ReturnType<typeof said>]>([
    ["medium", said({}, 10, "XX"), [{ path: "medium", message: "XX is not one of the library's media" }]],
    [
      "two fields",
      said({ refillPoint: 9, maxServiceQueueSize: 8 }),
      [{ path: "changes.refillPoint", message: "refillPoint 9 would be above maxServiceQueueSize 8" }],
    ],
    ["one of two", said({ refillPoint: 9, maxServiceQueueSize: null }), []],
    ["the other", said({ refillPoint: null, maxServiceQueueSize: 8 }), []],
    [
      "first day",
      said(spread("2026-08-31", 1)),
      [{ path: "changes.nextServiceDate.spread.from", message: "2026-08-31 is before today, 2026-09-01" }],
    ],
    [
      "last day",
      said(spread(today, 1), 5000),
      [
        {
          path: "changes.nextServiceDate.spread",
          message: "the last day would be after 2031-09-01; raise perDay or begin earlier",
        },
      ],
    ],
    [
      "a first day that is too late, for nobody",
      said(spread("2031-09-02", 1), 0),
      [
        {
          path: "changes.nextServiceDate.spread",
          message: "the last day would be after 2031-09-01; raise perDay or begin earlier",
        },
      ],
    ],
  ])("%s", (_, problems, expected) => {
    expect(problems).toEqual(expected);
  });

  it("a preset without any change does nothing", () => {
    expect(changesNothing({})).toBe(true);
    expect(changesNothing({ cutoff: undefined, refillPoint: undefined })).toBe(true);
    expect(changesNothing({ cutoff: null })).toBe(false);
    expect(changesNothing({ cutoff: undefined, refillPoint: 0 })).toBe(false);
  });

  it("sets values that are the same for everyone: neither what it clears nor a spread", () => {
    expect(setValues({ cutoff: 0, refillPoint: null, ...spread(today, 1) })).toEqual([["cutoff", 0]]);
  });

  it("a patron of a spread needs a day", () => {
    expect(() => intendedValues(specOf(spread(today, 1)), undefined)).toThrow("A patron of a spread needs a day");
  });
});
