import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patronsToWrite } from "#domain/batch-update/counts";
import { planActions, problemAdvice, warningCodes } from "#domain/batch-update/outcome";
import { LineSet } from "#domain/line-set";
import type { PlanLine } from "#domain/plan/plan";
import {
  appendIndex,
  emptyIndex,
  indexLines,
  lineMatches,
  type PlanIndex,
  plannedAs,
  summarisePlan,
} from "#domain/plan/plan-summary";
import { patronId } from "#test/ids";
import { lineOf } from "./plan.arbitraries.ts";

const problemCodes = Object.keys(problemAdvice) as (keyof typeof problemAdvice)[];

const linesArbitrary: fc.Arbitrary<PlanLine[]> = fc
  .array(
    fc.record({
      action: fc.constantFrom(...planActions),
      before: fc.constantFrom({}, { nightlyDebug: true }, { nightlyDebug: false }),
      after: fc.constantFrom(
        {},
        { nightlyDebug: true },
        { nightlyDebug: false, nextServiceDate: "2026-09-01" },
        { nightlyDebug: true, nextServiceDate: "2026-09-02" },
        { nextServiceDate: null },
      ),
      warnings: fc.subarray([...warningCodes]),
      problem: fc.option(
        fc.constantFrom(...problemCodes).map((code) => ({ code, message: "" })),
        { nil: undefined },
      ),
    }),
    { maxLength: 40 },
  )
  .map((lines) =>
    lines.map(({ problem, ...line }, i) =>
      lineOf({ ...line, line: i, patronId: patronId(`P${i}`), ...(problem !== undefined && { problem }) }),
    ),
  );

const planArbitrary = fc.record({
  lines: linesArbitrary,
  excluded: fc.array(fc.nat(39)),
  chunk: fc.integer({ min: 1, max: 7 }),
});

/** The index as it comes to be: chunk by chunk, each through JSON. */
function indexOf(lines: readonly PlanLine[], chunk: number): PlanIndex {
  const whole = emptyIndex();
  for (let i = 0; i < lines.length; i += chunk) {
    appendIndex(whole, JSON.parse(JSON.stringify(indexLines(lines.slice(i, i + chunk)))));
  }
  return whole;
}

function tally(values: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

const asTally = (rows: readonly { code: string; patrons: number }[]) =>
  new Map(rows.map(({ code, patrons }) => [code, patrons]));

describe("the summary of a plan", () => {
  it("counts what a walk over all lines counts, in chunks of any size and with any lines left out", () => {
    fc.assert(
      fc.property(planArbitrary, ({ lines, excluded, chunk }) => {
        const out = new Set(excluded.filter((line) => line < lines.length));
        const summary = summarisePlan(indexOf(lines, chunk), LineSet.of(lines.length, out), true);
        const inside = lines.filter(({ line }) => !out.has(line));
        const count = (action: string) => inside.filter((line) => line.action === action).length;
        expect(summary.counts).toEqual({
          total: lines.length,
          update: count("UPDATE"),
          create: count("CREATE"),
          remove: count("REMOVE"),
          unchanged: count("UNCHANGED"),
          conflict: count("CONFLICT"),
          notFound: count("NOT_FOUND"),
          invalid: count("INVALID"),
          excluded: out.size,
        });
        const { total, ...parts } = summary.counts;
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
        expect(patronsToWrite(summary)).toBe(count("UPDATE") + count("CREATE") + count("REMOVE"));
        const turned = inside.filter(({ action }) => action === "UPDATE" || action === "CREATE");
        expect(summary.nightlyDebug).toEqual({
          turnedOn: turned.filter((it) => it.after.nightlyDebug === true && it.before.nightlyDebug !== true).length,
          turnedOff: turned.filter((it) => it.after.nightlyDebug === false && it.before.nightlyDebug === true).length,
        });
        const valid = inside.filter(({ action }) => ["UPDATE", "CREATE", "REMOVE", "UNCHANGED"].includes(action));
        const days = valid.flatMap(({ after }) =>
          typeof after.nextServiceDate === "string" ? [after.nextServiceDate] : [],
        );
        expect(new Map((summary.spread ?? []).map(({ date, patrons }) => [date, patrons]))).toEqual(tally(days));
        expect((summary.spread ?? []).map(({ date }) => date)).toEqual([...new Set(days)].sort());
        expect(asTally(summary.warnings)).toEqual(tally(inside.flatMap(({ warnings }) => warnings)));
        const outside = lines.filter(({ line }) => out.has(line));
        expect(summary.leftOut === undefined).toBe(outside.length === 0);
        expect(asTally(summary.leftOut?.warnings ?? [])).toEqual(tally(outside.flatMap(({ warnings }) => warnings)));
        expect(new Map(summary.leftOut?.actions.map(({ action, patrons }) => [action, patrons]))).toEqual(
          tally(outside.map(({ action }) => action)),
        );
        expect(asTally(summary.problems)).toEqual(
          tally(inside.flatMap(({ problem }) => (problem === undefined ? [] : [problem.code]))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("knows where each chunk begins", () => {
    const lines = Array.from({ length: 7 }, (_, i) => lineOf({ line: i }));
    expect(indexOf(lines, 3).starts).toEqual([0, 3, 6]);
  });

  it("has no spread where the update has none", () => {
    const index = indexOf([lineOf({ after: { nextServiceDate: "2026-09-01" } })], 1);
    expect(summarisePlan(index, LineSet.none(1), false).spread).toBeUndefined();
  });

  it("finds lines by action, warning and problem; an excluded one is EXCLUDED, but was planned as something", () => {
    fc.assert(
      fc.property(
        planArbitrary,
        fc.record({
          action: fc.constantFrom(undefined, "EXCLUDED" as const, ...planActions),
          warning: fc.constantFrom(undefined, ...warningCodes),
          problem: fc.constantFrom(undefined, ...problemCodes),
        }),
        ({ lines, excluded, chunk }, filter) => {
          const index = indexOf(lines, chunk);
          const out = LineSet.of(lines.length, excluded);
          for (const { line, action, warnings, problem } of lines) {
            const rest =
              (filter.warning === undefined || warnings.includes(filter.warning)) &&
              (filter.problem === undefined || problem?.code === filter.problem);
            const shown = out.has(line) ? "EXCLUDED" : action;
            expect(lineMatches(index, line, out, filter)).toBe(
              rest && (filter.action === undefined || filter.action === shown),
            );
            expect(plannedAs(index, line, filter)).toBe(
              rest && (filter.action === undefined || filter.action === action),
            );
          }
        },
      ),
    );
  });
});
