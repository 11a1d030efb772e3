import fc from "fast-check";
import { expect, test } from "vitest";
import { idsByGroup, linesThatFit } from "../../functions/api/lines-that-fit.ts";

const listed = fc.array(fc.boolean(), { maxLength: 30 });

test("pages of lines that fit are together all that fit, each once, in order, and none is longer than asked for", () => {
  fc.assert(
    fc.property(listed, fc.integer({ min: 1, max: 7 }), (fits, limit) => {
      const pages: (readonly number[])[] = [];
      for (let from: number | undefined = 0; from !== undefined; ) {
        const page = linesThatFit(fits.length, { from, limit }, (line) => fits[line] === true);
        pages.push(page.found);
        from = page.next;
      }
      expect(pages.flat()).toEqual(fits.flatMap((isFit, line) => (isFit ? [line] : [])));
      // Each page but the last is full, so that a list never goes on to an empty page.
      expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
      expect((pages.at(-1) ?? []).length).toBeGreaterThan(pages.length === 1 ? -1 : 0);
    }),
    { numRuns: 200 },
  );
});

test("ids of a group stand together in their order, and no group is empty", () => {
  const groups = ["A", "B", "A", undefined, "A"];
  expect(idsByGroup([1, 2, 3, 4], ["p0", "p1", "p2", "p3", "p4"], (line) => groups[line])).toEqual([
    { group: "B", patronIds: ["p1"] },
    { group: "A", patronIds: ["p2", "p4"] },
  ]);
  expect(idsByGroup([], ["p0"], () => "A")).toEqual([]);
});
