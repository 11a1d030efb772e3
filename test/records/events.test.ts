import { afterAll, beforeAll, expect, test } from "vitest";
import { listEvents, type Told, writeTelling } from "#records/library/events";
import { eventsPartition } from "#records/store/keys";
import { ifAbsent } from "#records/store/table";
import { libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());

const of = (library: string) => stores.of(libraryId(library));
const told = (subject: string): Told => ({ type: "IMPORT", subject, status: "RUNNING" });
const thing = (library: string, name: string) => ({
  put: { pk: `LIB#${library}#IMPORTS`, sk: name },
  if: ifAbsent,
});
const all = async (library: string, limit = 200) => {
  const found: { eventId: string; subject: string }[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await listEvents(of(library), limit, after, new Date());
    found.push(...items);
    after = next;
  } while (after !== undefined);
  return found;
};

test("changes that meet are all told, each once, and a reader who goes on from the last one misses none", async () => {
  const names = Array.from({ length: 40 }, (_, n) => `imports/${n}`);
  const seen: string[] = [];
  let last: string | undefined;
  let isOver = false;
  // Reads all the while that the others write.
  const reading = (async () => {
    for (;;) {
      const wasOver = isOver;
      const { items } = await listEvents(of("busy"), 7, last, new Date());
      seen.push(...items.map(({ subject }) => subject));
      last = items.at(-1)?.eventId ?? last;
      if (wasOver && items.length === 0) return;
    }
  })();
  const outcomes = await Promise.all(
    names.map(async (name) => await writeTelling(of("busy"), [told(name)], thing("busy", name))),
  );
  isOver = true;
  await reading;
  expect(outcomes.every(({ done }) => done)).toBe(true);
  expect(seen.toSorted()).toEqual(names.toSorted());
  expect((await all("busy", 3)).map(({ subject }) => subject)).toEqual(seen);
});

test("what is refused is not told, and its place is named as without the telling", async () => {
  await writeTelling(of("once"), [told("imports/a")], thing("once", "a"));
  const again = await writeTelling(of("once"), [told("imports/a")], thing("once", "b"), thing("once", "a"));
  expect(again).toEqual({ done: false, refused: [1] });
  expect(await all("once")).toHaveLength(1);
});

test("events end after thirty days, to the second, whether the table has taken them away or not", async () => {
  await writeTelling(of("old"), [told("imports/a"), told("imports/b")], thing("old", "a"));
  const days = (count: number) => new Date(Date.now() + count * 24 * 3600 * 1000);
  expect((await listEvents(of("old"), 10, undefined, days(29.99))).items).toHaveLength(2);
  expect((await listEvents(of("old"), 10, undefined, days(30.01))).items).toEqual([]);
});

test("whoever asks from an event that has ended gets on to those still kept in one page, however many have ended", async () => {
  const table = stores.across;
  const pk = eventsPartition({ library: libraryId("late") });
  await writeTelling(of("late"), [told("imports/0")], thing("late", "0"));
  const [first] = (await table.queryPage({ pk, begins: "E#", limit: 1 })).items;
  const ended = { ...first, expiresAt: 1 };
  for (let n = 1; n <= 23; n++) {
    if (n > 1) await writeTelling(of("late"), [told(`imports/${n}`)], thing("late", `${n}`));
    if (n <= 20 && n !== 7) await table.write({ put: { ...ended, pk, sk: `E#${String(n).padStart(12, "0")}` } });
    if (n === 7) await table.write({ delete: { pk, sk: "E#000000000007" } });
  }
  for (const after of [undefined, "000000000003", "000000000015"]) {
    const { items, next } = await listEvents(of("late"), 2, after, new Date());
    expect(items.map(({ eventId }) => Number(eventId))).toEqual([21, 22]);
    expect(next).toBe("000000000022");
  }
  expect(await all("late", 2)).toHaveLength(3);
  const later = new Date(Date.now() + 31 * 24 * 3600 * 1000);
  expect(await listEvents(of("late"), 2, undefined, later)).toEqual({ items: [], next: undefined });
});
