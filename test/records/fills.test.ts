import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FillRequest, fillMessagesOf } from "#batch-manager/messages";
import { type FillDesk, mostResends, requestFills, retryFailedFills, sweepFills } from "#batch-manager/requests";
import { withdrawFills } from "#batch-manager/withdrawals";
import { type Title, titleSchema } from "#domain/catalogue/title";
import type { LibraryId } from "#domain/ids";
import type { Library } from "#domain/library";
import type { Preference } from "#domain/profile/patron";
import { createCatalogues, loadCataloguePointer } from "#records/imports/catalogue";
import { importTitles } from "#records/imports/catalogue-import";
import { provisionLibrary, saveSettings } from "#records/library/libraries";
import { patronItem, readingItem } from "#records/profiles/patrons";
import { largestGroup } from "#records/service-queues/fill-answers";
import { fillCounts } from "#records/service-queues/fill-counts";
import { listFills } from "#records/service-queues/fill-list";
import { changeQueue, loadQueue } from "#records/service-queues/service-queues";
import { mediumRecordKey, queueKey } from "#records/store/keys";
import { listOpen, openFills, openFillsSchema } from "#records/store/open-work";
import { ifAbsent, type Write } from "#records/store/table";
import { libraryId } from "#test/ids";
import { createHandler } from "../../functions/fill-service-queues/handler.ts";
import { startRealStores } from "./real-store.ts";

const medium = "DB";
const settings: Omit<Library, "library"> = {
  name: "A library",
  timeZone: "America/New_York",
  media: [
    { code: "DB", name: "Digital book" },
    { code: "BR", name: "Braille" },
  ],
  mediumStatuses: [{ code: "ACTIVE", name: "Active" }],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "DECEASED", name: "Deceased", closed: true },
  ],
  serveCodes: [],
  branches: [],
  serviceDays: ["MON"],
  closedDays: [],
  queueFunctions: [{ function: "RESERVE" }, { function: "SUBJECT" }],
  defaultServiceQueueSize: 4,
  largeBatchThreshold: 500,
  failureThresholdPercent: 50,
  retentionDays: 90,
};

const title = (titleId: string, rest: Partial<Title> = {}) =>
  titleSchema.parse({ titleId, medium, title: `Title ${titleId}`, author: "Ann", subjects: ["BIRDS"], ...rest });
const birds: Preference = { type: "SUBJECT", code: "birds", exclusion: false };

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores?.close());

let library: LibraryId;
let serial = 0;
/** What was sent and not yet handled; emptying it is losing messages. */
let sent: FillRequest[];
let desk: FillDesk;
let handle: ReturnType<typeof createHandler>;
let now: Date;

beforeEach(async () => {
  library = libraryId(`lib${++serial}`);
  sent = [];
  now = new Date("2026-08-01T12:00:00Z");
  desk = {
    store: stores.of(library),
    messages: {
      send: async (messages) => void sent.push(...messages),
      isQuiet: async () => sent.length === 0,
      giveBack: async () => undefined,
    },
  };
  handle = createHandler({ stores, catalogues: createCatalogues(), messages: desk.messages, now: () => now });
  await provisionLibrary(stores, { library, ...settings });
  await importTitles(
    stores.of(library),
    "first",
    ["T1", "T2", "T3", "T4", "T5", "T6"].map((id) => title(id)),
  );
});

async function addPatron(patronId: string, mainStatus = "ACTIVE", reserves: string[] = []) {
  const lastName = `Last ${patronId}`;
  const patron = { patronId, lastName, mainStatus, preferences: [birds], reserveCounts: {}, requestCounts: {} };
  await stores.across.write({ put: patronItem({ library }, patron) });
  await stores.across.write({ put: readingItem({ library }, patron, { reserves, requests: [], hasHad: ["T1"] }) });
  await stores.across.write({ put: { ...mediumRecordKey({ library }, patronId, medium), medium, version: 1 } });
}

const order = (batch = "batch") => ({ library, batch, medium });
/** What tells of a retry, as anybody's write: each of its own, for entries are written if absent. */
let told = 0;
const audited = async (fills: number): Promise<Write> => ({
  put: { pk: `LIB#${library}#TOLD`, sk: String(told++), fills },
  if: ifAbsent,
});

async function ask(patronIds: string[], batch = "batch", chunk = 0) {
  await stores.across.write(openFills({ library, id: batch, medium, resent: 0, openedAt: now.toISOString() }));
  await requestFills(desk, order(batch), chunk, patronIds);
}

