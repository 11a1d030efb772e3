import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { heldInOrder } from "../../console/batch-update/held-order.ts";

type Value = string | number | boolean | undefined;
const ordered = (field: string, ...values: Value[]) =>
  heldInOrder(
    field,
    values.map((value) => ({ ...(value !== undefined && { value }), before: 1, after: 0 })),
    piedmont,
  ).map(({ value }) => value);

describe("the values of a field before and after", () => {
  it("stand by number and by day, not by their letters", () => {
    expect(ordered("cutoff", 10, 9, undefined, 100)).toEqual([9, 10, 100, undefined]);
    expect(ordered("nextServiceDate", "2026-12-01", undefined, "2026-03-02", "2027-01-01")).toEqual([
      "2026-03-02",
      "2026-12-01",
      "2027-01-01",
      undefined,
    ]);
    expect(ordered("nightlyDebug", undefined, false, true)).toEqual([true, false, undefined]);
  });

  it("stand as the library lists its codes; those it does not list follow, the most frequent first", () => {
    const codes = piedmont.serveCodes.map(({ code }) => code);
    expect(ordered("serveCode", undefined, "Z9", "A0", ...codes.toReversed())).toEqual([
      ...codes,
      "Z9",
      "A0",
      undefined,
    ]);
    expect(ordered("deliveryMethod", "DUPLICATION", "PHYSICAL")).toEqual(["PHYSICAL", "DUPLICATION"]);
    expect(heldInOrder("serveCode", [{ value: "B", before: 2, after: 2 }], undefined)).toHaveLength(1);
  });

  it("are all there, once each, whatever they are", () => {
    const field = fc.constantFrom("cutoff", "status", "serviceQueue", "nightlyDebug");
    const values = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.boolean(), fc.constant(undefined)));
    fc.assert(
      fc.property(field, values, (name, some) => {
        const found = ordered(name, ...some);
        expect(new Map(Map.groupBy(found, (it) => it))).toEqual(Map.groupBy(some, (it) => it));
        const nones = some.filter((it) => it === undefined).length;
        expect(found.slice(found.length - nones).every((it) => it === undefined)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
