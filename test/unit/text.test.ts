import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byCodePoint, folded, idSchema, requiredTextSchema, textProblem, textSchema } from "#domain/text";

const anyText = fc.string({ unit: "grapheme", maxLength: 20 });

describe("a text as it is compared", () => {
  it("is NFC without case, with one sigma, whether plain or not", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ maxLength: 20 })), (text) => {
        expect(folded(text)).toBe(text.normalize("NFC").toLowerCase().split("ς").join("σ"));
      }),
    );
  });

  it.each([
    ["ACTIVE", "active"],
    ["A~ Z!", "a~ z!"],
    ["A\u0301vila", "ávila"],
    ["ΟΔΟΣ", "οδοσ"],
    ["οδος", "οδοσ"],
    ["A\tÉ", "a\té"],
    ["", ""],
  ])("%j is %j", (text, plain) => {
    expect(folded(text)).toBe(plain);
  });
});

describe("the order of texts", () => {
  const letters = fc
    .array(fc.constantFrom("a", "b", "\u0001", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"), {
      maxLength: 4,
    })
    .map((them) => them.join(""));

  it("is by code point, a beginning before what goes on", () => {
    const points = (text: string) => [...text].map((letter) => letter.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        const [x, y] = [points(a), points(b)];
        const i = x.findIndex((point, place) => point !== y[place]);
        const expected = i === -1 ? x.length - y.length : i >= y.length ? 1 : (x[i] ?? 0) - (y[i] ?? 0);
        expect(Math.sign(byCodePoint(a, b))).toBe(Math.sign(expected));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a text that is let in", () => {
  it.each([
    ["a\0b", "must not contain the NUL character"],
    ["\ud800", "must not contain half of a surrogate pair"],
    ["a".repeat(201), "must be at most 200 characters"],
    ["\u{1f600}".repeat(201), "must be at most 200 characters"],
  ])("is not %j", (text, problem) => {
    expect(textProblem(text)).toBe(problem);
    expect(textSchema.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([problem]);
  });

  it("has 200 characters at most, counted as people count them, or as many as are asked", () => {
    for (const text of ["", "a".repeat(200), "\u{1f600}".repeat(200), "two\nlines"]) {
      expect(textProblem(text)).toBeUndefined();
      expect(textSchema.safeParse(text).success).toBe(true);
    }
    expect(textProblem("abc", 2)).toBe("must be at most 2 characters");
    expect(textProblem("ab", 2)).toBeUndefined();
  });

  it("is not empty where one is required", () => {
    expect(requiredTextSchema.safeParse("").error?.issues[0]?.message).toBe("must not be empty");
    expect(requiredTextSchema.safeParse(" ").success).toBe(true);
  });

  it.each(["", "a b", "a/b", "a#b", "é", "x".repeat(33), "a\n"])("is no id: %j", (text) => {
    expect(idSchema.safeParse(text).success).toBe(false);
  });

  it.each(["A", "a.b_c-9", "x".repeat(32)])("is an id: %j", (text) => {
    expect(idSchema.safeParse(text).success).toBe(true);
  });
});
