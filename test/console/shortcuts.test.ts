import { describe, expect, it } from "vitest";
import { keysTo, shortcutOf, shortcuts } from "../../console/shortcuts/shortcuts.ts";

const pressed = (letter: string, key: string, changed = {}) => ({
  code: `Key${letter}`,
  key,
  altKey: true,
  shiftKey: true,
  ctrlKey: false,
  metaKey: false,
  ...changed,
});

describe("shortcuts", () => {
  it("take Alt and Shift with a letter that neither browsers nor their systems take", () => {
    const letters = shortcuts.map(({ letter }) => letter);
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters.filter((letter) => "ABCIKLMNPSTWX".includes(letter))).toEqual([]);
    for (const it of shortcuts) expect(shortcutOf(pressed(it.letter, it.letter), false)).toBe(it);
  });

  it.each([
    ["a letter alone, which a screen reader takes", { altKey: false, shiftKey: false }],
    ["Shift and a letter, which is typed", { altKey: false }],
    ["Alt and a letter, which opens menus", { shiftKey: false }],
    ["with Control, as on keyboards whose right Alt is both", { ctrlKey: true }],
    ["with Command", { metaKey: true }],
  ])("are not %s", (_, changed) => {
    expect(shortcutOf(pressed("H", "H", changed), false)).toBeUndefined();
  });

  it("leave a character to the text where the keys write one, as on a Mac", () => {
    expect(shortcutOf(pressed("H", "Ó"), true)).toBeUndefined();
    expect(shortcutOf(pressed("H", "Ó"), false)?.letter).toBe("H");
    expect(shortcutOf(pressed("H", "H"), true)?.letter).toBe("H");
  });

  it("are told at the links that they stand for", () => {
    expect(keysTo("/batch-updates")).toBe("Alt+Shift+U");
    expect(keysTo("/people")).toBeUndefined();
  });
});
