import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { longestMaking, unknownJobDays } from "#domain/retention";
import { newId } from "#platform/identifiers";
import { logger } from "#platform/logger";
import { keepErased } from "#records/erasures/erasure-objects";
import { beginErasure, requireErasure } from "#records/erasures/erasures";
import { listAudit } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { jobKey } from "#records/store/keys";
import { closeScratch, closeWork, openScratch, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { loadNoticed } from "#records/store/unknown-jobs";
import { libraryId } from "#test/ids";
import { supportLibraryRoutes } from "../../functions/api/routes/support-libraries.ts";
import { clearErasures } from "../../functions/expire/erasures.ts";
import { deleteExpired } from "../../functions/expire/retention.ts";
import { libraryOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { applied, erasingIn, gone, marked, objectsOf, patrons } from "./erasing-bed.ts";
import { expire } from "./expiring.ts";
import { audit } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

/** The table goes back to an earlier moment and the bucket does not: jobs that it does not know have objects there. */
let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

const dayLength = 24 * 3600 * 1000;
const inDays = (days: number, from = new Date()) => new Date(from.getTime() + days * dayLength);
const always = () => true;

let libraries = 0;
async function newLibrary(): Promise<Store> {
  const library = libraryId(`unknown-${++libraries}`);
  await provisionLibrary(bed.stores, libraryOf({ library }));
  return bed.stores.of(library);
}

async function keysIn(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.objects.list(`${store.library}/`)) found.push(key.slice(store.library.length + 1));
  return found;
}

describe("Objects of a job that the table does not know", () => {
  const of = [
    "query-sets/01a/members/0",
    "batch-updates/01b/plan/lines/0",
    "imports/01c/upload",
    "exports/01d/files/x",
  ];
  const forGood = ["catalogue/DB/0", "erasures/kept/01e.json", "erasures/01f/chunks.jsonl"];
  let store: Store;
  beforeEach(async () => {
    store = await newLibrary();
    for (const key of [...of, ...forGood]) await store.objects.putText(`${store.library}/${key}`, "Name");
  });

  test("go a week after that was noticed, however old they are, so that somebody may look; files that pass after a day", async () => {
    const noticed = inDays(20);
    await deleteExpired(store, new Date(), always);
    expect(await keysIn(store)).toEqual([...of, ...forGood].toSorted());
    // As when the table was put back to a moment before anything was noticed.
    await store.table.write({ delete: { pk: `LIB#${store.library}#UNKNOWN_JOBS`, sk: "NOTICED" } });
    await deleteExpired(store, noticed, always);
    expect(await keysIn(store)).toEqual([...of.slice(0, 2), ...forGood].toSorted());
    const week = inDays(unknownJobDays, noticed);
    await deleteExpired(store, new Date(week.getTime() - 1), always);
    expect(await keysIn(store)).toEqual([...of.slice(0, 2), ...forGood].toSorted());
    await deleteExpired(store, week, always);
    expect(await keysIn(store)).toEqual(forGood.toSorted());
    expect(await loadNoticed(store)).toEqual({});
    const { items } = await listAudit(store, 10, undefined, { action: "EVIDENCE_DELETED" });
    expect(items.map(({ subject }) => subject).toSorted()).toEqual(
      of.map((key) => key.split("/").slice(0, 2).join("/")).toSorted(),
    );
  });

  test("stay where the job is known, also if nobody can read its item, and where the table that knows it is gone back to", async () => {
    for (const [kind, id] of [
      ["query-set", "01a"],
      ["import", "01c"],
      ["export", "01d"],
    ] as const) {
      await store.table.write({ put: { ...jobKey(store, kind, id), storedFormat: 99 } });
    }
    const noticed = new Date();
    await deleteExpired(store, noticed, always);
    expect(Object.keys(await loadNoticed(store))).toEqual(["batch-updates/01b"]);
    // A file of the audit has no item, and stands among what is to be deleted.
    await store.objects.putText(`${store.library}/exports/01g/files/audit.csv`, "PATRON_ERASED");
    await store.table.write(openScratch({ library: store.library, id: "01g", scratchOf: "export", keepUntil: "2999" }));
    await store.table.write({ put: { ...jobKey(store, "batch-update", "01b"), storedFormat: 99 } });
    await deleteExpired(store, inDays(unknownJobDays, noticed), always);
    expect(await keysIn(store)).toEqual([...of, ...forGood, "exports/01g/files/audit.csv"].toSorted());
    expect(await loadNoticed(store)).toEqual({});
    // Where the table does not know that it is to be deleted, nobody knows it.
    await store.table.write(closeScratch({ library: store.library, id: "01g", scratchOf: "export" }));
    await deleteExpired(store, new Date(), always);
    expect(Object.keys(await loadNoticed(store))).toEqual(["exports/01g"]);
    await deleteExpired(store, inDays(1), always);
    expect(await keysIn(store)).toEqual([...of, ...forGood].toSorted());
  });

  test("of another library are its own", async () => {
    const other = await newLibrary();
    await deleteExpired(other, new Date(), always);
    await deleteExpired(other, inDays(30), always);
    expect(await keysIn(store)).toEqual([...of, ...forGood].toSorted());
  });
});

test("An erasure takes along what lies there of jobs that the table does not know, and waits for one that is just being made", async () => {
  const open = await openLibrary(bed, patrons);
  const store = bed.stores.of(open.library);
  const clock = { now: new Date() };
  const erasing = erasingIn(bed, clock);
  const lost = `${open.library}/batch-updates/${newId(clock.now)}/plan/lines/000000.jsonl`;
  await store.objects.putText(lost, `{"patronId":"${gone}","lastName":"Last ${gone}"}`);
  const erasure = await erasing.begin(gone, open.library);
  expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
  await erasing.end(erasure, open.library);
  expect(await requireErasure(store, erasure)).toMatchObject({ stage: "CLEARING" });
  expect(await store.objects.has(lost)).toBe(true);

  clock.now = new Date(Date.now() + longestMaking);
  await erasing.end(erasure, open.library);
  expect(await requireErasure(store, erasure)).toMatchObject({ stage: "COMPLETED", counts: { versions: 1 } });
  expect(await store.objects.has(lost)).toBe(false);
});

test("An erasure tells how much went of jobs that are not known as it goes, and one that breaks off is counted too", async () => {
  const open = await openLibrary(bed, patrons);
  const store = bed.stores.of(open.library);
  const clock = { now: new Date() };
  const erasing = erasingIn(bed, clock);
  const folders = ["01a", "01b", "01c"].map((id) => `${open.library}/batch-updates/${id}/plan`);
  for (const folder of folders) for (const part of [0, 1]) await store.objects.putText(`${folder}/${part}`, gone);
  const erasure = await erasing.begin(gone, open.library);
  await erasing.walk(erasure, open.library);
  clock.now = new Date(Date.now() + longestMaking);
  let deletions = 0;
  bed.stores.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "DeleteObjectsCommand" && ++deletions === 2) throw new Error("The call broke off");
        return await next(args);
      },
    { step: "initialize", name: "breaks" },
  );
  const versions = async () => (await requireErasure(store, erasure)).counts.versions;
  try {
    await clearErasures(store, clock.now);
    expect(await versions()).toBe(2);
    await clearErasures(store, clock.now);
  } finally {
    bed.stores.s3.middlewareStack.remove("breaks");
  }
  expect(await requireErasure(store, erasure)).toMatchObject({ stage: "COMPLETED", counts: { versions: 6 } });
});

