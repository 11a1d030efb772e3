import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rateWindow } from "#domain/rate";
import { libraryId } from "#test/ids";
import { Problem } from "../../functions/api/problem.ts";
import { createRates } from "../../functions/api/rates.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores?.close());

const perSecond = 20;
const most = (perSecond * rateWindow) / 1000;
const begun = new Date("2026-09-01T12:00:00Z").getTime();
type Rates = ReturnType<typeof createRates>;

/** How many of so many requests pass, sent within the given milliseconds, by turns to each of the instances. */
async function passing(instances: Rates[], name: string, sent: number, within: number): Promise<number> {
  const library = libraryId(name);
  let passed = 0;
  for (let n = 0; n < sent; n++) {
    const now = new Date(begun + Math.floor((n * within) / sent));
    try {
      await instances[n % instances.length]?.({ library }, now);
      passed++;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "RATE_LIMITED") throw error;
      const seconds = Number(error.headers["retry-after"]);
      expect(seconds).toBe(Math.ceil((rateWindow - (now.getTime() - begun)) / 1000));
    }
  }
  return passed;
}

describe("a library that sends too many requests", () => {
  test.each([[1], [2], [5]])("is answered 429 past its share, over %i instances of the API together", async (count) => {
    const instances = Array.from({ length: count }, () => createRates(stores, perSecond));
    const passed = await passing(instances, `flood${count}`, most * 3, 9000);
    expect(passed).toBeGreaterThanOrEqual(most * 0.9);
    expect(passed).toBeLessThanOrEqual(most * (1 + count / 10));
  });

  test("is taken again when the ten seconds are over, and keeps nobody else off meanwhile", async () => {
    const admit = createRates(stores, perSecond);
    const library = libraryId("again");
    expect(await passing([admit], "again", most * 2, 100)).toBeLessThan(most * 1.2);
    await admit({ library: libraryId("other") }, new Date(begun + 200));
    await expect(admit({ library }, new Date(begun + 200))).rejects.toThrow(/more than 20 requests per second/);
    await admit({ library }, new Date(begun + rateWindow));
  });

  test("is counted right where its requests come at once", async () => {
    const admit = createRates(stores, perSecond);
    const library = libraryId("at-once");
    const answers = await Promise.allSettled(
      Array.from({ length: most * 2 }, async () => await admit({ library }, new Date(begun))),
    );
    const passed = answers.filter(({ status }) => status === "fulfilled").length;
    expect(passed).toBeGreaterThanOrEqual(most * 0.9);
    expect(passed).toBeLessThanOrEqual(most);
  });
});

test("who keeps to the rate is never held up, and neither is support, nor anybody where there is no rate", async () => {
  const admit = createRates(stores, perSecond);
  expect(await passing([admit], "quiet", most, rateWindow - 1)).toBe(most);
  for (let n = 0; n < most * 2; n++) await admit({ library: undefined }, new Date(begun));
  const free = createRates(stores, undefined);
  for (let n = 0; n < most * 2; n++) await free({ library: libraryId("free") }, new Date(begun));
});
