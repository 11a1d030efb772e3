import { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { newId } from "#platform/identifiers";
import { loadOutcomeIndex, requireApplyResult } from "#records/batch-updates/outcomes";
import { loadPlanIndex, loadSource, readPlanChunk } from "#records/batch-updates/plans";
import { loadProgress } from "#records/batch-updates/progress";
import { provisionLibrary } from "#records/library/libraries";
import { readMemberChunk } from "#records/query-sets/members";
import { createQuerySet } from "#records/query-sets/moves";
import { saveIdList } from "#records/query-sets/query-set-build";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { listOpen, openScratch } from "#records/store/open-work";
import { libraryId } from "#test/ids";
import { createHandler as createBuild } from "../../functions/build-query-set/handler.ts";
import { createHandler as createSweep } from "../../functions/sweep/handler.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { createImportBed, jsonl, patron } from "./import-bed.ts";
import { seedPatrons } from "./seeded-library.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
let isRefusing = false;
const { library } = piedmont;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
  await provisionLibrary(bed.stores, piedmont);
  await seedPatrons(
    bed.stores.of(library),
    piedmont,
    generatePatrons({ library: piedmont, count: 100, seed: "scratch" }),
  );
  bed.stores.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const isDeletion = commandName === DeleteObjectsCommand.name;
        if (isDeletion && isRefusing) throw Object.assign(new Error("no"), { name: "AccessDenied" });
        return await next(args);
      },
    { step: "initialize", priority: "low" },
  );
});
afterAll(async () => await bed?.close());
beforeEach(() => {
  isRefusing = false;
});

async function under(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of bed.stores.of(libraryId(folder.split("/")[0] ?? "")).objects.list(`${folder}/`))
    found.push(key.slice(folder.length + 1));
  return found;
}

async function openScratches(id: string): Promise<string[]> {
  const found: string[] = [];
  for await (const it of listOpen(bed.stores.across)) {
    if ("scratch" in it && it.scratch.id === id) found.push(it.scratch.scratchOf);
  }
  return found;
}

async function sweep(): Promise<void> {
  const sweeping = createSweep({
    stores: bed.stores,
    workflows: { look: async () => "RUNNING", start: async () => undefined, startNext: async () => undefined },
    messages: { send: async () => undefined, giveBack: async () => undefined, isQuiet: async () => false },
    now: () => new Date(),
  });
  await sweeping({});
}

/** A query set up to its closing: the handler, its id, and what one shard was asked. */
async function searched() {
  const handler = createBuild({ stores: bed.stores, now: () => new Date() });
  const job = newId(new Date());
  const patronIds = ["nobody", "no one", "nobody"];
  await saveIdList(bed.stores.of(library), job, patronIds);
  const audit = {
    at: new Date().toISOString(),
    actor: { sub: "a", name: "a" },
    role: "staff",
    action: "x",
    subject: "x",
    detail: "",
  };
  const set = {
    library,
    querySetId: job,
    name: undefined,
    searchStatement: "",
    createdBy: "a",
    createdBySub: "a",
    createdAt: audit.at,
  };
  const criteria = { all: [{ field: "Patron.patronId" as const, operator: "isNotBlank" as const }] };
  await createQuerySet(bed.stores.of(library), { ...set, criteria, ids: "LIST" }, audit);
  await handler({ task: "split", library, job });
  const list = await bed.stores.of(library).objects.getText(`${library}/query-sets/${job}/chunks.jsonl`);
  const tasks: unknown[] = [...(list ?? "").matchAll(/.+/g)].map(([line]) => JSON.parse(line));
  for (const task of tasks) await handler(task);
  return { handler, job, folder: `${library}/query-sets/${job}`, late: tasks[0] };
}

const setStays = [
  "ids.json",
  expect.stringMatching(/^members-index|^index/),
  "members/00000.jsonl",
  "not-found/00000.jsonl",
  "query.json",
];

describe("Scratch of a query set", () => {
  test("is gone when the set is READY, and what is delivered late leaves none", async () => {
    const { handler, job, folder, late } = await searched();
    expect(await under(folder)).toEqual(expect.arrayContaining(["chunks.jsonl", "ids.json", "results/0.json"]));

    await handler({ task: "close", library, job });
    const stays = await under(folder);
    expect(stays.toSorted()).toEqual(setStays);
    expect(await readMemberChunk(bed.stores.of(library), job, 0)).toHaveLength(100);

    await handler(late);
    await handler({ task: "split", library, job });
    await handler({ task: "close", library, job });
    expect(await under(folder)).toEqual(stays);
    expect(await loadQuerySet(bed.stores.of(library), job)).toMatchObject({ status: "READY" });
    expect(await openScratches(job)).toEqual([]);
  });

  test("that could not be deleted at closing is deleted by the sweep, and no sooner than the set has ended", async () => {
    const { handler, job, folder } = await searched();
    const before = await under(folder);
    await sweep();
    expect(await under(folder)).toEqual(before);

    isRefusing = true;
    await handler({ task: "close", library, job });
    expect(await loadQuerySet(bed.stores.of(library), job)).toMatchObject({ status: "READY" });
    expect(await under(folder)).toContain("results/0.json");
    await sweep();
    expect(await openScratches(job)).toEqual(["build-query-set"]);

    isRefusing = false;
    await sweep();
    expect((await under(folder)).toSorted()).toEqual(setStays);
    expect(await openScratches(job)).toEqual([]);
  });
});

