import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Criteria } from "#domain/query/criteria";
import { newId } from "#platform/identifiers";
import { createCatalogues } from "#records/imports/catalogue";
import { importTitles } from "#records/imports/catalogue-import";
import { readingItem } from "#records/profiles/patrons";
import { memberChunkKey, readMemberChunk } from "#records/query-sets/members";
import { createQuerySet } from "#records/query-sets/moves";
import { chunksKey } from "#records/query-sets/query-set-build";
import { loadQuerySet, querySetFolder } from "#records/query-sets/query-sets";
import { fillCounts } from "#records/service-queues/fill-counts";
import { listFills } from "#records/service-queues/fill-list";
import { loadQueue } from "#records/service-queues/service-queues";
import { settingsKey } from "#records/store/keys";
import { batchUpdateId, patronId } from "#test/ids";
import { createHandler as createBuild } from "../../functions/build-query-set/handler.ts";
import { createHandler as createFill } from "../../functions/fill-service-queues/handler.ts";
import { specOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { type Erasing, erasingIn, gone, ids, marked, objectsOf, patrons } from "./erasing-bed.ts";
import { body, delivery, medium, title } from "./fill-bed.ts";
import { audit } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
let erasing: Erasing;
const clock = { now: new Date() };

beforeAll(async () => {
  bed = await startBatchUpdateBed();
  erasing = erasingIn(bed, clock);
});
afterAll(async () => await bed?.close());
beforeEach(() => {
  clock.now = new Date();
});

/** Holds the first write of a service queue up, as it stands before the engine. */
function holdQueueWrite() {
  const { middlewareStack } = bed.stores.dynamo;
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (!commandName?.startsWith("BatchGet") && JSON.stringify(args.input).includes(`QUEUE#${medium}`)) {
          middlewareStack.remove("holds");
          reached.resolve();
          await opened.promise;
        }
        return await next(args);
      },
    { step: "initialize", name: "holds" },
  );
  return { reached: reached.promise, letGo: opened.resolve };
}

test("A fill that had read the patron before an erasure, and writes after it, fails for somebody who is gone, and fills nothing", async () => {
  const open = await openLibrary(bed, patrons);
  const { library } = open;
  const store = bed.stores.of(library);
  await store.table.write({ set: { queueFunctions: [{ function: "RESERVE" }] }, key: settingsKey(store) });
  await importTitles(store, "first", () => [title("T1"), title("T2")]);
  for (const id of ids) {
    const patron = { mainStatus: "ACTIVE", preferences: [], reserveCounts: {}, requestCounts: {} };
    const reading = { reserves: ["T1"], requests: ["T2"], hasHad: [] };
    await store.table.write({ put: readingItem(store, { patronId: patronId(id), lastName: "x", ...patron }, reading) });
  }
  const job = await open.create(specOf({ cutoff: 5, addServiceQueue: true }), ids, 3);
  await open.plan(job);
  await open.process(job);
  expect(await open.apply(job)).toMatchObject({ counts: { updated: ids.length } });
  const fill = createFill({ ...bed, catalogues: createCatalogues(), messages: open.messages, now: () => clock.now });
  const ofGone = open.sent.filter((request) => request.patronId === gone);
  const others = open.sent.filter((request) => request.patronId !== gone);
  expect([ofGone.length, others.length]).toEqual([1, ids.length - 1]);
  const deliver = async (requests: typeof others) =>
    await fill({ Records: requests.map((request, i) => delivery(body(request), i)) });
  expect(await deliver(others)).toEqual({ batchItemFailures: [] });

  const held = holdQueueWrite();
  const filling = deliver(ofGone);
  await held.reached;
  const erasure = await erasing.begin(gone, library);
  expect(await erasing.walk(erasure, library)).toMatchObject({ stage: "CLEARING" });
  await erasing.end(erasure, library);
  held.letGo();
  expect(await filling).toEqual({ batchItemFailures: [] });
  expect(await loadQueue(store, gone, medium)).toMatchObject({ entries: [], settled: {} });
  // Another erasure finds nothing more to do.
  const again = await erasing.begin(gone, library);
  expect(await erasing.walk(again, library)).toMatchObject({ stage: "CLEARING", counts: { objects: 0 } });

  const id = batchUpdateId(job);
  expect(await fillCounts(store, id)).toEqual({ requested: 7, filled: 6, withdrawn: 0, failed: 1, pending: 0 });
  expect((await loadQueue(store, patronId("P1"), medium)).entries).not.toEqual([]);
  const reason = "The patron is no longer in the library";
  const { items } = await listFills(store, { batchUpdateId: id, medium }, { status: "FAILED", limit: 50 });
  expect(items).toEqual([{ patronId: gone, status: "FAILED", reason }]);
  const { body: report } = await open.call("GET", "/report", job);
  expect(report).toMatchObject({ serviceQueues: { final: true, rows: 1 } });
  const made = { open, job, store, batch: async () => await open.batchOf(job) };
  const objects = await objectsOf(made);
  const csv = [...objects].filter(([key]) => key.includes("service-queues")).map(([, text]) => text);
  expect(csv).toEqual([expect.stringContaining(`\r\n${gone},,,${medium},FAILED,${reason}\r\n`)]);
  expect(marked(objects)).toEqual([]);
});

test("A query set that is being built while its patron is erased is walked over when it is READY, and holds the id alone", async () => {
  const open = await openLibrary(bed, patrons);
  const { library } = open;
  const store = bed.stores.of(library);
  const build = createBuild({ stores: bed.stores, now: () => clock.now });
  const querySetId = newId(clock.now);
  const criteria: Criteria = { all: [{ field: "Patron.mainStatus", operator: "equals", value: "ACTIVE" }] };
  const by = { createdBy: "a", createdBySub: "a", createdAt: clock.now.toISOString() };
  const set = { library, querySetId, name: undefined, criteria, searchStatement: "x", ids: undefined };
  await createQuerySet(store, { ...set, ...by }, { ...audit, at: by.createdAt });
  await build({ task: "split", library, job: querySetId });
  const chunks = (await store.objects.getText(chunksKey(store, querySetId))) ?? "";
  for (const [line] of chunks.matchAll(/.+/g)) await build(JSON.parse(line));
  expect(await loadQuerySet(store, querySetId)).toMatchObject({ status: "BUILDING" });

  const erasure = await erasing.begin(gone, library);
  expect(await erasing.walk(erasure, library)).toMatchObject({
    stage: "WALKING",
    again: [`query-sets/${querySetId}`],
  });
  // It goes on with what it had found before.
  await build({ task: "close", library, job: querySetId });
  expect(await store.objects.getText(memberChunkKey(store, querySetId, 0))).toContain("Last P3");

  clock.now = new Date(clock.now.getTime() + 1000);
  await erasing.walk(erasure, library);
  expect(await erasing.walk(erasure, library)).toMatchObject({ stage: "CLEARING" });
  expect(await loadQuerySet(store, querySetId)).toMatchObject({ status: "READY", counts: { matched: 7 } });
  const members = await readMemberChunk(store, querySetId, 0);
  expect(members.find((one) => one.patronId === gone)).toEqual({ patronId: gone, media: {}, erased: true });
  expect(members.find((one) => one.patronId === "P2")).toMatchObject({ lastName: "Last P2" });
  const left = new Map<string, string>();
  for await (const { key } of store.objects.list(`${querySetFolder(store, querySetId)}/`)) {
    left.set(key, (await store.objects.getText(key)) ?? "");
  }
  expect([left.size > 0, marked(left)]).toEqual([true, []]);
});
