import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomeParts, planParts, rowsThatFit } from "../../console/batch-update/parts.ts";

const count = fc.nat(3);

describe("the parts of a whole", () => {
  const plan = fc.record({
    total: count,
    update: count,
    create: count,
    remove: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    excluded: count,
  });
  const outcomes = fc.record({
    total: count,
    updated: count,
    created: count,
    removed: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    failed: count,
    unprocessed: count,
    excluded: count,
  });

  it("leave nobody out, show nothing that holds for nobody, and look unlike each other", () => {
    fc.assert(
      fc.property(plan, outcomes, (planned, ended) => {
        for (const [whole, parts] of [
          [planned, planParts(planned)],
          [ended, outcomeParts(ended)],
        ] as const) {
          const { total: _, ...others } = whole;
          const sum = Object.values(others).reduce((a, b) => a + b, 0);
          expect(parts.reduce((all, part) => all + part.count, 0)).toBe(sum);
          expect(parts.every((part) => part.count > 0)).toBe(true);
          expect(new Set(parts.map(({ look }) => look)).size).toBe(parts.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("the number of rows that fit", () => {
  const counts = [
    { code: "UPDATE", count: 7 },
    { code: "INVALID", count: 2 },
  ];
  const filter = (value: string) => ({ value, counts });
  it("is everyone without a filter, and the part's number with one", () => {
    expect(rowsThatFit(9, [filter(""), filter("")], "")).toBe(9);
    expect(rowsThatFit(9, [filter("INVALID"), filter("")], "")).toBe(2);
    expect(rowsThatFit(9, [filter("CREATE")], "")).toBe(0);
  });
  it("is not known where filters meet, or somebody is searched for", () => {
    expect(rowsThatFit(9, [filter("UPDATE"), filter("INVALID")], "")).toBeUndefined();
    expect(rowsThatFit(9, [filter("UPDATE")], "Sm")).toBeUndefined();
  });
});
