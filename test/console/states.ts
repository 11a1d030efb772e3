import type { Locator } from "playwright-core";
import { expect } from "vitest";

/** Heads of columns that say how something stands. */
const heads = ["State", "Status", "Outcome", "What would happen"];

/** A state of a list as it is seen: its word and the outline of its shape. */
export interface Seen {
  readonly word: string;
  readonly shape: string;
}

/** The states in a table, or in all of a view, each once. A cell without a shape or without a word has an empty one. */
export async function statesSeen(within: Locator): Promise<Seen[]> {
  return await within.evaluate((view, wanted) => {
    const tables = view.matches("table") ? [view] : [...view.querySelectorAll("table")];
    const seen = tables.flatMap((table) => {
      const columns = [...table.querySelectorAll("thead th")].map(({ textContent }) => textContent.trim());
      return [...table.querySelectorAll("tbody tr")]
        .flatMap((row) => [...row.children].filter((_, at) => wanted.includes(columns[at] ?? "")))
        .map((cell) => ({
          word: cell.querySelector(".state")?.textContent.trim() ?? "",
          shape: cell.querySelector(".state svg path")?.getAttribute("d") ?? "",
        }));
    });
    return [...new Map(seen.map((it) => [it.word, it])).values()];
  }, heads);
}

/** Every state has a word and a shape, and none has the shape of another. */
export function areTold(seen: readonly Seen[], words: readonly string[]): void {
  expect(seen.map(({ word }) => word).toSorted()).toEqual(words.toSorted());
  expect(seen.filter(({ shape }) => shape === "")).toEqual([]);
  expect(new Set(seen.map(({ shape }) => shape)).size).toBe(words.length);
}
