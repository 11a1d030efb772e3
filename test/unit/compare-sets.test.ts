import fc from "fast-check";
import { expect, it } from "vitest";
import { comparedMembers } from "#domain/query/compare-sets";

const set = fc.uniqueArray(fc.constantFrom("A", "B", "C", "D", "E", "F"));

it("each patron of two sets is told once: who joined, who left, who is in both, each in the order of its set", () => {
  fc.assert(
    fc.property(set, set, (later, earlier) => {
      const found = [...comparedMembers(later, earlier)];
      const idsOf = (where: string) =>
        found.filter((it) => it.in === where).map(({ of, line }) => (of === "LATER" ? later : earlier)[line]);
      expect(idsOf("JOINED")).toEqual(later.filter((id) => !earlier.includes(id)));
      expect(idsOf("BOTH")).toEqual(later.filter((id) => earlier.includes(id)));
      expect(idsOf("LEFT")).toEqual(earlier.filter((id) => !later.includes(id)));
      expect(found).toHaveLength(new Set([...later, ...earlier]).size);
    }),
  );
});