const delivery = (text: string, i: number) => ({
  messageId: `m${i}`,
  receiptHandle: `r${i}`,
  body: text,
  attributes: {},
});

const body = (...requests: FillRequest[]) => JSON.stringify(fillMessagesOf(requests)[0] ?? {});

/** Delivers each request in a message of its own. */
async function deliver(requests: readonly FillRequest[]) {
  const event = { Records: requests.map((request, i) => delivery(body(request), i)) };
  return (await handle(event)).batchItemFailures.map((it) => requests[Number(it.itemIdentifier.slice(1))]?.patronId);
}

async function openWork() {
  const found = [];
  for await (const it of listOpen(stores.across))
    if ("fills" in it && it.fills.library === library) found.push(it.fills);
  return found;
}

async function sweep(runIsFinal = true, secondsLater = 60) {
  const [open] = await openWork();
  if (open === undefined) throw new Error("nothing is open");
  now = new Date(now.getTime() + secondsLater * 1000);
  return await sweepFills(desk, open, runIsFinal, now);
}

const titlesIn = async (patronId: string) =>
  (await loadQueue(stores.of(library), patronId, medium)).entries.map((it) => it.titleId);
const counts = async (batch = "batch") => await fillCounts(stores.of(library), batch);

describe("filling what a batch update asked for", () => {
  it("fills each queue, answers for it, and closes when all are answered", async () => {
    await addPatron("P1");
    await addPatron("P2", "ACTIVE", ["T6"]);
    await ask(["P1", "P2"]);
    expect(await counts()).toEqual({ requested: 2, filled: 0, withdrawn: 0, failed: 0, pending: 2 });
    expect(await deliver(sent.splice(0))).toEqual([]);
    expect(await titlesIn("P1")).toEqual(["T2", "T3", "T4", "T5"]);
    expect(await titlesIn("P2")).toEqual(["T6", "T2", "T3", "T4"]);
    const queue = await loadQueue(stores.of(library), "P2", medium);
    expect(queue).toMatchObject({ filledBy: "batch", filledAt: now.toISOString(), revision: 1 });
    expect(queue.entries[0]).toEqual({
      titleId: "T6",
      title: "Title T6",
      author: "Ann",
      selectType: "RESERVE",
      source: "T6",
      status: "WAITING",
      batch: "batch",
    });
    expect(await counts()).toEqual({ requested: 2, filled: 2, withdrawn: 0, failed: 0, pending: 0 });
    expect(await sweep(false)).toBe("WAITING");
    expect(await sweep()).toBe("CLOSED");
    expect(await openWork()).toEqual([]);
  });

  it("does nothing for a message that comes again, in the same batch, later, or at the same time", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const [message] = sent;
    if (message === undefined) throw new Error("nothing was sent");
    await Promise.all([deliver([message, message]), deliver([message]), deliver([message])]);
    const queue = await loadQueue(stores.of(library), "P1", medium);
    expect(queue.revision).toBe(1);
    // Later there would be room again: a doubled message must not use it.
    await changeQueue(stores.of(library), "P1", medium, (it) => ({
      ...it,
      entries: it.entries.map((entry) => ({ ...entry, status: "SENT" as const })),
    }));
    expect(await deliver([message])).toEqual([]);
    expect((await loadQueue(stores.of(library), "P1", medium)).entries).toHaveLength(4);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("answers although an earlier delivery crashed between the queue and its answer", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const settled = { batch: { as: "FILLED" as const, at: now.toISOString(), added: 0 } };
    await changeQueue(stores.of(library), "P1", medium, (queue) => ({ ...queue, settled }));
    expect(await deliver(sent.splice(0))).toEqual([]);
    expect(await titlesIn("P1")).toEqual([]);
    expect(await counts()).toMatchObject({ filled: 1, pending: 0 });
  });

  it("asks once however often a chunk runs", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1"]);
    await ask(["P1", "P2"]);
    expect(await counts()).toMatchObject({ requested: 2, pending: 2 });
    await deliver(sent);
    expect(await counts()).toMatchObject({ requested: 2, filled: 2 });
  });

  it("counts thousands over many groups, and lists them page by page in one order", async () => {
    const ids = Array.from({ length: 230 }, (_, i) => `P${String(i).padStart(4, "0")}`);
    for (const id of ids) await addPatron(id);
    await ask(ids.slice(0, 120), "batch", 0);
    await ask(ids.slice(120), "batch", 1);
    await deliver(sent.splice(0, 115));
    const pages = async (status?: "FILLED" | "PENDING") => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listFills(stores.of(library), order(), { status, after, limit: 50 });
        found.push(...page.items.map((it) => it.patronId));
        expect(page.items.length).toBeLessThanOrEqual(50);
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    expect(await pages()).toEqual(ids);
    expect(await pages("FILLED")).toEqual(ids.slice(0, 115));
    expect(await pages("PENDING")).toEqual(ids.slice(115));
    expect(await counts()).toEqual({ requested: 230, filled: 115, withdrawn: 0, failed: 0, pending: 115 });
    const { items } = await listFills(stores.of(library), order(), { limit: 1 });
    expect(items).toEqual([
      { patronId: "P0000", lastName: "Last P0000", status: "FILLED", entriesAdded: 4, filledAt: now.toISOString() },
    ]);
  });
});

