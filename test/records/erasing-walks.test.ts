import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isTooEarly } from "#domain/erasure/erasure-job";
import type { LibraryId } from "#domain/ids";
import { newId } from "#platform/identifiers";
import { beginForgetting } from "#records/batch-updates/moves";
import { planIndexKey } from "#records/batch-updates/plans";
import { erasureChunkListKey } from "#records/erasures/erasure-objects";
import { exportFileKey } from "#records/exports/export-objects";
import { createExport, finishExport, loadExport } from "#records/exports/exports";
import { formatField } from "#records/store/format";
import { jobKey } from "#records/store/keys";
import { closeWork, listOpen, openWork } from "#records/store/open-work";
import { openLibrary } from "./batch-update-bed.ts";
import {
  applied,
  type Erasing,
  erasingIn,
  gone,
  ids,
  marked as markedObjects,
  objectsOf,
  patrons,
  spec,
} from "./erasing-bed.ts";
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

const begin = (id: string, of: LibraryId) => erasing.begin(id, of);
const walk = (job: string, of: LibraryId) => erasing.walk(job, of);

describe("A walk", () => {
  /** Refuses the first result of a chunk: the call has done everything but say so. */
  async function cutOff(work: () => Promise<unknown>): Promise<boolean> {
    const { middlewareStack } = bed.stores.s3;
    let refused = false;
    middlewareStack.add(
      (next) => async (args) => {
        const isResult = "Key" in args.input && /\/erasures\/.+\/results\//.test(String(args.input.Key));
        if (!isResult || !("Body" in args.input) || refused) return await next(args);
        refused = true;
        throw new Error("The call was cut off");
      },
      { step: "initialize", name: "cuts" },
    );
    try {
      await work().catch(() => undefined);
    } finally {
      middlewareStack.remove("cuts");
    }
    return refused;
  }

  test("that was cut off when it had rewritten something goes on as one that found it: what was made of that is walked over", async () => {
    const made = await applied(bed);
    const { open, job, store } = made;
    const was = await objectsOf(made);
    open.clock.now = clock.now;
    const late = {
      library: open.library,
      id: job,
      workflow: "apply",
      attempt: 2,
      openedAt: clock.now.toISOString(),
    } as const;
    await store.table.write(openWork(late));
    const erasure = await begin(gone, open.library);
    expect(await walk(erasure, open.library)).toMatchObject({ pass: 2, again: [`batch-updates/${job}`] });
    // Who was at work writes what it had read before.
    for (const [key, text] of was) await store.objects.putText(key, text);
    await store.table.write(closeWork(late));

    await erasing.handler({ task: "split", library: open.library, job: erasure });
    open.clock.now = new Date(clock.now.getTime() + 1000);
    const undo = (await open.call("POST", "/undo", job)).body as { batchUpdateId: string };
    const list = (await store.objects.getText(erasureChunkListKey(open, erasure))) ?? "";
    expect(await cutOff(async () => await erasing.handler(JSON.parse(list)))).toBe(true);
    expect(markedObjects(await objectsOf(made))).toEqual([]);
    clock.now = new Date(clock.now.getTime() + 2000);
    expect((await walk(erasure, open.library)).again).toEqual([`batch-updates/${undo.batchUpdateId}`]);
    await open.plan(undo.batchUpdateId);
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
  });

  test("is followed by one over what was asked for just before it, and was there only when it had begun", async () => {
    const open = await openLibrary(bed, patrons);
    const erasure = await begin(gone, open.library);
    open.clock.now = new Date(clock.now.getTime() - 1000);
    await erasing.handler({ task: "split", library: open.library, job: erasure });
    const job = await open.create(spec, ids, 3);
    expect((await walk(erasure, open.library)).again).toContain(`batch-updates/${job}`);
    await open.plan(job);
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    const lines = await open.planLines(job);
    expect(lines.find((line) => line.patronId === gone)).not.toHaveProperty("lastName");
    expect(lines).toHaveLength(ids.length);
  });

  test("waits for an export at work, which is over when the erasure is, and its files gone", async () => {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    const exportId = newId(clock.now);
    const it = {
      exportId,
      kind: "patrons",
      format: "csv",
      createdBy: "a",
      createdAt: clock.now.toISOString(),
    } as const;
    await createExport(store, it, { ...audit, action: "export" });
    const erasure = await begin(gone, open.library);
    expect((await walk(erasure, open.library)).again).toEqual([`exports/${exportId}`]);
    const file = exportFileKey(open, exportId, "patrons.csv");
    await store.objects.putText(file, "P3,Last P3");
    await finishExport(store, exportId, { files: { "patrons.csv": 1 }, parts: 1 }, clock.now);
    clock.now = new Date(clock.now.getTime() + 1000);
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING", counts: { exports: 1 } });
    expect(await store.objects.has(file)).toBe(false);
    expect((await loadExport(store, exportId))?.expiresOn).toBe(clock.now.toISOString());
  });
});

