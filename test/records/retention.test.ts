import { DeleteObjectsCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { newId } from "#platform/identifiers";
import { sideBySide } from "#platform/side-by-side";
import { loadPlanIndex, savePlanIndex } from "#records/batch-updates/plans";
import { importErrorsKey, importUploadKey } from "#records/imports/import-objects";
import { createImport, finishImport, noCounts, startImport } from "#records/imports/imports";
import { listAudit } from "#records/library/audit";
import { type MarkedPlace, newestPlaces, readMarkedHistory } from "#records/profiles/marked-history";
import { changeItem } from "#records/profiles/medium-changes";
import { pageBounds } from "#records/profiles/older-runs";
import { createQuerySet, noteUse } from "#records/query-sets/moves";
import { loadQuerySet, uploadedFileKey, uploadKey } from "#records/query-sets/query-sets";
import { addAnswers, addWithdrawn, recordRequests } from "#records/service-queues/fill-answers";
import { fillCounts } from "#records/service-queues/fill-counts";
import { fillSummary } from "#records/service-queues/fill-summary";
import { noteTry } from "#records/service-queues/fill-tries";
import { forgetFills } from "#records/service-queues/forgotten-fills";
import { fillsPartition, jobKey } from "#records/store/keys";
import { closeFills, openFills } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";
import { batchUpdateId, libraryId, patronId } from "#test/ids";
import { patronRoutes } from "../../functions/api/routes/patrons.ts";
import { jobsToWalk } from "../../functions/erase/jobs.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary } from "./batch-update-bed.ts";
import { expire as expireIn } from "./expiring.ts";
import { callRoute } from "./route-call.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
/** Deletions that go through before the others are refused. */
let goThrough = Number.POSITIVE_INFINITY;
let objectsRead = 0;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
  bed.stores.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === GetObjectCommand.name) objectsRead++;
        if (commandName === DeleteObjectsCommand.name && goThrough-- <= 0) {
          throw Object.assign(new Error("no"), { name: "AccessDenied" });
        }
        return await next(args);
      },
    { step: "initialize", priority: "low" },
  );
});
afterAll(async () => await bed?.close());
beforeEach(() => {
  goThrough = Number.POSITIVE_INFINITY;
});

const dayLength = 24 * 3600 * 1000;
/** Sets among it, which JSON does not write. */
const inText = (value: unknown): unknown => (value instanceof Set ? [...value] : value);

async function under(folder: string): Promise<string[]> {
  const found: string[] = [];
  const { objects } = bed.stores.of(libraryId(folder.split("/")[0] ?? ""));
  for await (const { key } of objects.list(`${folder}/`)) found.push(key);
  return found;
}

const expire = async (at: Date) => await expireIn(bed, at);

const patrons = Array.from({ length: 7 }, (_, i) => ({
  patronId: `P${i}`,
  mainStatus: "ACTIVE",
  reserveCount: 0,
  requestCount: 0,
  record: recordOf(),
}));
const ids = patrons.map((it) => it.patronId);

/** A batch update that was applied in a library of its own. */
async function applied(): Promise<{ open: OpenLibrary; job: string; folder: string; ends: Date }> {
  const open = await openLibrary(bed, patrons);
  const job = await open.create(specOf({ cutoff: 5 }), ids, 3);
  await open.plan(job);
  await open.process(job);
  const { undoableUntil = "" } = await open.apply(job);
  return { open, job, folder: `${open.library}/batch-updates/${job}`, ends: new Date(undoableUntil) };
}