describe("several writers of one queue", () => {
  it("none of them writes over another: fills of two batch updates and a report of what was sent", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id, "ACTIVE", ["T6"]);
    await saveSettings(stores.of(library), { ...settings, defaultServiceQueueSize: 1 }, 1);
    await ask(ids, "before");
    await deliver(sent.splice(0));
    await saveSettings(stores.of(library), settings, 2);
    await ask(ids, "one");
    const one = sent.splice(0);
    await ask(ids, "two");
    const two = sent.splice(0);
    const report = async (id: string) =>
      await changeQueue(stores.of(library), id, medium, (queue) => ({
        ...queue,
        entries: queue.entries.map((it) => (it.titleId === "T6" ? { ...it, status: "SENT" as const } : it)),
      }));
    const again = await Promise.all([deliver(one), deliver(two), ...ids.map(report)]);
    // Whoever came too late too often is delivered again.
    await deliver(one.filter((it) => again[0].includes(it.patronId)));
    await deliver(two.filter((it) => again[1].includes(it.patronId)));
    for (const id of ids) {
      const { entries, settled } = await loadQueue(stores.of(library), id, medium);
      expect(Object.keys(settled).sort()).toEqual(["before", "one", "two"]);
      expect(entries[0]).toMatchObject({ titleId: "T6", status: "SENT", batch: "before" });
      expect(new Set(entries.map((it) => it.titleId)).size).toBe(entries.length);
      for (const batch of ["one", "two"]) {
        expect(entries.filter((it) => it.batch === batch)).toHaveLength(settled[batch]?.added ?? -1);
      }
    }
    expect([await counts("one"), await counts("two")]).toMatchObject([{ filled: 40 }, { filled: 40 }]);
  });
});

describe("a database that stumbles", () => {
  /** A third of the calls is refused or, worse, done and never answered. The same ones in each run. */
  function addFaults() {
    let calls = 0;
    stores.dynamo.middlewareStack.add(
      (next) => async (args) => {
        const call = ++calls % 6;
        if (call === 0) throw Object.assign(new Error("refused"), { name: "ThrottlingException", $retryable: {} });
        const answer = await next(args);
        if (call === 3) throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
        return answer;
      },
      { step: "finalizeRequest", priority: "low", name: "faults" },
    );
    return () => void stores.dynamo.middlewareStack.remove("faults");
  }

  it("has every queue filled once in the end, and every count exact", async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id);
    const removeFaults = addFaults();
    try {
      await ask(ids);
      let left = sent.splice(0);
      for (let tries = 0; left.length > 0; tries++) {
        expect(tries).toBeLessThan(20);
        const failed: (string | undefined)[] = [];
        for (let i = 0; i < left.length; i += 30) failed.push(...(await deliver(left.slice(i, i + 30))));
        left = left.filter((it) => failed.includes(it.patronId));
      }
    } finally {
      removeFaults();
    }
    expect(await counts()).toEqual({ requested: 120, filled: 120, withdrawn: 0, failed: 0, pending: 0 });
    for (const id of ids) {
      const { entries, revision } = await loadQueue(stores.of(library), id, medium);
      expect({ ids: entries.map((it) => it.titleId), revision }).toEqual({
        ids: ["T2", "T3", "T4", "T5"],
        revision: 1,
      });
    }
  });
});