test("A job that cannot be read holds up no other, and support is told of it", async () => {
  const open = await openLibrary(bed, patrons);
  const store = bed.stores.of(open.library);
  const damaged = await open.create(spec, ids, 3);
  const sound = await open.create(spec, ids, 3);
  for (const job of [damaged, sound]) await open.plan(job);
  const key = planIndexKey(await open.batchOf(damaged));
  const index = (await store.objects.getText(key)) ?? "";
  await store.objects.putText(key, index.slice(0, 20));
  const erasure = await begin(gone, open.library);
  const troubles = async () => {
    const found: unknown[] = [];
    for await (const one of listOpen(bed.stores.across)) {
      if ("trouble" in one && one.trouble.library === open.library) found.push(one.trouble);
    }
    return found;
  };

  for (const minutes of [1, 2, 4]) {
    const stands = await walk(erasure, open.library);
    expect(stands).toMatchObject({ stage: "WALKING", again: [`batch-updates/${damaged}`] });
    const late = new Date(clock.now.getTime() + minutes * 60_000);
    expect([isTooEarly(stands, new Date(late.getTime() - 1)), isTooEarly(stands, late)]).toEqual([true, false]);
    const others = { ...stands, again: [...(stands.again ?? []), `batch-updates/${sound}`] };
    expect(isTooEarly(others, clock.now)).toBe(false);
  }
  expect((await open.planLines(sound)).find((line) => line.patronId === gone)?.action).toBe("NOT_FOUND");
  expect(await troubles()).toMatchObject([{ id: erasure, troubleOf: "erase", trouble: "CHUNK_FAILED" }]);

  await store.objects.putText(key, index);
  await walk(erasure, open.library);
  expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
  expect((await open.planLines(damaged)).find((line) => line.patronId === gone)?.action).toBe("NOT_FOUND");
  expect(await troubles()).toEqual([]);
});

test("A job whose item cannot be read may hold the patron: it is walked over again until it can", async () => {
  const open = await openLibrary(bed, patrons);
  const store = bed.stores.of(open.library);
  const job = await open.create(spec, ids, 3);
  await open.plan(job);
  const key = jobKey(store, "batch-update", job);
  const whole = await store.table.get(key);
  await store.table.write({ set: { [formatField]: 99 }, key });
  const erasure = await begin(gone, open.library);
  for (const _ of [1, 2]) {
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "WALKING", again: [`batch-updates/${job}`] });
  }
  await store.table.write({ put: { ...whole, ...key } });
  await walk(erasure, open.library);
  expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
  expect((await open.planLines(job)).find((line) => line.patronId === gone)?.action).toBe("NOT_FOUND");
});

test("What is being deleted is waited for: objects of it may be there still", async () => {
  const { open, job, store } = await applied(bed);
  expect(await beginForgetting(store, await open.batchOf(job))).toBeDefined();
  const querySetId = newId(clock.now);
  const ending = { querySetId, status: "READY", createdAt: clock.now.toISOString(), ending: true };
  await store.table.write({ put: { ...jobKey(store, "query-set", querySetId), ...ending } });
  const erasure = await begin(gone, open.library);
  const waits = await walk(erasure, open.library);
  expect(waits.again?.toSorted()).toEqual([`batch-updates/${job}`, `query-sets/${querySetId}`]);
  await store.table.write({ delete: jobKey(store, "query-set", querySetId) });
  expect((await walk(erasure, open.library)).again).toEqual([`batch-updates/${job}`]);
});
