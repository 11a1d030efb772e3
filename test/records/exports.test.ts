import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PatronLine } from "#domain/import/patron-line";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { newId } from "#platform/identifiers";
import { exportChunkListKey, exportFileKey } from "#records/exports/export-objects";
import { createExport, type Export, requireExport } from "#records/exports/exports";
import { noCounts } from "#records/imports/imports";
import { provisionLibrary } from "#records/library/libraries";
import { listOpen } from "#records/store/open-work";
import { createHandler } from "../../functions/export/handler.ts";
import { createHandler as createSweep } from "../../functions/sweep/handler.ts";
import { audit, createImportBed, jsonl, library } from "./import-bed.ts";
import { type RealStores, startRealStores } from "./real-store.ts";

let stores: RealStores;
let beds: ReturnType<typeof createImportBed>;
let now = new Date("2026-07-01T00:00:00.000Z");
let handler: ReturnType<typeof createHandler>;
const lines: PatronLine[] = [...generatePatrons({ library: piedmont, count: 700, seed: "exports" })].map((line, i) => ({
  ...line,
  hasHad: i % 3 === 0 ? [] : [`T${i}`],
}));

beforeAll(async () => {
  stores = await startRealStores();
  handler = createHandler({ stores, now: () => now });
  beds = createImportBed(stores);
  await provisionLibrary(stores, piedmont);
  await beds.importFile(jsonl(...lines));
});
afterAll(async () => await stores?.close());

async function begin(of: Partial<Pick<Export, "kind" | "format">> = {}): Promise<string> {
  const exportId = newId(new Date());
  const it = {
    exportId,
    kind: "patrons" as const,
    format: "jsonl" as const,
    createdBy: "a",
    createdAt: audit.at,
    ...of,
  };
  await createExport(stores.of(library), it, audit);
  return exportId;
}

async function tasksOf(job: string): Promise<object[]> {
  await handler({ task: "split", library, job });
  const text = (await stores.of(library).objects.getText(exportChunkListKey({ library }, job))) ?? "";
  return [...text.matchAll(/.+/g)].map(([line]) => JSON.parse(line));
}

async function fileOf(job: string, file = "patrons.jsonl"): Promise<string | undefined> {
  return await stores.of(library).objects.getText(exportFileKey({ library }, job, file));
}

async function everyObject(job: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of stores.of(library).objects.list(`${library}/exports/${job}/`)) found.push(key);
  return found;
}

async function sweepAt(at: Date): Promise<void> {
  const sweeping = createSweep({
    stores,
    workflows: { look: async () => "RUNNING", start: async () => undefined, startNext: async () => undefined },
    messages: { send: async () => undefined, giveBack: async () => undefined, isQuiet: async () => false },
    now: () => at,
  });
  await sweeping({});
}

describe("an export", () => {
  test("has every patron once, each chunk worked on twice at the same time, split and closed twice", async () => {
    const job = await begin();
    await tasksOf(job);
    const tasks = await tasksOf(job);
    expect(tasks).toHaveLength(16);
    await Promise.all([...tasks, ...tasks].map(async (task) => await handler(task)));
    await handler({ task: "close", library, job });
    const first = await fileOf(job);
    await handler({ task: "close", library, job });
    expect(await fileOf(job)).toBe(first);
    const ids = first
      ?.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).patronId);
    expect(ids?.toSorted()).toEqual(lines.map(({ patronId }) => patronId).toSorted());
    expect(await requireExport(stores.of(library), job)).toMatchObject({
      status: "COMPLETED",
      files: { "patrons.jsonl": 700 },
    });
  });

  test("imported again writes nothing, though its lines do not say what patrons have had", async () => {
    const job = await begin({ format: "csv" });
    for (const task of await tasksOf(job)) await handler(task);
    await handler({ task: "close", library, job });
    const again = await beds.importFile((await fileOf(job, "patrons.csv")) ?? "", { format: "csv" });
    expect(again.counts).toEqual({ ...noCounts, read: 700, unchanged: 700 });
    expect(lines.some(({ hasHad = [] }) => hasHad.length > 0)).toBe(true);
  });

  test("with everything that a library has says what they have had", async () => {
    const job = await begin({ kind: "library" });
    for (const task of await tasksOf(job)) await handler(task);
    await handler({ task: "close", library, job });
    const had = [...((await fileOf(job)) ?? "").matchAll(/"hasHad":\["T\d+"\]/g)];
    expect(had).toHaveLength(lines.filter(({ hasHad = [] }) => hasHad.length > 0).length);
  });

  test("that lacks a chunk fails, says why, and is read anew when it is started again", async () => {
    const job = await begin();
    for (const task of (await tasksOf(job)).slice(1)) await handler(task);
    await handler({ task: "close", library, job, error: { Error: "Timeout" } });
    const failed = await requireExport(stores.of(library), job);
    expect(failed.status).toBe("FAILED");
    expect(failed.stateReason).toMatch(/^A part could not be read.*Ask for the export again\.$/);
    expect(await everyObject(job)).toEqual([]);
    const told: unknown[] = [];
    for await (const open of listOpen(stores.across)) {
      if ("trouble" in open && open.trouble.id === job) told.push(open.trouble.trouble);
    }
    expect(told).toEqual(["JOB_FAILED"]);
  });

  test("of a library without titles is an empty file", async () => {
    const job = await begin({ kind: "titles", format: "csv" });
    expect(await tasksOf(job)).toEqual([]);
    await handler({ task: "close", library, job });
    expect(await fileOf(job, "titles.csv")).toMatch(/^\ufefftitleId,medium,title,[\w.,]+\r\n$/);
  });

  test("is there for a day, and then no object of it is", async () => {
    const job = await begin();
    for (const task of await tasksOf(job)) await handler(task);
    await handler({ task: "close", library, job });
    await sweepAt(new Date(now.getTime() + 23 * 3600 * 1000));
    expect(await fileOf(job)).toBeDefined();
    await sweepAt(new Date(now.getTime() + 24 * 3600 * 1000));
    expect(await everyObject(job)).toEqual([]);
    now = new Date(now.getTime() + 25 * 3600 * 1000);
  });
});

