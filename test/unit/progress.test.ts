import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesDone } from "#domain/batch-update/progress";
import { numberOfObject, objectName } from "#records/store/numbered-objects";

describe("the lines of the chunks that are done", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 50 });
  const startsOf = (parts: readonly number[]) =>
    parts.map((_, n) => parts.slice(0, n).reduce((sum, one) => sum + one, 0));

  it("never fall, never pass the total, and end at it, in whatever order and how often chunks are named", () => {
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (parts, picks) => {
        const total = parts.reduce((sum, one) => sum + one, 0);
        const starts = startsOf(parts);
        const chunks: number[] = [];
        let before = 0;
        for (const pick of picks) {
          const chunk = pick % parts.length;
          const isNew = !chunks.includes(chunk);
          chunks.push(chunk);
          const done = linesDone(starts, total, chunks);
          expect(done).toBe(before + (isNew ? (parts[chunk] ?? 0) : 0));
          before = done;
          if (chunks.length > 3 * parts.length) break;
        }
        expect(linesDone(starts, total, parts.keys())).toBe(total);
      }),
    );
  });

  it("do not count chunks that the plan does not have", () => {
    expect(linesDone([0, 500, 1000], 1100, [0, 3, Number.NaN])).toBe(500);
  });
});

describe("numbered objects", () => {
  it("are found again by their number, in every format", () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.constantFrom("json" as const, "jsonl" as const), (number, format) => {
        expect(numberOfObject(`piedmont/batch-updates/b/apply/results/${objectName(number, format)}`)).toBe(number);
      }),
    );
  });

  it("sort by their number", () => {
    expect([12, 3, 400].map((number) => objectName(number, "json")).sort()).toEqual(
      [3, 12, 400].map((number) => objectName(number, "json")),
    );
  });

  it.each(["piedmont/chunks.jsonl", "00001.csv", "results/", "results/0x1.json"])("are not %s", (key) => {
    expect(() => numberOfObject(key)).toThrow("not the key of a numbered object");
  });
});
