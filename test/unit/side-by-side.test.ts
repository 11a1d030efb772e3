import { expect, test } from "vitest";
import { allEnded, sideBySide, sideBySideInTurn } from "#platform/side-by-side";
import { logOf } from "#test/log-lines";

test("answers come in the order of the items, however long each takes, with so many at work at a time", async () => {
  let atWork = 0;
  let most = 0;
  const answers = await sideBySide([5, 1, 4, 2, 3, 0], 3, async (item) => {
    most = Math.max(most, ++atWork);
    for (let turns = 0; turns < item; turns++) await Promise.resolve();
    atWork--;
    return item * 10;
  });
  expect(answers).toEqual([50, 10, 40, 20, 30, 0]);
  expect(most).toBe(3);
});

test("a failure is told only when all that was begun has ended, and nothing is begun after it", async () => {
  const held = Promise.withResolvers<void>();
  const begun: number[] = [];
  let ended = false;
  const work = sideBySide([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("broken");
    await held.promise;
    ended = true;
  });
  let told = false;
  void work.catch(() => (told = true));
  await new Promise(setImmediate);
  expect(told).toBe(false);
  held.resolve();
  await expect(work).rejects.toThrow("broken");
  expect(ended).toBe(true);
  expect(begun).toEqual([0, 1]);
});

test("what was started together is waited for also where one of it fails", async () => {
  const slow = Promise.withResolvers<string>();
  const all = allEnded([Promise.reject(new Error("broken")), slow.promise]);
  let told = false;
  void all.catch(() => (told = true));
  await new Promise(setImmediate);
  expect(told).toBe(false);
  slow.resolve("ended");
  await expect(all).rejects.toThrow("broken");
});

test("answers in turn come as soon as it is their turn, and work goes no further ahead than so many", async () => {
  const begun: number[] = [];
  const seen: number[] = [];
  for await (const answer of sideBySideInTurn([3, 0, 2, 1, 4], 2, async (item) => {
    begun.push(item);
    for (let turns = 0; turns < item; turns++) await Promise.resolve();
    return item;
  })) {
    seen.push(answer);
    expect(begun.length).toBeLessThanOrEqual(seen.length + 2);
  }
  expect(seen).toEqual([3, 0, 2, 1, 4]);
});

test.each(["a failure comes", "the reader stops"])(
  "in turn, where %s, what was begun has ended before it is told",
  async (why) => {
    const held = Promise.withResolvers<void>();
    let ended = false;
    const read = async () => {
      for await (const _ of sideBySideInTurn([0, 1, 2], 2, async (item) => {
        if (item === 0 && why === "a failure comes") throw new Error("broken");
        if (item === 1) {
          await held.promise;
          ended = true;
        }
      })) {
        return;
      }
    };
    const reading = read().catch((error: unknown) => error);
    let told = false;
    void reading.then(() => (told = true));
    await new Promise(setImmediate);
    expect(told).toBe(false);
    held.resolve();
    await reading;
    expect(ended).toBe(true);
  },
);

test("of several that fail one is thrown, and the others are logged by name", async () => {
  const both = () => allEnded([Promise.reject(new Error("first")), Promise.reject(new TypeError("second"))]);
  const { lines } = await logOf(async () => await expect(both()).rejects.toThrow("first"));
  expect(lines).toMatchObject([{ level: "WARN", error: "TypeError" }]);
});