/** The table is put back to a moment before an erasure was asked for, and the erasure is done again. */
async function eraseAgain(store: Store, erasureId: string): Promise<void> {
  const { patronId, reason, createdBy, createdAt } = await requireErasure(store, erasureId);
  await store.table.write({ delete: jobKey(store, "erasure", erasureId) });
  const it = { erasureId, patronId, reason, createdBy, createdAt, repeated: true } as const;
  expect(await beginErasure(store, it, { ...audit, action: "erase again" })).toEqual({ done: true });
}

test.each(["before it was asked for", "between two of its walks"] as const)(
  "An erasure whose table was put back to a moment %s looks for itself, whatever the bucket holds of later walks",
  async (moment) => {
    const made = await applied(bed);
    const { open, job, store } = made;
    const clock = { now: new Date() };
    const erasing = erasingIn(bed, clock);
    const was = await objectsOf(made);
    /** Who was at work writes once more what it had read before. */
    const writeAgain = async () => {
      for (const [key, text] of was) await store.objects.putText(key, text);
    };
    const atWork = { library: open.library, id: job, workflow: "apply", attempt: 2 } as const;
    const late = { ...atWork, openedAt: clock.now.toISOString() };
    await store.table.write(openWork(late));
    const erasure = await erasing.begin(gone, open.library);
    const key = jobKey(store, "erasure", erasure);
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ pass: 2, again: [`batch-updates/${job}`] });
    const between = await store.table.get(key);
    await store.table.write(closeWork(late));
    await writeAgain();
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING", pass: 2 });
    expect(marked(await objectsOf(made))).toEqual([]);

    if (moment === "before it was asked for") await eraseAgain(store, erasure);
    else await store.table.write({ put: { ...between, ...key } });
    await writeAgain();
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    expect(marked(await objectsOf(made))).toEqual([]);
  },
);