describe("The evidence of a batch update", () => {
  test("is there until it can no longer be undone, and then gone for good, its counts not", async () => {
    const { open, job, folder, ends } = await applied();
    const before = await under(folder);
    await expire(new Date(ends.getTime() - 1));
    expect(await under(folder)).toEqual(before);

    await expire(ends);
    expect(await under(folder)).toEqual([]);
    const batch = await open.batchOf(job);
    expect(batch).toMatchObject({ evidence: "DELETED", status: "COMPLETED", counts: { total: 7 } });
    const store = bed.stores.of(open.library);
    const { items } = await listAudit(store, 10, undefined, { action: "EVIDENCE_DELETED" });
    expect(items).toMatchObject([{ actor: { sub: "system" }, subject: `batch-updates/${job}` }]);
    for (const [method, path] of [
      ["GET", "/plan"],
      ["GET", "/plan/export"],
      ["GET", "/plan/distribution"],
      ["GET", "/plan/patron-ids"],
      ["POST", "/undo"],
      ["POST", "/retry"],
    ] as const) {
      await expect(open.call(method, path, job), path).rejects.toMatchObject({ code: "GONE" });
    }
    expect(
      (await readMarkedHistory(store, patronId("P0"), await newestPlaces(store, patronId("P0")), 10)).entries,
    ).toEqual([]);

    await expire(ends);
    expect(await open.batchOf(job)).toEqual(batch);
  });

  test("takes along who had a service queue filled, when all of these are final: their counts stay", async () => {
    const { open, job, ends } = await applied();
    const store = bed.stores.of(open.library);
    const id = batchUpdateId(job);
    const key = jobKey(store, "batch-update", job);
    await store.table.write({ set: { asksForFills: true }, key });
    const named = async () => {
      const found: string[] = [];
      for await (const item of store.table.queryAll({ pk: fillsPartition(store, id) })) {
        found.push(...ids.filter((one) => JSON.stringify([...Object.values(item)].map(inText)).includes(one)));
      }
      return found;
    };
    // Those of a run that is not final may still be asked for, or answered.
    const [one, other, third] = [patronId("P1"), patronId("P2"), patronId("P3")];
    const open1 = { library: open.library, id, medium: open.medium, resent: 0, openedAt: ends.toISOString() };
    await store.table.write(openFills(open1));
    await recordRequests(store, id, "000000-000", [one, other, third]);
    await expire(ends);
    expect(await open.batchOf(job)).not.toHaveProperty("evidence");

    const failed = new Map([[one, "The patron is closed: the main status is DECEASED"]]);
    await addAnswers(store, id, "000000-000", { filled: [third], failed });
    await addWithdrawn(store, id, "undo-0", [other]);
    const counts = await fillCounts(store, id);
    expect(counts).toEqual({ requested: 3, filled: 1, withdrawn: 1, failed: 1, pending: 0 });
    await store.table.write(closeFills(store, id));
    // Broken off when the counts stand and somebody is still named.
    await forgetFills(store, id);
    await recordRequests(store, id, "000000-001", [other]);
    await expire(ends);
    // A message that comes late, and fails.
    const tried = { tries: 1, lastError: "ThrottlingException", nextTryAt: ends.toISOString() };
    await noteTry(store, { batchUpdateId: id, group: "000000-000", patronIds: [one] }, tried);
    expect(await named()).toEqual([]);
    const batch = await open.batchOf(job);
    expect(batch).toMatchObject({ evidence: "DELETED" });
    expect(await fillSummary(store, batch)).toEqual({ status: "FILLED_WITH_ERRORS", ...counts });
    for (const [method, path] of [
      ["GET", "/service-queues"],
      ["POST", "/service-queues/retry"],
    ] as const) {
      await expect(open.call(method, path, job), path).rejects.toMatchObject({ code: "GONE" });
    }
    expect(await jobsToWalk(store, ends, { cleanSince: undefined })).not.toContain(`batch-updates/${job}`);
  });

  test("that could be deleted in part is shown to nobody, and deleted by the next call", async () => {
    const { open, job, folder, ends } = await applied();
    goThrough = 0;
    await expire(ends);
    expect(await open.batchOf(job)).toMatchObject({ evidence: "DELETING" });
    expect(await under(folder)).not.toEqual([]);
    await expect(open.call("GET", "/plan", job)).rejects.toMatchObject({ code: "GONE" });

    goThrough = Number.POSITIVE_INFINITY;
    await expire(ends);
    expect(await under(folder)).toEqual([]);
    expect(await open.batchOf(job)).toMatchObject({ evidence: "DELETED" });
  });

  test("is left alone where the batch update is at work, whatever a call that broke off has left of it", async () => {
    const { open, job, folder, ends } = await applied();
    const store = bed.stores.of(open.library);
    const before = await under(folder);
    const set = { evidence: "DELETING", status: "PROCESSING" };
    await store.table.write({ set, key: jobKey(store, "batch-update", job) });
    await expire(ends);
    expect(await under(folder)).toEqual(before);
    await store.table.write({ set: { status: "COMPLETED" }, key: jobKey(store, "batch-update", job) });
    await expire(ends);
    expect(await under(folder)).toEqual([]);
  });

  test("that ends before an older one's leaves histories going on to that one, whatever stands in between", async () => {
    const { open, job: oldest } = await applied();
    const store = bed.stores.of(open.library);
    const later = async (cutoff: number) => {
      const id = await open.create(specOf({ cutoff }), ids, 3);
      await open.plan(id);
      await open.process(id);
      await open.apply(id);
      return id;
    };
    const [middle, newest] = [await later(6), await later(7)];
    const history = async () => {
      const found = await readMarkedHistory(store, patronId("P4"), await newestPlaces(store, patronId("P4")), 10);
      return found.entries.map(({ batch, changes }) => [batch.batchUpdateId, changes]);
    };
    const all = await history();
    expect(all.map(([id]) => id)).toEqual([newest, middle, oldest]);
    // As where the library has made its days fewer since.
    const keptFor = async (id: string, days: number) => {
      const undoableUntil = new Date(Date.now() + days * dayLength).toISOString();
      await store.table.write({ set: { undoableUntil }, key: jobKey(store, "batch-update", id) });
    };
    for (const [id, days] of [
      [oldest, 30],
      [middle, 10],
      [newest, 5],
    ] as const) {
      await keptFor(id, days);
    }
    await expire(new Date(Date.now() + 6 * dayLength));
    expect(await history()).toEqual(all.slice(1));
    await expire(new Date(Date.now() + 11 * dayLength));
    expect(await history()).toEqual(all.slice(2));
    await expire(new Date(Date.now() + 31 * dayLength));
    expect(await history()).toEqual([]);
  });

  test("that leaves many older ones to look through for a patron's history has it told by pages that end early", async () => {
    const { open, job: oldest } = await applied();
    const store = bed.stores.of(open.library);
    const newest = await open.create(specOf({ cutoff: 6 }), ids, 3);
    await open.plan(newest);
    await open.process(newest);
    await open.apply(newest);
    // Runs in between of which none touched the patron.
    const template = await open.batchOf(oldest);
    const others = Array.from({ length: pageBounds.runs + 20 }, (_, n) => ({
      ...template,
      batchUpdateId: batchUpdateId(newId(new Date())),
      turn: (template.turn ?? 0) + 1 + n,
    }));
    const index = { ...(await loadPlanIndex(store, template)), patronIds: ids.map((id) => patronId(`X${id}`)) };
    await sideBySide(others, 8, async (other) => {
      await savePlanIndex(store, other, index);
      await store.table.write({ put: { ...jobKey(store, "batch-update", other.batchUpdateId), ...other } });
    });
    const gone = { turn: (template.turn ?? 0) + 1000, evidence: "DELETED", olderKept: true };
    await store.table.write({ set: gone, key: jobKey(store, "batch-update", newest) });
    // Edits after all of them and before all of them.
    const edited = async (at: string) => {
      const told = { kind: "EDIT", id: at, medium: open.medium, by: "ann", at } as const;
      await store.table.write({ put: await changeItem(store, patronId("P4"), told, undefined, { status: "ACTIVE" }) });
    };
    const [late, early] = [new Date(open.clock.now.getTime() + dayLength).toISOString(), "2026-08-01T12:00:00.000Z"];
    await edited(late);
    await edited(early);

    const history = ["GET", "/v1/patrons/:patronId/history"] as const;
    const pageSchema = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string().optional() });
    const pages: (readonly [read: number, told: unknown[]])[] = [];
    let cursor: string | undefined;
    do {
      objectsRead = 0;
      const asked = { library: open.library, params: { patronId: "P4" }, query: { cursor } };
      const answer = await callRoute(patronRoutes, history, asked, { store });
      const { items, nextCursor } = pageSchema.parse(answer.body);
      pages.push([objectsRead, items.map((it) => it["batchUpdateId"] ?? it["processedAt"])]);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(pages.flatMap(([, told]) => told)).toEqual([late, oldest, early]);
    expect(pages.length).toBeGreaterThan(1);
    // The run that is told has two indexes and its lines.
    for (const [read] of pages) expect(read).toBeLessThanOrEqual(pageBounds.runs + 2);

    // Also where no time is left each page comes further.
    let places: readonly MarkedPlace[] = await newestPlaces(store, patronId("P4"));
    const found: string[] = [];
    for (let page = 0; places.length > 0 && page < others.length; page++) {
      const { entries, next } = await readMarkedHistory(store, patronId("P4"), places, 10, { ...pageBounds, time: -1 });
      found.push(...entries.map(({ batch }) => batch.batchUpdateId));
      places = next;
    }
    expect(found).toEqual([oldest]);
  });

  test("stays while what follows it up is planned from it", async () => {
    const { open, job, folder, ends } = await applied();
    const before = await under(folder);
    await open.call("POST", "/undo", job);
    await expire(ends);
    expect(await under(folder)).toEqual(before);
  });
});

