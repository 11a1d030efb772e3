import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outcomeLineSchema } from "#domain/batch-update/outcome-line";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { eraseFromBatchUpdate } from "#records/batch-updates/erase-patron";
import { outcomesKey } from "#records/batch-updates/outcomes";
import { loadPlanChunk, loadPlanIndex } from "#records/batch-updates/plans";
import { erasedMember, memberChunkKey } from "#records/query-sets/members";
import { openWork } from "#records/store/open-work";
import { batchUpdateId, patronId } from "#test/ids";
import { isAtWork } from "#workflows/at-work";
import { verifyBatchUpdate } from "#workflows/verify";
import { openLibrary } from "./batch-update-bed.ts";
import {
  applied,
  erase,
  gone,
  ids,
  type Job,
  marked,
  objectsOf,
  patrons,
  planned,
  planPage,
  spec,
} from "./erasing-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

/** Erases in the moment in which an object goes off that was made before. False where none of that name was put. */
async function erasedBeforePutting(name: string, it: Job, work: () => Promise<unknown>): Promise<boolean> {
  const { middlewareStack } = bed.stores.s3;
  let erased = false;
  middlewareStack.add(
    (next) => async (args) => {
      const isMeant = "Key" in args.input && String(args.input.Key).includes(name) && "Body" in args.input;
      if (isMeant && !erased) {
        erased = true;
        await erase(it);
      }
      return await next(args);
    },
    { step: "initialize", name: "erases" },
  );
  try {
    await work();
  } finally {
    middlewareStack.remove("erases");
  }
  return erased;
}

describe("A patron who is erased from a batch update that has ended", () => {
  test("stands in none of its objects but by id, while its counts, outcomes and digest are as they were", async () => {
    const it = await applied(bed);
    const before = await it.batch();
    const was = await objectsOf(it);
    expect(marked(was).length).toBeGreaterThan(7);
    expect(await planPage(it)).toMatchObject({ lastName: "Last P3", action: "UPDATE" });

    expect(await erase(it)).toBe(marked(was).length);
    const left = await objectsOf(it);
    expect(marked(left)).toEqual([]);
    const same = [...left].filter(([key, text]) => was.get(key) === text).map(([key]) => key);
    expect(same.length + marked(was).length).toBe(was.size);

    const { revision: _, rewritten: __, ...after } = await it.batch();
    const { revision: ___, ...asBefore } = before;
    expect(after).toEqual(asBefore);
    const verified = await verifyBatchUpdate(it.store, await it.batch(), new Date());
    expect(verified).toMatchObject({ status: "DONE", ok: true });
    expect(JSON.stringify(verified)).toContain("1 patron was erased since");

    // A warm function served the page before.
    expect(await planPage(it)).toEqual({
      patronId: gone,
      action: "NOT_FOUND",
      changes: [],
      warnings: [],
      problem: { code: "PATRON_NOT_FOUND", message: "The patron is no longer in the library's records" },
    });
    const report = (await it.store.objects.getText(outcomesKey(await it.batch()))) ?? "";
    const lines = report
      .split("\n")
      .flatMap((text) => (text === "" ? [] : [outcomeLineSchema.parse(JSON.parse(text))]));
    expect(lines.find((line) => line.patronId === gone)).toEqual({ patronId: gone, outcome: "UPDATED", changes: [] });
    expect(lines).toHaveLength(7);
    expect((await loadPlanIndex(it.store, await it.batch())).lastNames[3]).toBe("");

    // Once more: nothing is left to do.
    const again = await objectsOf(it);
    expect(await erase(it)).toBe(0);
    expect(await objectsOf(it)).toEqual(again);
  });

  test("is not found by its undo, whose other patrons get back what they had", async () => {
    const it = await applied(bed);
    await erase(it);
    const undo = (await it.open.call("POST", "/undo", it.job)).body as { batchUpdateId: string };
    await it.open.plan(undo.batchUpdateId);
    const lines = await it.open.planLines(undo.batchUpdateId);
    expect(lines.map(({ action }) => action).toSorted()).toEqual(["NOT_FOUND", ...Array(6).fill("UPDATE")]);
    expect(lines.find((line) => line.patronId === gone)).not.toHaveProperty("lastName");
    await it.open.process(undo.batchUpdateId);
    expect(await it.open.apply(undo.batchUpdateId)).toMatchObject({ counts: { updated: 6, notFound: 1 } });
  });

  test("does not come back by a report that support has written once more meanwhile, which is waited for", async () => {
    const it = await applied(bed);
    const subject = `batch-updates/${it.job}`;
    expect(await isAtWork(it.store, subject, new Date())).toBe(false);
    const { library } = it.open;
    const again = { library, id: it.job, workflow: "apply", attempt: 2, openedAt: new Date().toISOString() } as const;
    await it.store.table.write(openWork(again));
    expect(await isAtWork(it.store, subject, new Date())).toBe(true);
    const erased = await erasedBeforePutting("/report/outcomes.", it, () =>
      it.open.applyTask(it.job, { task: "close" }),
    );
    expect(erased).toBe(true);
    expect(marked(await objectsOf(it))).toEqual([]);
    expect(await verifyBatchUpdate(it.store, await it.batch(), new Date())).toMatchObject({ ok: true });
    expect(await isAtWork(it.store, subject, new Date())).toBe(false);
  });

  test("does not come back by a download that was being made meanwhile, and is in none that is asked for later", async () => {
    const it = await planned(bed);
    const asks = () => it.open.call("GET", "/plan/export", it.job);
    expect(await erasedBeforePutting("/plan/export-", it, asks)).toBe(true);
    expect(marked(await objectsOf(it))).toEqual([]);
  });

  test("does not touch one that does not hold the patron, nor one whose evidence is deleted", async () => {
    const it = await applied(bed);
    const was = [await objectsOf(it), await it.batch()];
    expect(await eraseFromBatchUpdate(it.store, batchUpdateId(it.job), patronId("P"))).toBe(0);
    expect([await objectsOf(it), await it.batch()]).toEqual(was);
    expect(await eraseFromBatchUpdate(it.store, batchUpdateId("none"), gone)).toBe(0);
  });
});

