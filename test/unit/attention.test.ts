import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Attention, actsOfTrouble, inOrder, isLate } from "#domain/support/attention";
import { compareCounts, standingOf } from "#domain/support/verify";
import { batchUpdateId, patronId } from "#test/ids";

const now = new Date("2026-03-02T12:00:00.000Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

describe("what needs attention", () => {
  it("is service queues that were asked for thirty minutes ago", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), (minutes) => {
        expect(isLate(ago(minutes), now)).toBe(minutes >= 30);
      }),
    );
    expect(isLate(ago(30), now)).toBe(true);
    expect(isLate(new Date(ago(30).getTime() + 1), now)).toBe(false);
  });

  it("is told oldest first", () => {
    const item = (since: string, subject: string): Attention => ({
      ...{ kind: "RUN_STUCK", subject, since, summary: "", acts: [] },
    });
    const all = [item("2026-03-02T12:00:00.000Z", "b"), item("2026-03-02T12:00:00.000Z", "a"), item("2026-03-01", "c")];
    expect(inOrder(all).map(({ subject }) => subject)).toEqual(["c", "a", "b"]);
    expect(inOrder(all.toReversed()).map(({ subject }) => subject)).toEqual(["c", "a", "b"]);
  });

  it("proposes what mends it first: a retry of a run, a restart of all else", () => {
    expect(actsOfTrouble("CHUNK_FAILED", "apply", "1")[0]).toEqual({
      ...{ act: "RETRY", method: "POST", path: "/v1/batch-updates/1/retry" },
    });
    expect(actsOfTrouble("JOB_FAILED", "plan", "1")[0]?.path).toBe("/v1/support/jobs/plans/1/restart");
    expect(actsOfTrouble("JOB_FAILED", "build-query-set", "1")[0]?.path).toBe("/v1/support/jobs/query-sets/1/restart");
    expect(actsOfTrouble("CHUNK_FAILED", "import", "1")[0]?.path).toBe("/v1/support/jobs/imports/1/restart");
  });
});

describe("the acts that are proposed for a job", () => {
  const told = (trouble: "CHUNK_FAILED" | "JOB_FAILED", workflow: "apply" | "plan" | "import" | "build-query-set") =>
    actsOfTrouble(trouble, workflow, "1").map(({ act, method, path }) => `${act} ${method} ${path}`);

  it("are a retry where chunks of a run failed, else a restart; a run can be verified, and everything looked at", () => {
    const restart = "RESTART POST /v1/support/jobs";
    const verify = "VERIFY GET /v1/batch-updates/1/verify";
    const look = "LOOK GET /v1/batch-updates/1";
    expect(told("CHUNK_FAILED", "apply")).toEqual(["RETRY POST /v1/batch-updates/1/retry", verify, look]);
    expect(told("JOB_FAILED", "apply")).toEqual([`${restart}/runs/1/restart`, verify, look]);
    for (const trouble of ["CHUNK_FAILED", "JOB_FAILED"] as const) {
      expect(told(trouble, "plan")).toEqual([`${restart}/plans/1/restart`, look]);
      expect(told(trouble, "import")).toEqual([`${restart}/imports/1/restart`, "LOOK GET /v1/imports/1"]);
      expect(told(trouble, "build-query-set")).toEqual([
        `${restart}/query-sets/1/restart`,
        "LOOK GET /v1/query-sets/1",
      ]);
    }
  });
});

describe("a record against what its run says", () => {
  const run = { by: batchUpdateId("batch"), turn: 3 };
  const line = {
    ...{ line: 0, patronId: patronId("P1"), lastName: "Winter", action: "UPDATE" as const, warnings: [], version: 4 },
    ...{ before: { cutoff: 1 }, after: { cutoff: 2 } },
  };
  const record = {
    medium: "DB",
    version: 5,
    cutoff: 2,
    nightlyDebug: false,
    mark: { by: batchUpdateId("batch"), turn: 3, at: 0 },
  };

  it.each([
    ["AS_WRITTEN", "UPDATED", record],
    ["SINCE", "UPDATED", { ...record, cutoff: 9, version: 6 }],
    ["SINCE", "UPDATED", { ...record, mark: { by: batchUpdateId("later"), turn: 4, at: 0 } }],
    ["SINCE", "UPDATED", undefined],
    ["WRONG", "UPDATED", { ...record, cutoff: 9 }],
    ["WRONG", "UPDATED", { ...record, mark: { by: batchUpdateId("earlier"), turn: 2, at: 0 } }],
    ["WRONG", "UNPROCESSED", record],
    ["UNTOUCHED", "UNPROCESSED", { ...record, mark: { by: batchUpdateId("earlier"), turn: 2, at: 0 } }],
    ["UNTOUCHED", "CONFLICT", undefined],
  ] as const)("is %s where the outcome is %s", (standing, outcome, found) => {
    expect(standingOf(line, outcome, found, run)).toBe(standing);
  });

  it("and numbers that differ are named, the others not", () => {
    expect(compareCounts("counts", "Outcomes", { total: 3, updated: 2 }, { total: 3, updated: 3 })).toEqual({
      ...{ name: "counts", ok: false, detail: "Outcomes: updated: 2 counted, 3 said" },
    });
    expect(compareCounts("counts", "Outcomes", { total: 3 }, { total: 3 }).ok).toBe(true);
  });
});
