import { describe, expect, it } from "vitest";
import { everyPage, pageWithItems } from "../../console/api/every-page.ts";

describe("all that fit, read page by page", () => {
  it("are the items of all pages, and how many there are is told as they come", async () => {
    const told: number[] = [];
    const pages = new Map([
      [undefined, { items: [1, 2], nextCursor: "b" }],
      ["b", { items: [3] }],
    ]);
    const read = async (cursor: string | undefined) => pages.get(cursor) ?? { items: [] };
    expect(await everyPage(read, new AbortController().signal, (count) => told.push(count))).toEqual([1, 2, 3]);
    expect(told).toEqual([2, 3]);
  });

  it("are not read on once nobody waits for them, and what fails then is nobody's failure", async () => {
    const control = new AbortController();
    const asked: (string | undefined)[] = [];
    const endless = async (cursor: string | undefined) => {
      asked.push(cursor);
      return { items: [1], nextCursor: `after ${asked.length}` };
    };
    const ended = everyPage(endless, control.signal, (count) => count === 2 && control.abort());
    expect(await ended).toBeUndefined();
    expect(asked).toHaveLength(3);
    const failing = async () => {
      control.abort();
      throw new Error("The library is closed");
    };
    expect(await everyPage(failing, control.signal)).toBeUndefined();
    await expect(everyPage(failing, new AbortController().signal)).rejects.toThrow("The library is closed");
  });
});

describe("a page of a list that has empty ones", () => {
  const pages = new Map<string | undefined, { items: number[]; nextCursor?: string }>([
    [undefined, { items: [], nextCursor: "b" }],
    ["b", { items: [], nextCursor: "c" }],
    ["c", { items: [1], nextCursor: "d" }],
    ["d", { items: [] }],
  ]);
  const read = async (cursor: string | undefined) => pages.get(cursor) ?? { items: [7] };

  it("is the first with something on it, or the last", async () => {
    expect(await pageWithItems(read, undefined)).toEqual({ items: [1], nextCursor: "d" });
    expect(await pageWithItems(read, "c")).toEqual({ items: [1], nextCursor: "d" });
    expect(await pageWithItems(read, "d")).toEqual({ items: [] });
  });
});
