import { BatchGetItemCommand, type BatchGetItemCommandInput } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { reportTexts, requireApplyResult } from "#records/batch-updates/outcomes";
import { finishImport, lastPatronImport, noCounts } from "#records/imports/imports";
import { loadLibrary, provisionLibrary, requireLibrary, saveSettings } from "#records/library/libraries";
import { importLockKey } from "#records/store/keys";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary, type SeededPatron } from "./batch-update-bed.ts";
import { createImportBed, library as importing, jsonl, patron } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
/** Patrons whose core records were read, by anybody. */
const coreReads = new Map<string, number>();
beforeAll(async () => {
  bed = await startBatchUpdateBed();
  bed.stores.dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === BatchGetItemCommand.name) note(args.input as BatchGetItemCommandInput);
      return await next(args);
    },
    { step: "initialize" },
  );
});
afterAll(async () => await bed?.close());

function note({ RequestItems = {} }: BatchGetItemCommandInput): void {
  for (const { Keys = [] } of Object.values(RequestItems)) {
    for (const { pk, sk } of Keys) {
      const [, library = ""] = pk?.S?.split("#") ?? [];
      const isCore = /^PATRON#[^#]+$/.test(sk?.S ?? "");
      if (isCore) coreReads.set(library, (coreReads.get(library) ?? 0) + 1);
    }
  }
}

const seeds: readonly SeededPatron[] = ["P0", "P1", "P2"].map((patronId) => ({
  patronId,
  mainStatus: "ACTIVE",
  reserveCount: 0,
  requestCount: 0,
  record: recordOf(),
}));
const [seed] = seeds as [SeededPatron];

async function planned(open: OpenLibrary): Promise<string> {
  const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1", "P2"], 10);
  await open.plan(job);
  return job;
}

/** Applies, and tells how many core records were read for it. */
async function applied(open: OpenLibrary, job: string) {
  await open.process(job);
  const before = coreReads.get(open.library) ?? 0;
  const { counts } = await open.apply(job);
  return { counts, coreReads: (coreReads.get(open.library) ?? 0) - before };
}

describe("applying", () => {
  it("reads no core record where none can have changed since the review", async () => {
    const open = await openLibrary(bed, seeds);
    const done = await applied(open, await planned(open));
    expect(done).toMatchObject({ counts: { updated: 3 }, coreReads: 0 });
  });

  it("looks at each patron again where an import began since, and leaves the closed and the gone alone", async () => {
    const open = await openLibrary(bed, seeds);
    const job = await planned(open);
    await open.setMainStatus(seed, "DECEASED");
    await open.deletePatron("P1");
    const done = await applied(open, job);
    expect(done).toMatchObject({ counts: { updated: 1, invalid: 1, notFound: 1 }, coreReads: 3 });
  });

  it("looks at each patron again where an import was under way at the review, though it has ended and is still the last", async () => {
    const open = await openLibrary(bed, seeds);
    const lock = { ...importLockKey(open, "patrons"), importId: "I1" };
    await bed.stores.across.write({ put: { ...lock, isRunning: true } });
    const job = await planned(open);
    await open.setMainStatus(seed, "DECEASED");
    await bed.stores.across.write({ put: { ...lock, isRunning: false } });
    expect(await applied(open, job)).toMatchObject({ counts: { updated: 2, invalid: 1 }, coreReads: 3 });
  });

  it("looks at each patron again while an import is under way, whatever its name", async () => {
    const open = await openLibrary(bed, seeds);
    const lock = { ...importLockKey(open, "patrons"), importId: "I1" };
    await bed.stores.across.write({ put: { ...lock, isRunning: false } });
    const job = await planned(open);
    await bed.stores.across.write({ put: { ...lock, isRunning: true } });
    expect(await applied(open, job)).toMatchObject({ counts: { updated: 3 }, coreReads: 3 });
  });

  it("goes by settings that close a status since the review", async () => {
    const open = await openLibrary(bed, seeds);
    const job = await planned(open);
    const { revision = 0, library, ...settings } = (await loadLibrary(bed.stores.of(open.library))) ?? {};
    const mainStatuses = [{ code: "ACTIVE", name: "Active", closed: true }];
    const changed = { ...settings, mainStatuses } as Parameters<typeof saveSettings>[1];
    await saveSettings(bed.stores.of(open.library), changed, revision);
    expect(library).toBe(open.library);
    expect((await applied(open, job)).counts).toMatchObject({ invalid: 3, updated: 0 });
  });
});

