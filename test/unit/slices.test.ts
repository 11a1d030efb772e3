import fc from "fast-check";
import { expect, test } from "vitest";
import { slices } from "#platform/slices";

test("slices hold every item once in its order, each of them full but the last", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (items, most) => {
      const found = slices(items, most);
      expect(found.flat()).toEqual(items);
      expect(found.slice(0, -1).every((one) => one.length === most)).toBe(true);
      expect(found.every((one) => one.length > 0 && one.length <= most)).toBe(true);
    }),
  );
});