describe("counting while fills go on", () => {
  it("gives the same numbers whether it began at the first group or after those that are filled", async () => {
    const ids = Array.from({ length: 350 }, (_, i) => `P${String(i).padStart(4, "0")}`);
    for (const id of ids) await addPatron(id, id === "P0205" ? "DECEASED" : "ACTIVE");
    for (let chunk = 0; chunk < 7; chunk++) await ask(ids.slice(chunk * 50, chunk * 50 + 50), "batch", chunk);
    const numbers = async () => {
      const all = await counts();
      expect(await fillCounts(stores.of(library), "batch", false)).toEqual(all);
      expect(await fillCounts(stores.of(library), "batch", false)).toEqual(all);
      return all;
    };
    const [early, late] = [sent.slice(0, 120), sent.slice(120)];
    await numbers();
    await deliver(early.toReversed());
    expect(await numbers()).toMatchObject({ filled: 120, pending: 230 });
    await deliver(late.slice(100));
    await deliver(late.slice(0, 100));
    expect(await numbers()).toEqual({ requested: 350, filled: 349, withdrawn: 0, failed: 1, pending: 0 });
    await withdrawFills(stores.of(library), order(), { undo: "undo", chunk: 0 }, ["P0000", "P0205"], now);
    expect(await numbers()).toEqual({ requested: 350, filled: 349, withdrawn: 1, failed: 0, pending: 0 });
  });
});

