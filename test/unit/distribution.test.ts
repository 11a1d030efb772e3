import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSet } from "#domain/line-set";
import {
  distributionOf,
  fieldsLookedAt,
  type LookedAt,
  mostValues,
  PlanValuesBuilder,
  valuesOfLines,
} from "#domain/plan/distribution";
import { merged, type PlanField, planFieldNames, planUpdate, presentRecord, writes } from "#domain/plan/plan";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { libraryOf, lineOf, specArbitrary, specOf, stateArbitrary, today } from "./plan.arbitraries.ts";

const library = libraryOf();
const plans = fc.record({
  spec: specArbitrary,
  states: fc.array(stateArbitrary, { maxLength: 30 }),
  excluded: fc.array(fc.nat(29)),
  chunk: fc.integer({ min: 1, max: 7 }),
});

function lookedAt(states: Parameters<typeof planUpdate>[0][], spec: UpdateSpec): LookedAt[] {
  return states.map((state) => ({
    line: planUpdate(state, spec, library, today, undefined),
    record: state.patron && presentRecord(state.record),
  }));
}

/** As the product does it: chunk by chunk, each through JSON. */
function told(lines: readonly LookedAt[], spec: UpdateSpec, excluded: LineSet, chunk: number) {
  const whole = new PlanValuesBuilder();
  for (let i = 0; i < lines.length; i += chunk) {
    const part = valuesOfLines(lines.slice(i, i + chunk), fieldsLookedAt(spec.changes));
    whole.add(JSON.parse(JSON.stringify(part)));
  }
  return distributionOf(whole.whole(), excluded, spec.changes);
}

describe("the distribution of a plan", () => {
  it("counts of each field what a walk over all records counts, before and with the plan written", () => {
    fc.assert(
      fc.property(plans, ({ spec, states, excluded, chunk }) => {
        const lines = lookedAt(states, spec);
        const out = new Set(excluded.filter((line) => line < lines.length));
        const inside = lines.filter((_, i) => !out.has(i));
        const holds = (field: PlanField, value: unknown, after: boolean) =>
          inside.filter(({ line, record = {} }) => {
            const held = after && writes(line.action) ? merged(record, line.after) : record;
            return held[field] === value;
          }).length;
        const found = told(lines, spec, LineSet.of(lines.length, out), chunk);
        for (const { field, values, others } of found) {
          expect(others).toBeUndefined();
          for (const { value, before, after } of values) {
            expect([field, value, before]).toEqual([field, value, holds(field, value, false)]);
            expect([field, value, after]).toEqual([field, value, holds(field, value, true)]);
          }
          for (const side of ["before", "after"] as const) {
            expect(values.reduce((sum, it) => sum + it[side], 0)).toBe(inside.length);
          }
        }
      }),
    );
  });

  it("tells every planned field, and the status of records that are made", () => {
    fc.assert(
      fc.property(plans, ({ spec, states, chunk }) => {
        const lines = lookedAt(states, spec);
        const fields = told(lines, spec, LineSet.none(lines.length), chunk).map(({ field }) => field);
        const { addServiceQueue: _, ...changes } = spec.changes;
        const planned = new Set<string>(["nightlyDebug", ...Object.keys(changes)]);
        if (lines.some(({ line }) => line.action === "CREATE")) planned.add("status");
        expect(new Set(fields)).toEqual(lines.length === 0 ? new Set() : planned);
      }),
    );
  });

  it("of an undo tells the fields that it gives back, and no other", () => {
    const lines = [
      { line: lineOf({ before: { cutoff: 9 }, after: { cutoff: null } }), record: { cutoff: 9, refillPoint: 2 } },
      { line: lineOf({ action: "CONFLICT", after: { refillPoint: 1 } }), record: { cutoff: 9, refillPoint: 2 } },
    ];
    expect(distributionOf(valuesOfLines(lines, fieldsLookedAt(undefined)), LineSet.none(2), undefined)).toEqual([
      {
        field: "cutoff",
        values: [
          { value: 9, before: 2, after: 1 },
          { before: 0, after: 1 },
        ],
      },
    ]);
    expect(fieldsLookedAt(undefined)).toEqual(planFieldNames);
  });

  it("tells the twenty most frequent values one by one and the others together", () => {
    const lines = Array.from({ length: 60 }, (_, i) => ({
      line: lineOf({ before: { cutoff: 100 + (i % 30) }, after: { cutoff: i < 30 ? i : 5 } }),
      record: { cutoff: 100 + (i % 30) },
    }));
    const { changes } = specOf({ cutoff: 5 });
    const found = distributionOf(valuesOfLines(lines, fieldsLookedAt(changes)), LineSet.none(60), changes);
    const cutoff = found.find(({ field }) => field === "cutoff");
    expect(cutoff?.values).toHaveLength(mostValues);
    expect(cutoff?.values[0]).toEqual({ value: 5, before: 0, after: 31 });
    const { before = 0, after = 0 } = cutoff?.others ?? {};
    expect(cutoff?.values.reduce((sum, it) => sum + it.before, before)).toBe(60);
    expect(cutoff?.values.reduce((sum, it) => sum + it.after, after)).toBe(60);
  });

  it("tells the most frequent first, before and after taken together, then by value; what nobody holds is left out", () => {
    const values = {
      field: "cutoff" as const,
      values: [20, 10, 30, 99],
      before: [2, 1, 0, -1, 3],
      after: [0, 1, 2, 2, 3],
    };
    expect(distributionOf({ fields: [values] }, LineSet.of(5, [4]), undefined)).toEqual([
      {
        field: "cutoff",
        values: [
          { value: 30, before: 1, after: 2 },
          { value: 10, before: 1, after: 1 },
          { value: 20, before: 1, after: 1 },
          { before: 1, after: 0 },
        ],
      },
    ]);
  });

  it("looks at the status, Nightly Debug and what a spec names, and at nothing else", () => {
    expect(new Set(fieldsLookedAt({ cutoff: 5 }))).toEqual(new Set(["status", "nightlyDebug", "cutoff"]));
    expect(new Set(fieldsLookedAt({ addServiceQueue: true }))).toEqual(new Set(["status", "nightlyDebug"]));
  });

  it("takes of a planned field what its line says, of others what was found, and nothing of who is not there", () => {
    const record = { cutoff: 9, refillPoint: 4 };
    const lines = [
      { line: lineOf({ before: { cutoff: 1 }, after: { cutoff: 2 } }), record },
      { line: lineOf({ action: "NOT_FOUND", after: { cutoff: 2 } }), record },
    ];
    expect(valuesOfLines(lines, ["cutoff", "refillPoint"])).toEqual({
      fields: [
        { field: "cutoff", values: [1, 2], before: [0, -1], after: [1, -1] },
        { field: "refillPoint", values: [4], before: [0, -1], after: [0, -1] },
      ],
    });
  });
});
