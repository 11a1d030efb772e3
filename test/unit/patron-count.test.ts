import { describe, expect, it } from "vitest";
import { patronCount } from "#domain/patron-count";

describe("a number of patrons", () => {
  it.each([
    [0, "0 patrons"],
    [1, "1 patron"],
    [2, "2 patrons"],
    [812, "812 patrons"],
  ])("of %i reads %s", (count, words) => {
    expect(patronCount(count)).toBe(words);
  });
});