describe("fills that cannot be done", () => {
  it("may be all of a group: DynamoDB takes no expression longer than 4,096 characters", async () => {
    const ids = Array.from({ length: largestGroup }, (_, i) => `GONE${i}`);
    await ask(ids);
    await deliver(sent.splice(0));
    expect(await counts()).toMatchObject({ requested: largestGroup, failed: largestGroup, pending: 0 });
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(largestGroup);
    expect(await counts()).toMatchObject({ failed: 0, pending: largestGroup });
  });

  it("fail with a reason, one by one, and never hold up the others", async () => {
    await addPatron("GOOD");
    await addPatron("CLOSED", "DECEASED");
    await addPatron("NORECORD");
    await stores.across.write({ delete: mediumRecordKey({ library }, "NORECORD", medium) });
    await addPatron("BROKEN");
    await stores.across.write({ put: { ...queueKey({ library }, "BROKEN", medium), content: "{", revision: 1 } });
    await ask(["CLOSED", "NORECORD", "BROKEN", "GONE", "GOOD"]);
    expect(await deliver(sent.splice(0))).toEqual([]);
    expect(await counts()).toEqual({ requested: 5, filled: 1, withdrawn: 0, failed: 4, pending: 0 });
    const { items } = await listFills(stores.of(library), order(), { status: "FAILED", limit: 50 });
    expect(items.map((it) => [it.patronId, it.reason])).toEqual([
      ["BROKEN", expect.stringContaining("breaks the rules")],
      ["CLOSED", expect.stringContaining("closed")],
      ["GONE", expect.stringContaining("no longer in the library")],
      ["NORECORD", expect.stringContaining("no record for DB")],
    ]);
  });

  it("leaves poison to the dead letters: what is no message, and what no batch update asked for", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1"]);
    const [asked] = sent;
    if (asked === undefined) throw new Error("nothing was sent");
    const bodies = ["not JSON", "{}", body(asked), body({ ...asked, patronId: "P2" })];
    const stranger = body({ ...asked, library: libraryId("nowhere") });
    const event = { Records: [...bodies, stranger].map(delivery) };
    expect((await handle(event)).batchItemFailures.map((it) => it.itemIdentifier).sort()).toEqual([
      "m0",
      "m1",
      "m3",
      "m4",
    ]);
    expect(await titlesIn("P1")).toHaveLength(4);
    expect(await titlesIn("P2")).toEqual([]);
  });

  it("bring a message back as long as one of its patrons has no answer, without filling the others again", async () => {
    for (const id of ["P1", "P2", "P3"]) await addPatron(id);
    await ask(["P1", "P3"]);
    const [one, three] = sent;
    if (one === undefined || three === undefined) throw new Error("nothing was sent");
    const message = body(one, { ...one, patronId: "P2" }, three);
    for (let delivered = 0; delivered < 2; delivered++) {
      const { batchItemFailures } = await handle({ Records: [delivery(message, 0)] });
      expect(batchItemFailures).toEqual([{ itemIdentifier: "m0" }]);
    }
    expect(await counts()).toEqual({ requested: 2, filled: 2, withdrawn: 0, failed: 0, pending: 0 });
    expect((await loadQueue(stores.of(library), "P1", medium)).revision).toBe(1);
    expect(await titlesIn("P2")).toEqual([]);
  });

  it("are pending again after a retry, and filled when the reason is gone", async () => {
    await addPatron("P1", "DECEASED");
    await addPatron("P2");
    await ask(["P1", "P2"]);
    await deliver(sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    await addPatron("P1");
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(1);
    expect(await counts()).toEqual({ requested: 2, filled: 1, withdrawn: 0, failed: 0, pending: 1 });
    expect(await openWork()).toMatchObject([{ id: "batch", resent: 0 }]);
    await deliver(sent.splice(0));
    expect(await counts()).toMatchObject({ filled: 2, failed: 0 });
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(0);
  });

  it("are told of before the first is pending: a retry that cannot be told is not begun", async () => {
    await addPatron("P1", "DECEASED");
    await ask(["P1"]);
    await deliver(sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    const away = async (): Promise<Write> => Promise.reject(new Error("no audit"));
    await expect(retryFailedFills(desk, order(), now, away)).rejects.toThrow("no audit");
    expect(await counts()).toMatchObject({ failed: 1, pending: 0 });
    expect(await openWork()).toEqual([]);
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(1);
    expect(await stores.across.get({ pk: `LIB#${library}#TOLD`, sk: String(told - 1) })).toMatchObject({ fills: 1 });
  });

  it("are opened anew: a sweep that had read them before closes nothing", async () => {
    await addPatron("P1", "DECEASED");
    await ask(["P1"]);
    await deliver(sent.splice(0));
    const before = openFillsSchema.parse((await openWork())[0]);
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(1);
    await deliver(sent.splice(0));
    await sweepFills(desk, before, true, now);
    expect(await openWork()).toHaveLength(1);
    expect(await sweepFills(desk, openFillsSchema.parse((await openWork())[0]), true, now)).toBe("CLOSED");
    expect(await openWork()).toHaveLength(0);
  });

  it("of version 0.1.0 that were being opened when it ended have a time as well", () => {
    const stored = { library, id: "batch", medium, resent: 0, openedAt: "2026-11-20T10:00:00.000Z-" };
    expect(openFillsSchema.parse(stored).openedAt).toBe("2026-11-20T10:00:00.000Z");
  });
});

describe("lost messages", () => {
  it("are sent again by the sweep when the queue is quiet, and not before", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1", "P2"]);
    expect(await sweep()).toBe("WAITING");
    await deliver(sent.splice(0, 1));
    sent = [];
    expect(await sweep()).toBe("SENT_AGAIN");
    expect(sent.map((it) => it.patronId)).toEqual(["P2"]);
    await deliver(sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    expect(await counts()).toMatchObject({ filled: 2, pending: 0 });
  });

  it("count as failed after being sent again in vain, and a late message still fills them", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const late = sent.splice(0);
    for (let i = 0; i < mostResends; i++) {
      expect(await sweep()).toBe("SENT_AGAIN");
      sent = [];
    }
    expect(await sweep()).toBe("GIVEN_UP");
    expect(await counts()).toMatchObject({ failed: 1, pending: 0 });
    await deliver(late);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("are sent again at each start of the product, and none of these counts as a try before it had time to be answered", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    for (let start = 0; start < 3 * mostResends; start++) {
      sent = [];
      expect(await sweep(true, 20)).toBe("SENT_AGAIN");
    }
    expect(await counts()).toMatchObject({ failed: 0, pending: 1 });
    for (let minute = 0; minute < mostResends; minute++) {
      sent = [];
      expect(await sweep()).toBe("SENT_AGAIN");
    }
    sent = [];
    expect(await sweep(true, 20)).toBe("SENT_AGAIN");
    sent = [];
    expect(await sweep()).toBe("GIVEN_UP");
  });

  it("begin their tries again while others are answered", async () => {
    for (const id of ["P1", "P2", "P3"]) await addPatron(id);
    await ask(["P1", "P2", "P3"]);
    for (let i = 0; i < mostResends; i++) {
      sent = [];
      await sweep();
    }
    await deliver(sent.splice(0, 1));
    sent = [];
    expect(await sweep()).toBe("SENT_AGAIN");
    expect((await openWork())[0]?.resent).toBe(1);
  });
});

describe("withdrawing by an undo", () => {
  const undo = { undo: "undo", chunk: 0 };

  it("takes WAITING entries of a filled queue out, keeps the rest, and leaves the fill counted as filled", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(sent);
    await changeQueue(stores.of(library), "P1", medium, (queue) => ({
      ...queue,
      entries: queue.entries.map((it) => (it.titleId === "T3" ? { ...it, status: "ON_ORDER" as const } : it)),
    }));
    const result = await withdrawFills(stores.of(library), order(), undo, ["P1"], now);
    expect(result.get("P1")).toEqual({ withdrawn: 3, kept: 1, settledAs: "FILLED" });
    expect(await titlesIn("P1")).toEqual(["T3"]);
    await deliver(sent);
    expect(await titlesIn("P1")).toEqual(["T3"]);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("settles pending and failed fills for good: no late message fills them, and no retry", async () => {
    await addPatron("P1");
    await addPatron("P2", "DECEASED");
    await ask(["P1", "P2"]);
    const [first, second] = sent.splice(0);
    if (first === undefined || second === undefined) throw new Error("nothing was sent");
    await deliver([second]);
    for (let i = 0; i < 2; i++) {
      const result = await withdrawFills(stores.of(library), order(), undo, ["P1", "P2"], now);
      expect([...result.values()].map((it) => it.settledAs)).toEqual(["WITHDRAWN", "WITHDRAWN"]);
    }
    await addPatron("P2");
    expect(await deliver([first, second])).toEqual([]);
    expect(await titlesIn("P1")).toEqual([]);
    expect(await retryFailedFills(desk, order(), now, audited)).toBe(0);
    expect(await counts()).toEqual({ requested: 2, filled: 0, withdrawn: 2, failed: 0, pending: 0 });
    expect(await sweep()).toBe("CLOSED");
  });

  it("is exact when fills and the undo run at the same time", async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id);
    await ask(ids);
    await Promise.all([
      deliver(sent.slice(0, 30)),
      deliver(sent.slice(30)),
      withdrawFills(stores.of(library), order(), undo, ids, now),
    ]);
    await deliver(sent);
    for (const id of ids) expect(await titlesIn(id)).toEqual([]);
    const { requested, filled, withdrawn, failed, pending } = await counts();
    expect({ requested, sum: filled + withdrawn, failed, pending }).toEqual({
      requested: 60,
      sum: 60,
      failed: 0,
      pending: 0,
    });
  });
});

