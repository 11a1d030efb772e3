import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorOutcomes, outcomes, planActions, problemAdvice, writtenOutcomes } from "#domain/batch-update/outcome";
import { outcomeLine, problemFields } from "#domain/batch-update/outcome-line";
import { isSettled, notReached, verdictOfPlan, writeFailed, writtenVerdict } from "#domain/batch-update/verdict";
import { planFieldNames } from "#domain/plan/plan";
import { lineOf } from "./plan.arbitraries.ts";

const problem = { code: "CHANGED_SINCE_REVIEW", message: "Changed since the review" } as const;
const writes = ["UPDATE", "CREATE", "REMOVE"] as const;

describe("the verdict over a line", () => {
  it("says of a written record what was done to it", () => {
    expect(writes.map((action) => writtenVerdict(lineOf({ action })))).toEqual([
      { outcome: "UPDATED" },
      { outcome: "CREATED" },
      { outcome: "REMOVED" },
    ]);
  });

  it("is left open by the plan exactly where there is something to write and nobody took the patron out", () => {
    for (const action of planActions) {
      expect(verdictOfPlan(lineOf({ action }), true), action).toEqual({ outcome: "EXCLUDED" });
      const isOpen = verdictOfPlan(lineOf({ action }), false) === undefined;
      expect(isOpen, action).toBe(writes.some((it) => it === action));
    }
  });

  it("of a plan that found a problem carries it, and of a conflict what was found", () => {
    const before = { cutoff: 3 };
    expect(verdictOfPlan(lineOf({ action: "CONFLICT", before, problem }), false)).toEqual({
      outcome: "CONFLICT",
      problem,
      current: before,
    });
    expect(verdictOfPlan(lineOf({ action: "INVALID", before, problem }), false)).toEqual({
      outcome: "INVALID",
      problem,
    });
    expect(verdictOfPlan(lineOf({ action: "UNCHANGED", before }), false)).toEqual({ outcome: "UNCHANGED" });
  });

  it("is the last word where the record was written or nobody wanted it to be", () => {
    const settled = outcomes.filter((outcome) => isSettled({ outcome }));
    expect(new Set(settled)).toEqual(new Set([...writtenOutcomes, "EXCLUDED"]));
  });

  it("names the error, the chunk and the tries of a write that failed, and never the patron", () => {
    const { outcome, problem: failure } = writeFailed("ThrottlingException", 7, 12);
    expect({ outcome, code: failure?.code }).toEqual({ outcome: "FAILED", code: "WRITE_FAILED" });
    expect(failure?.message).toBe(
      "The record could not be written: ThrottlingException (AWS had no capacity for it) in chunk 7, after 12 tries. Nothing was changed",
    );
    expect(notReached()).toMatchObject({ outcome: "UNPROCESSED", problem: { code: "NOT_REACHED" } });
    expect(notReached().problem?.message).toContain("Nothing was changed");
  });
});

describe("the line of the report", () => {
  const line = lineOf({
    firstName: "Ann",
    before: { cutoff: 3, status: "ACTIVE", nightlyDebug: false },
    after: { cutoff: 5, status: "ACTIVE", nightlyDebug: true },
    queue: { before: 2, after: "FILL" },
  });

  it("shows of a written record what changed", () => {
    expect(outcomeLine(line, { outcome: "UPDATED" })).toEqual({
      patronId: "P1",
      lastName: "Ames",
      firstName: "Ann",
      outcome: "UPDATED",
      changes: [
        { field: "cutoff", before: 3, after: 5 },
        { field: "nightlyDebug", before: false, after: true },
        { field: "serviceQueue", before: 2, after: "FILL" },
      ],
    });
  });

  it("shows of a conflict each field that would change or that moved, with what it holds now", () => {
    const current = { cutoff: 4, status: "INACTIVE", nightlyDebug: false };
    const { changes, ...said } = outcomeLine(line, { outcome: "CONFLICT", problem, current });
    expect(said).toMatchObject({ outcome: "CONFLICT", ...problem, advice: problemAdvice.CHANGED_SINCE_REVIEW });
    expect(new Map(changes.map(({ field, ...values }) => [field, values]))).toEqual(
      new Map([
        ["cutoff", { before: 3, after: 5, current: 4 }],
        ["status", { before: "ACTIVE", after: "ACTIVE", current: "INACTIVE" }],
        ["nightlyDebug", { before: false, after: true, current: false }],
      ]),
    );
    expect(new Set(problemFields(line, { outcome: "CONFLICT", problem, current }))).toEqual(
      new Set(["cutoff", "status"]),
    );
  });

  it("shows no present value of a field that holds none, and no name of a patron who has none", () => {
    const emptied = lineOf({ before: { cutoff: 3 }, after: { cutoff: 5 } });
    const { changes, ...said } = outcomeLine(emptied, { outcome: "CONFLICT", problem, current: {} });
    expect(changes).toEqual([{ field: "cutoff", before: 3, after: 5 }]);
    expect(Object.keys(changes[0] ?? {})).not.toContain("current");
    expect(Object.keys(said)).not.toContain("firstName");
    expect(Object.keys(outcomeLine(line, { outcome: "UPDATED" }))).not.toContain("code");
  });

  it("goes by the fields that planning found moved where they look the same by now", () => {
    const moved = lineOf({
      before: { cutoff: 3, status: "ACTIVE" },
      after: { cutoff: 3, status: "ACTIVE" },
      moved: ["status"],
    });
    const verdict = { outcome: "CONFLICT", problem, current: moved.before } as const;
    expect(problemFields(moved, verdict)).toEqual(["status"]);
    expect(outcomeLine(moved, verdict).changes).toEqual([
      { field: "status", before: "ACTIVE", after: "ACTIVE", current: "ACTIVE" },
    ]);
  });

  it("shows no changes of who was left alone on purpose", () => {
    for (const outcome of outcomes) {
      const isLeft = outcome === "UNCHANGED" || outcome === "EXCLUDED";
      expect(outcomeLine(line, { outcome }).changes.length === 0, outcome).toBe(isLeft);
    }
  });

  it("has rows in the errors report for the fields that moved, else for the one that the problem names, else none", () => {
    expect(problemFields(line, { outcome: "UPDATED" })).toEqual([]);
    expect(problemFields(line, { outcome: "INVALID", problem })).toEqual([]);
    const about = { ...problem, field: "refillPoint" };
    expect(problemFields(line, { outcome: "INVALID", problem: about })).toEqual(["refillPoint"]);
    expect(problemFields(line, { outcome: "CONFLICT", problem: about, current: line.before })).toEqual(["refillPoint"]);
    expect(
      problemFields(line, { outcome: "CONFLICT", problem: about, current: { ...line.before, cutoff: 9 } }),
    ).toEqual(["cutoff"]);
  });

  it("names planned fields alone, each once, whatever the records hold", () => {
    const values = fc.dictionary(fc.constantFrom(...planFieldNames), fc.constantFrom("a", "b", 1, true));
    fc.assert(
      fc.property(values, values, values, fc.constantFrom(...errorOutcomes), (before, after, current, outcome) => {
        const any = lineOf({ before, after });
        const fields = outcomeLine(any, { outcome, problem, current }).changes.map(({ field }) => field);
        expect(new Set(fields).size).toBe(fields.length);
        for (const field of fields) expect(Object.keys({ ...before, ...after })).toContain(field);
        for (const field of problemFields(any, { outcome, problem, current })) expect(fields).toContain(field);
      }),
    );
  });
});
