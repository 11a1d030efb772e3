import { expect, test } from "vitest";
import { Cache, keptOrLoaded } from "#platform/cache";

test("what was used longest ago goes first, by weight, and the one used last stays whatever it weighs", () => {
  const cache = new Cache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  expect(cache.get("a")).toBe("A");
  cache.set("c", "C", 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  cache.set("d", "D", 40);
  expect([cache.get("a"), cache.get("c"), cache.get("d")]).toEqual([undefined, undefined, "D"]);
});

test("what is asked for while it is loaded is loaded once, and what could not be loaded is asked for again", async () => {
  const cache = new Cache<Promise<number>>(3);
  let loads = 0;
  const held = Promise.withResolvers<number>();
  const load = async () => {
    loads++;
    return await held.promise;
  };
  const asked = [keptOrLoaded(cache, "a", load), keptOrLoaded(cache, "a", load)];
  held.reject(new Error("broken"));
  expect(await Promise.allSettled(asked)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  expect(loads).toBe(1);
  expect(await keptOrLoaded(cache, "a", async () => 7)).toBe(7);
  expect(await keptOrLoaded(cache, "a", load)).toBe(7);
  expect(loads).toBe(1);
});