describe("Scratch of a batch update", () => {
  const patrons = Array.from({ length: 7 }, (_, i) => ({
    patronId: `P${i}`,
    mainStatus: "ACTIVE",
    reserveCount: 0,
    requestCount: 0,
    record: recordOf(),
  }));
  const ids = patrons.map(({ patronId }) => patronId);

  test("is gone when it has ended; what retry, undo, history and report read stays", async () => {
    const open = await openLibrary(bed, patrons);
    const job = await open.create(specOf({ cutoff: 5 }), ids, 3);
    const folder = `${open.library}/batch-updates/${job}`;
    await open.plan(job);
    const planned = [
      "plan/index.json",
      "plan/lines/00000.jsonl",
      "plan/lines/00001.jsonl",
      "plan/lines/00002.jsonl",
      "plan/values.json",
    ];
    expect(await under(folder)).toEqual([...planned, "source.json"]);

    await open.process(job);
    const batch = await open.apply(job);
    expect(batch.status).toBe("COMPLETED");
    const all = await under(folder);
    expect(all.filter((key) => key.includes("chunks.jsonl"))).toEqual([]);
    expect(all).toEqual(expect.arrayContaining([...planned, "apply/index.json", "report/outcomes.jsonl"]));
    expect(await loadOutcomeIndex(bed.stores.of(open.library), batch)).toHaveLength(7);
    expect((await loadPlanIndex(bed.stores.of(open.library), batch)).patronIds).toEqual(ids);
    expect((await loadSource(bed.stores.of(open.library), batch)).lines).toBe(7);
    for (const chunk of [0, 1, 2]) {
      expect((await readPlanChunk(bed.stores.of(open.library), batch, chunk)).length).toBeGreaterThan(0);
      expect((await requireApplyResult(bed.stores.of(open.library), batch, chunk)).outcomes.length).toBeGreaterThan(0);
    }

    await open.planTask(job, { task: "split" });
    await open.planTask(job, { task: "chunk", chunk: 0, source: 0, firstLine: 0 });
    await open.planTask(job, { task: "close" });
    await open.applyTask(job, { task: "split" });
    await open.applyTask(job, { task: "chunk", chunk: 0 });
    await open.applyTask(job, { task: "close" });
    expect(await under(folder)).toEqual(all);
    expect(await openScratches(job)).toEqual([]);
  });

  test("whose planning was given up is deleted by the sweep", async () => {
    const open = await openLibrary(bed, patrons);
    const job = await open.create(specOf({ cutoff: 5 }), ids, 3);
    await open.planTask(job, { task: "split" });
    await open.planTask(job, { task: "chunk", chunk: 0, source: 0, firstLine: 0 });
    const progress = { done: 3, total: 7 };
    expect(await loadProgress(bed.stores.of(open.library), await open.batchOf(job))).toEqual(progress);
    await open.call("POST", "/cancel", job);
    await sweep();
    expect(await loadProgress(bed.stores.of(open.library), await open.batchOf(job))).toEqual(progress);
    const left = await under(`${open.library}/batch-updates/${job}`);
    expect(left).toEqual(["plan/lines/00000.jsonl", "source.json"]);
    expect(await openScratches(job)).toEqual([]);
  });
});

test("Scratch of an import is gone when it has ended, and what is delivered late leaves none", async () => {
  const importing = createImportBed(bed.stores);
  const job = await importing.begun(jsonl(patron(), patron(), { patronId: "no name" }));
  const folder = `${library}/imports/${job}`;
  await importing.split(job);
  await importing.handler({ task: "chunk", library, job, chunk: 0 });
  await importing.close(job);
  expect(await under(folder)).toEqual(["errors.csv"]);

  await importing.handler({ task: "chunk", library, job, chunk: 0 });
  expect(await importing.split(job)).toBe(0);
  await importing.close(job);
  expect(await under(folder)).toEqual(["errors.csv"]);
  expect(await openScratches(job)).toEqual([]);
});

test("Scratch of a job that nobody knows is no reason to stop", async () => {
  const unknown = { library, id: newId(new Date()), scratchOf: "plan" } as const;
  await bed.stores.across.write(openScratch(unknown));
  await sweep();
  expect(await openScratches(unknown.id)).toEqual([]);
});
