import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSet } from "#domain/line-set";

const size = 100;
const lines = fc.array(fc.nat(size - 1));

describe("a set of lines", () => {
  it("has what was put in and not taken out, like any set", () => {
    fc.assert(
      fc.property(lines, lines, lines, (first, added, taken) => {
        const expected = new Set([...first, ...added]);
        for (const line of taken) expected.delete(line);
        const set = LineSet.of(size, first).with(added).without(taken);
        for (let line = 0; line < size; line++) expect(set.has(line)).toBe(expected.has(line));
        expect(set.count()).toBe(expected.size);
      }),
    );
  });

  it("counts any stretch of lines, whole bytes or not", () => {
    fc.assert(
      fc.property(lines, fc.nat(size), fc.nat(size), (chosen, a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const naive = [...new Set(chosen)].filter((line) => line >= from && line < to).length;
        expect(LineSet.of(size, chosen).count(from, to)).toBe(naive);
      }),
    );
  });

  it("is not changed by making another from it", () => {
    const none = LineSet.none(size);
    const set = none.with([3]);
    set.without([3]);
    expect([none.count(), set.count()]).toEqual([0, 1]);
  });

  it("comes back from its bytes as it was", () => {
    fc.assert(
      fc.property(lines, (chosen) => {
        const set = LineSet.of(size, chosen);
        const again = new LineSet(new Uint8Array(Buffer.from(Buffer.from(set.bytes).toString("base64"), "base64")));
        expect(again.count()).toBe(new Set(chosen).size);
        for (const line of chosen) expect(again.has(line)).toBe(true);
      }),
    );
  });
});
