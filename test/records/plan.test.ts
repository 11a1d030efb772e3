import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchUpdateSchema } from "#contract/batch-updates";
import { erasedLine } from "#domain/plan/sealed-lines";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { digestBase, loadPlanChunk, planLinesKey } from "#records/batch-updates/plans";
import { Problem } from "../../functions/api/problem.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary, type SeededPatron } from "./batch-update-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

const patron = (patronId: string, patron: Partial<SeededPatron> = {}): SeededPatron => ({
  patronId,
  mainStatus: "ACTIVE",
  reserveCount: 0,
  requestCount: 0,
  record: recordOf(),
  ...patron,
});
const patrons = (count: number, of: Partial<SeededPatron> = {}) =>
  Array.from({ length: count }, (_, i) => patron(`P${i}`, of));
const idsOf = (some: readonly SeededPatron[]) => some.map(({ patronId }) => patronId);

async function planned(some: readonly SeededPatron[], spec: UpdateSpec, chunkSize = 3) {
  const open = await openLibrary(bed, some);
  const job = await open.create(spec, idsOf(some), chunkSize);
  return { open, job, batch: await open.plan(job) };
}

describe.concurrent("a plan", () => {
  it("is READY with what it counts, and every patron on the line of its place", async () => {
    const some = [...patrons(5), patron("GONE", { record: undefined }), patron("DEAD", { mainStatus: "DECEASED" })];
    const { open, job, batch } = await planned(some, specOf({ cutoff: 5 }, true));
    expect(batch).toMatchObject({ status: "READY", starts: [0, 3, 6] });
    expect(batch.plan).toMatchObject({
      counts: { total: 7, update: 5, create: 1, invalid: 1, unchanged: 0 },
      nightlyDebug: { turnedOn: 6, turnedOff: 0 },
      problems: [{ code: "PATRON_CLOSED", patrons: 1 }],
    });
    expect((await open.planLines(job)).map(({ line, patronId }) => [line, patronId])).toEqual(
      idsOf(some).map((patronId, line) => [line, patronId]),
    );
  });

  it("keeps the values it was sealed with: a late delivery of a chunk changes nothing of it", async () => {
    const { open, job, batch } = await planned(patrons(3), specOf({ cutoff: 5 }));
    const lines = await open.planLines(job);
    await open.setMainStatus(patron("P1"), "DECEASED");
    await open.planTask(job, { task: "chunk", chunk: 0, source: 0, firstLine: 0 });
    expect(await open.planLines(job)).toEqual(lines);
    expect((await open.batchOf(job)).plan).toEqual(batch.plan);
  });

  it("keeps what the first of several deliveries found, also where that one died before it could say so", async () => {
    const open = await openLibrary(bed, patrons(3));
    const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1", "P2"], 3);
    await open.planTask(job, { task: "split" });
    const task = { task: "chunk", chunk: 0, source: 0, firstLine: 0 };
    let died = 0;
    // The request that keeps the lines arrives, and nothing after it.
    while ((await hasLines()) === false) await open.planTask(job, task, { diesAfter: died++, lastArrives: true });
    await open.setMainStatus(patron("P1"), "DECEASED");
    await open.planTask(job, task);
    await open.planTask(job, { task: "close" });
    expect((await open.batchOf(job)).plan?.counts).toMatchObject({ update: 3, invalid: 0 });

    async function hasLines() {
      return await bed.stores
        .of(open.library)
        .objects.has(`${open.library}/batch-updates/${job}/plan/lines/00000.jsonl`);
    }
  });

  it("that lacks a chunk ends FAILED, with the reason, and is no review", async () => {
    const open = await openLibrary(bed, patrons(6));
    const job = await open.create(specOf({ cutoff: 5 }), idsOf(patrons(6)), 3);
    await open.planTask(job, { task: "split" });
    await open.planTask(job, { task: "chunk", chunk: 0, source: 0, firstLine: 0 });
    await open.planTask(job, { task: "close" });
    const batch = await open.batchOf(job);
    expect(batch).toMatchObject({ status: "FAILED", stateReason: expect.stringContaining("Nothing was changed") });
    expect(batch.plan).toBeUndefined();
    await expect(open.call("POST", "/process", job, { planDigest: "", patronCount: 0 })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("whose workflow broke off names the error in its reason", async () => {
    const open = await openLibrary(bed, patrons(3));
    const job = await open.create(specOf({ cutoff: 5 }), idsOf(patrons(3)), 3);
    await open.planTask(job, { task: "close", error: { Error: "AccessDenied", Cause: "Alder" } });
    const { status, stateReason } = await open.batchOf(job);
    expect(status).toBe("FAILED");
    expect(stateReason).toContain(": AccessDenied (a right is missing).");
    expect(stateReason).not.toContain("Alder");
  });

  it("of a spread leaves the places of invalid patrons empty and counts the valid ones of each day", async () => {
    const some = patrons(6).map((it, i) => (i === 1 || i === 2 ? { ...it, mainStatus: "DECEASED" } : it));
    const spread = { from: "2026-09-04", perDay: 2 }; // a Friday; the Monday after is closed
    const { open, job, batch } = await planned(some, specOf({ nextServiceDate: { spread } }));
    expect((await open.planLines(job)).map(({ after }) => after.nextServiceDate)).toEqual([
      "2026-09-04",
      undefined,
      undefined,
      "2026-09-08",
      "2026-09-09",
      "2026-09-09",
    ]);
    expect(batch.plan?.spread).toEqual([
      { date: "2026-09-04", patrons: 1 },
      { date: "2026-09-08", patrons: 1 },
      { date: "2026-09-09", patrons: 2 },
    ]);
  });

  it("counts patrons of a spread who have their day already: they are served on it too", async () => {
    const spread = { from: "2026-09-04", perDay: 5 };
    const [first, second] = patrons(2, { record: recordOf({ nextServiceDate: "2026-09-04" }) });
    if (first === undefined || second === undefined) throw new Error("two patrons");
    const { batch } = await planned(
      [first, { ...second, record: recordOf() }],
      specOf({ nextServiceDate: { spread } }),
    );
    expect(batch.plan?.counts).toMatchObject({ update: 1, unchanged: 1 });
    expect(batch.plan?.spread).toEqual([{ date: "2026-09-04", patrons: 2 }]);
  });
});

describe.concurrent("leaving patrons out of a review", () => {
  const answerOf = (answer: { body?: unknown }) => batchUpdateSchema.parse(answer.body);

  it("changes counts and digest, and taking them in again brings the first digest back", async () => {
    const { open, job, batch } = await planned(patrons(4), specOf({ cutoff: 5 }));
    const first = batch.plan?.digest;
    const without = answerOf(await open.call("POST", "/exclusions", job, { patronIds: ["P1", "P3"] }));
    expect(without.plan?.counts).toMatchObject({ total: 4, update: 2, excluded: 2 });
    expect(without.plan?.digest).not.toBe(first);
    const back = answerOf(await open.call("POST", "/exclusions/remove", job, { action: "UPDATE" }));
    expect(back.plan?.counts).toMatchObject({ total: 4, update: 4, excluded: 0 });
    expect(back.plan?.digest).toBe(first);
  });

  it("with an id that is not in the plan leaves nobody out", async () => {
    const { open, job, batch } = await planned(patrons(2), specOf({ cutoff: 5 }));
    await expect(open.call("POST", "/exclusions", job, { patronIds: ["P0", "NOBODY"] })).rejects.toMatchObject({
      code: "VALIDATION",
    });
    expect((await open.batchOf(job)).plan).toEqual(batch.plan);
  });

  it("keeps them out of the run, and a digest from before of no use", async () => {
    const { open, job, batch } = await planned(patrons(4), specOf({ cutoff: 5 }));
    await open.call("POST", "/exclusions", job, { patronIds: ["P1"] });
    const stale = { planDigest: batch.plan?.digest, patronCount: 3 };
    await expect(open.call("POST", "/process", job, stale)).rejects.toMatchObject({ code: "CONFLICT" });
    await open.process(job);
    const ended = await open.apply(job);
    expect(ended).toMatchObject({ status: "COMPLETED", counts: { updated: 3, excluded: 1, total: 4 } });
    expect((await open.records()).get("P1")).toEqual(recordOf());
  });
});

describe.concurrent("a plan of whose lines one is erased", () => {
  async function chunkTexts(open: OpenLibrary, job: string, chunk: number) {
    const key = planLinesKey(await open.batchOf(job), chunk);
    const found = await bed.stores.of(open.library).objects.getLinesOf(key, 2);
    if (found === undefined) throw new Error(`There is no ${key}`);
    return { key, ...found };
  }
  /** As the erasure of a patron does it: the object is written anew, with a trailer of its own. */
  async function erase(open: OpenLibrary, job: string, line: number): Promise<void> {
    const { key, lines } = await chunkTexts(open, job, Math.floor(line / 3));
    const text = lines[line % 3] ?? "";
    await bed.stores.of(open.library).objects.putLines(key, lines.with(line % 3, erasedLine(text)), 2);
  }
  async function base(open: OpenLibrary, job: string): Promise<string> {
    const batch = await open.batchOf(job);
    const chunks = await Promise.all(
      (batch.starts ?? []).map((_, n) => loadPlanChunk(bed.stores.of(open.library), batch, n)),
    );
    return digestBase(
      batch,
      chunks.map(({ sha256 }) => sha256),
    );
  }
  const undo = async (open: OpenLibrary, job: string) => {
    const answer = await open.call("POST", "/undo", job);
    return z.object({ batchUpdateId: z.string() }).parse(answer.body).batchUpdateId;
  };

  it("still has the base it was sealed with, and each line a salt of its own", async () => {
    const { open, job, batch } = await planned(patrons(7), specOf({ cutoff: 5 }));
    expect(await base(open, job)).toBe(batch.plan?.base);
    const { lines, format } = await chunkTexts(open, job, 0);
    const salts = lines.map((text) => z.object({ salt: z.base64url().length(22) }).parse(JSON.parse(text)).salt);
    expect({ format, salts: new Set(salts).size }).toEqual({ format: 2, salts: 3 });
    await erase(open, job, 1);
    await erase(open, job, 6);
    expect(await base(open, job)).toBe(batch.plan?.base);
    await bed.stores.of(open.library).objects.putLines((await chunkTexts(open, job, 0)).key, lines.toReversed(), 2);
    expect(await base(open, job)).not.toBe(batch.plan?.base);
  });

  it("is processed: the erased patron is NOT_FOUND, the others are written, and undone again", async () => {
    const { open, job } = await planned(patrons(5), specOf({ cutoff: 5 }));
    await erase(open, job, 4);
    await open.process(job);
    expect(await open.apply(job)).toMatchObject({
      status: "COMPLETED_WITH_ERRORS",
      counts: { updated: 4, notFound: 1 },
    });
    expect((await open.records()).get("P4")).toEqual(recordOf());
    const undoing = await undo(open, job);
    await open.plan(undoing);
    await open.process(undoing);
    expect(await open.apply(undoing)).toMatchObject({ status: "COMPLETED", counts: { total: 4, updated: 4 } });
  });

  it("is undone without the patron who was erased after the run, even when the id is in use again", async () => {
    const { open, job } = await planned(patrons(2), specOf({ cutoff: 5 }));
    await open.process(job);
    await open.apply(job);
    await erase(open, job, 1);
    const planOfUndo = await open.plan(await undo(open, job));
    expect(planOfUndo).toMatchObject({ status: "READY", plan: { counts: { total: 2, update: 1, notFound: 1 } } });
  });
});

describe.concurrent("a plan that version 0.1.0 made", () => {
  it("is read, and its base is over the texts of its chunks", async () => {
    const { open, job, batch } = await planned(patrons(2), specOf({ cutoff: 5 }));
    const lines = await open.planLines(job);
    const key = planLinesKey(batch, 0);
    const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
    const sha256 = createHash("sha256").update(text).digest("hex");
    await bed.stores.of(open.library).objects.putText(key, `${text}${JSON.stringify({ lines: 2, sha256 })}\n`);
    expect(await open.planLines(job)).toEqual(lines);
    expect((await loadPlanChunk(bed.stores.of(open.library), batch, 0)).sha256).toBe(sha256);
  });
});

describe.concurrent("a plan that a later version made", () => {
  it("is not read by halves: the error names it and says what to do", async () => {
    const { open, job, batch } = await planned(patrons(2), specOf({ cutoff: 5 }));
    const key = planLinesKey(batch, 0);
    await bed.stores.of(open.library).objects.putLines(key, ["{}"], 3);
    await expect(open.planLines(job)).rejects.toThrow(
      `The object ${key} was made by a later version: it has format 3, this version reads formats up to 2. ` +
        "Run the version that made it, or a later one.",
    );
  });
});

describe.concurrent("a request that comes too early", () => {
  const refusalOf = async (
    open: OpenLibrary,
    job: string,
    [method = "", path = ""]: readonly string[],
    body?: object,
  ) => {
    const refused = await open.call(method, path, job, body).catch((error: unknown) => error);
    if (!(refused instanceof Problem)) throw new Error(`It was let in: ${JSON.stringify(refused)}`);
    return {
      code: refused.code,
      after: refused.headers["retry-after"],
      conflictsWith: refused.members["conflictsWith"],
    };
  };
  const atWork = { code: "CONFLICT", after: "2" };
  const noUse = { code: "CONFLICT", after: undefined };
  const forPlan = ["GET /plan", "POST /process", "POST /exclusions", "POST /handover"];
  const forEnd = ["GET /outcomes", "GET /report", "POST /undo", "POST /retry"];
  const bodies: Readonly<Record<string, object>> = {
    "POST /process": { planDigest: "x", patronCount: 1 },
    "POST /exclusions": { patronIds: ["P0"] },
  };

  it("is told when to ask again, but only where what it waits for comes by itself", async () => {
    const open = await openLibrary(bed, patrons(3));
    const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1", "P2"], 3);
    const asked = async (some: readonly string[]) =>
      await Promise.all(some.map(async (one) => await refusalOf(open, job, one.split(" "), bodies[one])));
    expect(await asked(forPlan)).toMatchObject(forPlan.map(() => atWork));
    // Somebody must have it processed first.
    expect(await asked(forEnd)).toMatchObject(forEnd.map(() => noUse));
    await open.plan(job);
    expect(await asked(forEnd)).toMatchObject(forEnd.map(() => noUse));
    await open.process(job);
    expect(await asked(forEnd)).toMatchObject(forEnd.map(() => atWork));
    // It has begun: it will not be reviewed again.
    expect(await asked(["POST /process", "POST /exclusions"])).toMatchObject([noUse, noUse]);

    const other = await open.create(specOf({ cutoff: 6 }), ["P0"], 3);
    const { plan } = await open.plan(other);
    const body = { planDigest: plan?.digest, patronCount: 1 };
    expect(await refusalOf(open, other, ["POST", "/process"], body)).toEqual({ ...atWork, conflictsWith: job });
  });
});