const longAgo = new Date("2026-01-01T00:00:00.000Z");

async function oldQuerySet(store: Store): Promise<string> {
  const querySetId = newId(longAgo);
  const at = longAgo.toISOString();
  await createQuerySet(
    store,
    {
      library: store.library,
      querySetId,
      name: undefined,
      criteria: undefined,
      searchStatement: "x",
      ids: "UPLOAD",
      createdBy: "a",
      createdBySub: "a",
      createdAt: at,
    },
    { at, actor: { sub: "a", name: "a" }, role: "staff", action: "x", subject: "x", detail: "" },
  );
  return querySetId;
}

describe("A query set", () => {
  const over = new Date(longAgo.getTime() + 90 * dayLength);

  async function made() {
    const { library } = await openLibrary(bed, patrons);
    const store = bed.stores.of(library);
    const querySetId = await oldQuerySet(store);
    return { store, querySetId, folder: `${library}/query-sets/${querySetId}` };
  }

  test("ends when nobody has used it for 90 days, with all its objects", async () => {
    const { store, querySetId, folder } = await made();
    await expire(new Date(over.getTime() - 1));
    expect(await loadQuerySet(store, querySetId)).toMatchObject({ querySetId });
    goThrough = 0;
    await expire(over);
    expect(await loadQuerySet(store, querySetId)).toBeUndefined();
    expect(await under(folder)).not.toEqual([]);
    expect(await noteUse(store, { querySetId }, over)).toBe(false);
    goThrough = Number.POSITIVE_INFINITY;
    await expire(over);
    expect(await under(folder)).toEqual([]);
    const { items } = await listAudit(store, 10, undefined, { action: "QUERY_SET_ENDED" });
    expect(items).toMatchObject([{ subject: `query-sets/${querySetId}` }]);
  });

  test("that is used meanwhile stays", async () => {
    const { store, querySetId, folder } = await made();
    expect(await noteUse(store, { querySetId }, new Date(over.getTime() - dayLength))).toBe(true);
    await expire(over);
    expect(await loadQuerySet(store, querySetId)).toMatchObject({ querySetId });
    expect(await under(folder)).not.toEqual([]);
  });
});