describe("the catalogue behind the fills", () => {
  it("is swapped whole in every medium, tells an import that closes again what it did, and is used at once", async () => {
    const again = [title("T1"), title("T2", { title: "Second edition" }), title("T9", { addedOn: "2026-01-01" })];
    const moved = title("T5", { medium: "BR" });
    const expected = { created: 1, replaced: 2, unchanged: 1 };
    expect(await importTitles(stores.of(library), "second", [...again, moved])).toEqual(expected);
    const pointer = await loadCataloguePointer(stores.of(library));
    expect(await importTitles(stores.of(library), "second", [...again, moved])).toEqual(expected);
    expect(await loadCataloguePointer(stores.of(library))).toEqual(pointer);
    // The first import closing late must not take the second one back.
    expect(await importTitles(stores.of(library), "first", [title("T2")])).toMatchObject({ created: 6 });
    expect(await loadCataloguePointer(stores.of(library))).toEqual(pointer);

    const whole = await createCatalogues().ofLibrary(stores.of(library));
    expect(["T2", "T5", "T7"].map((it) => whole.mediumOf(it))).toEqual(["DB", "BR", undefined]);
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(sent);
    expect((await loadQueue(stores.of(library), "P1", medium)).entries.map((it) => it.title)).toEqual([
      "Title T9",
      "Second edition",
      "Title T3",
      "Title T4",
    ]);
  });

  it("may be empty: then nothing is added, and that counts as filled", async () => {
    library = libraryId(`lib${++serial}`);
    desk = { ...desk, store: stores.of(library) };
    await provisionLibrary(stores, { library, ...settings });
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(sent);
    expect(await counts()).toMatchObject({ filled: 1 });
    const { items } = await listFills(stores.of(library), order(), { limit: 5 });
    expect(items[0]).toMatchObject({ status: "FILLED", entriesAdded: 0 });
  });

  it("is filled from by the settings of the moment", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    await saveSettings(stores.of(library), { ...settings, queueFunctions: [{ function: "SUBJECT", limit: 1 }] }, 1);
    await deliver(sent);
    expect(await titlesIn("P1")).toEqual(["T2"]);
  });
});