describe("a library's tables that lost something between review and process", () => {
  const patronIds = ["P0", "P1", "P2"];
  const serveCodes = [
    { code: "NA", name: "Nightly", schedule: "NIGHTLY", method: "AUTOSELECT" },
    { code: "XQ", name: "On demand", schedule: "ON_DEMAND", method: "LIST" },
  ] as const;

  async function change(open: OpenLibrary, changes: Partial<Parameters<typeof saveSettings>[1]>): Promise<void> {
    const { revision, library, ...settings } = await requireLibrary(bed.stores.of(open.library));
    const { done } = await saveSettings(bed.stores.of(library), { ...settings, ...changes }, revision);
    expect(done).toBe(true);
  }

  async function reviewed(open: OpenLibrary, spec = specOf({ serveCode: "XQ" })): Promise<string> {
    const job = await open.create(spec, patronIds, 10);
    expect((await open.plan(job)).plan?.counts).toMatchObject({ update: 3 });
    return job;
  }

  it("do not get a serve code written that left them: INVALID, CODE_UNKNOWN, and the record stays as it was", async () => {
    const open = await openLibrary(bed, seeds);
    await change(open, { serveCodes: [...serveCodes] });
    const job = await reviewed(open);
    await change(open, { serveCodes: serveCodes.slice(0, 1) });
    const { counts } = await applied(open, job);
    expect(counts).toMatchObject({ invalid: 3, updated: 0 });
    const lines = reportTexts(await requireApplyResult(bed.stores.of(open.library), await open.batchOf(job), 0));
    for (const line of lines) {
      const told: unknown = JSON.parse(line);
      expect(told).toMatchObject({ outcome: "INVALID", code: "CODE_UNKNOWN", message: expect.stringContaining("XQ") });
    }
    for (const record of (await open.records()).values()) expect(record).toMatchObject({ version: 1 });
  });

  it("do not get a status written that left them", async () => {
    const open = await openLibrary(bed, seeds);
    await change(open, { mediumStatuses: ["ACTIVE", "INACTIVE"].map((code) => ({ code, name: code })) });
    const job = await reviewed(open, specOf({ status: "INACTIVE" }));
    await change(open, { mediumStatuses: [{ code: "ACTIVE", name: "Active" }] });
    expect((await applied(open, job)).counts).toMatchObject({ invalid: 3, updated: 0 });
  });

  it("get nothing written where the medium itself left them, and a retry is refused for the same reason", async () => {
    const open = await openLibrary(bed, seeds);
    const job = await reviewed(open, specOf({ cutoff: 5 }));
    await change(open, { media: [{ code: "ANOTHER", name: "Another" }] });
    expect((await applied(open, job)).counts).toMatchObject({ invalid: 3, updated: 0 });
    const again = await open.create(specOf({ cutoff: 5 }), patronIds, 10);
    expect((await open.plan(again)).plan?.counts).toMatchObject({ invalid: 3, update: 0 });
  });

  it("get old values back by an undo all the same", async () => {
    const open = await openLibrary(bed, seeds);
    await change(open, { serveCodes: [...serveCodes] });
    const job = await reviewed(open);
    expect((await applied(open, job)).counts).toMatchObject({ updated: 3 });
    const back = await reviewed(open, specOf({ serveCode: "NA" }));
    expect((await applied(open, back)).counts).toMatchObject({ updated: 3 });
    const answer = await open.call("POST", "/undo", back, {});
    const undo = (answer.body as { batchUpdateId: string }).batchUpdateId;
    await open.plan(undo);
    await change(open, { serveCodes: serveCodes.slice(0, 1) });
    expect((await applied(open, undo)).counts).toMatchObject({ updated: 3, invalid: 0 });
    for (const record of (await open.records()).values()) expect(record).toMatchObject({ serveCode: "XQ" });
  });
});

describe("the last import of patrons", () => {
  const last = async (now = new Date()) => await lastPatronImport(bed.stores.of(importing), now);

  let imports: ReturnType<typeof createImportBed>;
  beforeAll(async () => {
    await provisionLibrary(bed.stores, piedmont);
    imports = createImportBed(bed.stores);
  });

  it("is told when it has ended; one that broke off may still be writing for a minute", async () => {
    expect(await last()).toBeUndefined();
    const job = await imports.begun(jsonl(patron()));
    expect(await last()).toBe("UNDER_WAY");
    await imports.split(job);
    await imports.handler({ task: "chunk", library: importing, job, chunk: 0 });
    await imports.close(job);
    expect(await last()).toBe(job);

    const broken = await imports.begun(jsonl(patron()));
    await imports.split(broken);
    await imports.close(broken);
    expect(await last()).toBe("UNDER_WAY");
    expect(await last(new Date(Date.now() + 61_000))).toBe(broken);

    const givenUp = await imports.begun(jsonl(patron()));
    const end = { status: "FAILED", counts: noCounts, finishedAt: new Date().toISOString(), isSettled: false } as const;
    await finishImport(bed.stores.of(importing), { importId: givenUp, kind: "patrons" }, end);
    expect(await last()).toBe("UNDER_WAY");
  });

  it("is none of titles", async () => {
    const before = await last(new Date(Date.now() + 61_000));
    await imports.importFile(jsonl({ titleId: "Z1", medium: "DB", title: "T", author: "A" }), { kind: "titles" });
    expect(await last(new Date(Date.now() + 61_000))).toBe(before);
  });
});