test("A query set of a batch update that nobody can read stays, whatever else has ended", async () => {
  const { library } = await openLibrary(bed, patrons);
  const store = bed.stores.of(library);
  const [needed, other] = [await oldQuerySet(store), await oldQuerySet(store)];
  const key = jobKey(store, "batch-update", batchUpdateId(newId(new Date())));
  await store.table.write({ put: { ...key, querySetId: needed, status: "OF_A_LATER_VERSION" } });
  await expire(new Date(longAgo.getTime() + 90 * dayLength));
  expect(await loadQuerySet(store, needed)).toMatchObject({ querySetId: needed });
  expect(await loadQuerySet(store, other)).toBeUndefined();
});

test("A file that was sent for a query set is gone within a day, but for one that can still be started again", async () => {
  const at = "2026-02-01T00:00:00.000Z";
  const { library } = await openLibrary(bed, patrons);
  const store = bed.stores.of(library);
  const act = { at, actor: { sub: "a", name: "a" }, role: "staff", action: "x", subject: "x", detail: "" };
  const made = async (more: Item) => {
    const querySetId = newId(new Date(at));
    const said = { name: undefined, criteria: undefined, searchStatement: "x", ids: "UPLOAD" as const };
    const by = { createdBy: "a", createdBySub: "a", createdAt: at };
    await createQuerySet(store, { library, querySetId, ...said, ...by }, act);
    await store.table.write({ set: more, key: jobKey(store, "query-set", querySetId) });
    const keys = [uploadKey(store, querySetId), uploadedFileKey(store, querySetId, "1")];
    for (const key of keys) await store.objects.putText(key, "P1");
    return keys;
  };
  const after = (days: number) => new Date(Date.parse(at) + days * dayLength);
  const failed = { status: "FAILED", canBeMended: true, failedAt: after(1).toISOString() };
  const [waiting, ready, mendable] = [
    await made({ status: "AWAITING_UPLOAD" }),
    await made({ status: "READY" }),
    await made(failed),
  ];
  const there = async () => await Promise.all([...waiting, ...ready, ...mendable].map((key) => store.objects.has(key)));
  await expire(after(22 / 24));
  expect(await there()).toEqual(Array(6).fill(true));
  // What deletes comes once an hour.
  await expire(after(23 / 24));
  expect(await there()).toEqual([...Array(4).fill(false), true, true]);
  await expire(after(1 + 22 / 24));
  expect(await there()).toEqual([...Array(4).fill(false), true, true]);
  await expire(after(1 + 23 / 24));
  expect(await there()).toEqual(Array(6).fill(false));
});

