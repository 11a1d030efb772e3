import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { longestMaking, unknownJobDays } from "#domain/retention";
import { newId } from "#platform/identifiers";
import { requireErasure } from "#records/erasures/erasures";
import { listAudit } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { jobKey } from "#records/store/keys";
import { closeScratch, openScratch } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { loadNoticed } from "#records/store/unknown-jobs";
import { libraryId } from "#test/ids";
import { clearErasures } from "../../functions/expire/erasures.ts";
import { deleteExpired } from "../../functions/expire/retention.ts";
import { libraryOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { erasingIn, gone, patrons } from "./erasing-bed.ts";
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