describe("a line of an import", () => {
  const line = { patronId: "HAD1", lastName: "Doe", mainStatus: "ACTIVE", requests: ["T2"] };
  const hadOf = async () => {
    const job = await begin({ kind: "library" });
    for (const task of await tasksOf(job)) await handler(task);
    await handler({ task: "close", library, job });
    const found = (await fileOf(job))?.split("\n").find((text) => text.includes('"HAD1"')) ?? "{}";
    return JSON.parse(found).hasHad;
  };

  test("without hasHad leaves it as it is, with an empty one or null empties it", async () => {
    for (const emptied of [[], null]) {
      await beds.importFile(jsonl({ ...line, hasHad: ["T1"] }));
      const { counts } = await beds.importFile(jsonl({ ...line, city: `Durham ${emptied}` }));
      expect(counts).toEqual({ ...noCounts, read: 1, replaced: 1 });
      expect(await hadOf()).toEqual(["T1"]);
      await beds.importFile(jsonl({ ...line, hasHad: emptied }));
      expect(await hadOf()).toEqual([]);
    }
  });

  test("of CSV empties it by an empty cell under its column, and leaves it where there is no column", async () => {
    await beds.importFile(jsonl({ ...line, hasHad: ["T1"] }));
    await beds.importFile("patronId,lastName,mainStatus\nHAD1,Doe,ACTIVE\n", { format: "csv" });
    expect(await hadOf()).toEqual(["T1"]);
    await beds.importFile("patronId,lastName,mainStatus,hasHad\nHAD1,Doe,ACTIVE,\n", { format: "csv" });
    expect(await hadOf()).toEqual([]);
  });

  test("with its preferences in another order between kinds is unchanged, in another order of one kind is not", async () => {
    const [a, b, c] = [
      { type: "SUBJECT", code: "War" } as const,
      { type: "AUTHOR", code: "Ames" } as const,
      { type: "SUBJECT", code: "Art" } as const,
    ];
    await beds.importFile(jsonl({ ...line, preferences: [a, b, c] }));
    const again = await beds.importFile(jsonl({ ...line, preferences: [b, a, c] }));
    expect(again.counts).toEqual({ ...noCounts, read: 1, unchanged: 1 });
    const other = await beds.importFile(jsonl({ ...line, preferences: [c, b, a] }));
    expect(other.counts).toEqual({ ...noCounts, read: 1, replaced: 1 });
  });

  test("is rejected where its lists do not fit into a record together with what it leaves as it is", async () => {
    const many = (letter: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${letter.repeat(25)}${10_000 + i}`);
    await beds.importFile(jsonl({ ...line, hasHad: many("H", 9_000) }));
    const { counts, status } = await beds.importFile(jsonl({ ...line, reserves: many("R", 6_000) }));
    expect({ counts, status }).toEqual({
      status: "COMPLETED_WITH_ERRORS",
      counts: { ...noCounts, read: 1, rejected: 1 },
    });
  });
});
