import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memberKey, nameKey, placeKey } from "#domain/query/set-order";
import { byCodePoint } from "#domain/text";
import { byName } from "../by-name.ts";

/** Texts that share beginnings, with characters below and beyond the surrogates. */
const name = fc
  .array(fc.constantFrom("a", "b", " ", "\u0001", "Á", "\uffee", "\u{10000}", "\u{1f600}"), { maxLength: 4 })
  .map((letters) => letters.join(""));
const patron = fc.record({
  lastName: name,
  firstName: fc.option(name, { nil: undefined }),
  patronId: fc.stringMatching(/^[A-Za-z0-9._-]{1,3}$/),
});

describe("the order of a query set", () => {
  it("is by last name, first name and id, each by code point", () => {
    fc.assert(
      fc.property(patron, patron, (a, b) => {
        expect(Math.sign(byCodePoint(nameKey(a), nameKey(b)))).toBe(Math.sign(byName(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it("puts the shorter of two names first, and who has no first name before those who have one", () => {
    const named = (lastName: string, firstName?: string) => ({ patronId: "P1", lastName, firstName });
    const inOrder = [named("Dee"), named("Dee", "Al"), named("Dee", "Alma"), named("Dee\u0001"), named("Deer", "Al")];
    expect([...inOrder].reverse().sort((a, b) => byCodePoint(nameKey(a), nameKey(b)))).toEqual(inOrder);
  });

  it("is that of the list where only a list speaks", () => {
    const place = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(patron, place, patron, place, (a, i, b, j) => {
        const order = byCodePoint(memberKey(a, i, false), memberKey(b, j, false));
        expect(Math.sign(order)).toBe(Math.sign(i - j));
      }),
    );
    expect(placeKey(7)).toBe("000000007");
  });

  it("is name order where criteria speak, also for those on the list, and for who is on no list", () => {
    fc.assert(
      fc.property(patron, fc.option(fc.nat(), { nil: undefined }), (a, place) => {
        expect(memberKey(a, place, true)).toBe(nameKey(a));
        expect(memberKey(a, undefined, false)).toBe(nameKey(a));
      }),
    );
  });
});