describe("Before nothing of the erased is in the table", () => {
  /** Support lets a library in: whether it may be, and what it is told. */
  async function letIn({ library }: Store): Promise<string> {
    const route = supportLibraryRoutes.find(({ method }) => method === "PATCH");
    if (route === undefined) throw new Error("Nothing lets a library in");
    const call = {
      caller: { sub: "kim", name: "Kim", library, roles: ["support"] },
      newId: newId(new Date()),
      now: new Date(),
      params: { library },
      query: {},
      body: { suspended: false, reason: "by letter" },
    };
    // Safe: the route uses nothing else of its call, and of what the API works with the tables alone.
    const parts = { stores: bed.stores } as unknown as Parameters<typeof route.handle>[1];
    try {
      const { status } = await route.handle(call as unknown as Parameters<typeof route.handle>[0], parts);
      return String(status);
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  }

  test("a library is not let in, be its erasures unknown, done again, or begun before and not come to it yet", async () => {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    const clock = { now: new Date() };
    const erasing = erasingIn(bed, clock);
    const erasure = await erasing.begin(gone, open.library);
    expect(await letIn(store)).toContain("1 of the library's erasures is still under way");
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    expect(await letIn(store)).toBe("200");
    await eraseAgain(store, erasure);
    await erasing.walk(erasure, open.library);
    expect(await letIn(store)).toContain("1 of the library's erasures is still under way");
    await erasing.end(erasure, open.library);
    expect(await letIn(store)).toBe("200");
    await store.table.write({ delete: jobKey(store, "erasure", erasure) });
    expect(await letIn(store)).toContain("does not know 1 of the library's erasures");
  });

  test("it is told each hour, until they are done again", async () => {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    const kept = {
      erasureId: newId(new Date()),
      patronId: gone,
      reason: "by letter",
      createdBy: "a",
      createdAt: "2026",
    };
    await keepErased(store, kept);
    const errors = vi.spyOn(logger, "error");
    const summaries = vi.spyOn(logger, "info");
    /** Whether it rings: it counts what the alarm stands on, and says of which library. */
    const rings = async () => {
      errors.mockClear();
      summaries.mockClear();
      await expire(bed, new Date());
      const said = JSON.stringify(errors.mock.calls);
      const subjects = Array.from(said.matchAll(/libraries\/[^/]+\/erasures/g), ([subject]) => subject);
      expect(summaries.mock.calls.find(([says]) => says === "Expiring")?.[1]).toMatchObject({
        expiryErrors: subjects.length,
      });
      return subjects.includes(`libraries/${open.library}/erasures`);
    };
    try {
      expect([await rings(), await rings()]).toEqual([true, true]);
      const again = { ...kept, repeated: true } as const;
      await beginErasure(store, again, { ...audit, action: "erase again" });
      expect(await rings()).toBe(false);
    } finally {
      errors.mockRestore();
      summaries.mockRestore();
    }
  });
});