describe("A patron who is erased from a batch update that goes on", () => {
  test("is not found when the reviewed plan is applied, though the digest is the one of the review", async () => {
    const it = await planned(bed);
    expect(await erase(it)).toBeGreaterThan(0);
    expect(marked(await objectsOf(it))).toEqual([]);
    expect(await planPage(it)).toMatchObject({ action: "NOT_FOUND" });
    await it.open.process(it.job);
    const ended = await it.open.apply(it.job);
    expect(ended).toMatchObject({ status: "COMPLETED_WITH_ERRORS", counts: { updated: 6, notFound: 1 } });
    expect((await it.open.records()).get(gone)).toMatchObject({ version: 1 });
    expect(marked(await objectsOf(it))).toEqual([]);
    expect(await verifyBatchUpdate(it.store, ended, new Date())).toMatchObject({ ok: true });
  });

  test("is not found by a chunk that is not applied yet, and gone from one that was, when the run has ended", async () => {
    const it = await planned(bed);
    await it.open.process(it.job);
    await it.open.applyTask(it.job, { task: "chunk", chunk: 0 });
    await erase(it);
    for (const chunk of [1, 2]) await it.open.applyTask(it.job, { task: "chunk", chunk });
    await it.open.applyTask(it.job, { task: "close" });
    await erase(it);
    expect(marked(await objectsOf(it))).toEqual([]);
    expect((await it.open.outcomes(it.job)).get(gone)).toBe("NOT_FOUND");
    expect(await verifyBatchUpdate(it.store, await it.batch(), new Date())).toMatchObject({ ok: true });
  });

  test("is gone when half of the plan is made, and the plan is sealed as if nobody had looked at it", async () => {
    const open = await openLibrary(bed, patrons);
    const job = await open.create(spec, ids, 3);
    const store = bed.stores.of(open.library);
    const it = { open, job, store, batch: async () => await open.batchOf(job) };
    await open.planTask(job, { task: "split" });
    const line = (chunk: number) => ({ task: "chunk", chunk, source: chunk, firstLine: chunk * 3 });
    await open.planTask(job, line(1));
    const { sha256 } = await loadPlanChunk(store, await it.batch(), 1);
    expect(await erase(it)).toBe(2);
    expect(marked(await objectsOf(it))).toEqual([]);
    expect((await loadPlanChunk(store, await it.batch(), 1)).sha256).toBe(sha256);
    for (const chunk of [0, 2]) await open.planTask(job, line(chunk));
    await open.planTask(job, { task: "close" });
    expect(await open.batchOf(job)).toMatchObject({ status: "READY", plan: { counts: { update: 6, notFound: 1 } } });
    expect(await erase(it)).toBe(0);
    expect(marked(await objectsOf(it))).toEqual([]);
    expect(await loadBatchUpdate(store, batchUpdateId(job))).toMatchObject({ status: "READY" });
  });

  test("is not found by a plan for a query set that lost the member, though somebody else has the id by now", async () => {
    const open = await openLibrary(bed, patrons);
    const job = await open.create(spec, ids, 3);
    const store = bed.stores.of(open.library);
    const { querySetId } = await open.batchOf(job);
    const key = memberChunkKey(open, querySetId, 1);
    const [, ...others] = (await store.objects.getLines(key)) ?? [];
    await store.objects.putLines(key, [JSON.stringify(erasedMember(gone)), ...others]);
    expect(await open.plan(job)).toMatchObject({ status: "READY", plan: { counts: { update: 6, notFound: 1 } } });
    const line = (await open.planLines(job)).find(({ patronId }) => patronId === gone);
    expect(line).toMatchObject({ action: "NOT_FOUND", before: {}, after: {} });
    expect(line).not.toHaveProperty("lastName");
  });
});