test("What an import did not take is kept for 7 days, and a file that nobody started is gone within one", async () => {
  const open = await openLibrary(bed, patrons);
  const store = bed.stores.of(open.library);
  const at = "2026-02-01T00:00:00.000Z";
  const act = { at, actor: { sub: "a", name: "a" }, role: "administrator", action: "x", subject: "x", detail: "" };
  const it = { kind: "patrons", format: "jsonl", createdBy: "a", createdBySub: "a", createdAt: at } as const;
  const [waiting, ended] = [newId(new Date(at)), newId(new Date(at))];
  await createImport(store, { ...it, importId: waiting }, act);
  await createImport(store, { ...it, importId: ended }, act);
  await startImport(store, { ...it, importId: ended }, { at, onceKey: undefined, newId: newId(new Date(at)) }, act);
  const end = { status: "COMPLETED", counts: noCounts, finishedAt: at, isSettled: true } as const;
  expect(await finishImport(store, { ...it, importId: ended }, end)).toEqual({ done: true });
  const [upload, errors] = [importUploadKey(store, waiting), importErrorsKey(store, ended)];
  // Sent once more when the import had been started.
  const late = importUploadKey(store, ended);
  for (const key of [upload, errors, late]) await store.objects.putText(key, "x");
  const after = (days: number) => new Date(Date.parse(at) + days * dayLength);

  await expire(after(22 / 24));
  expect(await Promise.all([upload, errors, late].map((key) => store.objects.has(key)))).toEqual([true, true, true]);
  // What deletes comes once an hour: within a day of its being made.
  await expire(after(23 / 24));
  expect(await Promise.all([upload, errors].map((key) => store.objects.has(key)))).toEqual([false, true]);
  expect(await store.objects.has(late)).toBe(false);
  await expire(after(7));
  expect(await store.objects.has(errors)).toBe(false);
});
