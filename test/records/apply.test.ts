import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestFills } from "#batch-manager/requests";
import { outcomeLineSchema } from "#domain/batch-update/outcome-line";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { errorsKey, reportTexts, requireApplyResult } from "#records/batch-updates/outcomes";
import { newestPlaces, readMarkedHistory } from "#records/profiles/marked-history";
import { fillCounts } from "#records/service-queues/fill-counts";
import { batchUpdateId, patronId } from "#test/ids";
import { verifyBatchUpdate } from "#workflows/verify";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary, type SeededPatron } from "./batch-update-bed.ts";
import { createOthers } from "./by-others.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

const patrons = (count: number, of: Partial<SeededPatron> = {}): SeededPatron[] =>
  Array.from({ length: count }, (_, i) => ({
    patronId: `P${i}`,
    mainStatus: "ACTIVE",
    reserveCount: 0,
    requestCount: 0,
    record: recordOf(),
    ...of,
  }));
const idsOf = (some: readonly SeededPatron[]) => some.map(({ patronId }) => patronId);
const first = { task: "chunk", chunk: 0 };

/** A library with a batch update that is being processed, its chunks not yet delivered. */
async function processing(some: readonly SeededPatron[], spec: UpdateSpec, chunkSize = 10) {
  const open = await openLibrary(bed, some);
  return { open, ...(await begin(open, some, spec, chunkSize)), others: createOthers(bed, open, some) };
}

async function begin(open: OpenLibrary, some: readonly SeededPatron[], spec: UpdateSpec, chunkSize = 10) {
  const job = await open.create(spec, idsOf(some), chunkSize);
  await open.plan(job);
  await open.process(job);
  return { job };
}

async function followUp(open: OpenLibrary, job: string, what: "retry" | "undo", body: object = {}): Promise<string> {
  const answer = await open.call("POST", `/${what}`, job, body);
  const { batchUpdateId } = answer.body as { batchUpdateId: string };
  await open.plan(batchUpdateId);
  return batchUpdateId;
}

async function reported(open: OpenLibrary, job: string) {
  const batch = await open.batchOf(job);
  return reportTexts(await requireApplyResult(bed.stores.of(open.library), batch, 0)).map((text) =>
    outcomeLineSchema.parse(JSON.parse(text)),
  );
}

it("a report of a run without errors links to a file of errors that holds its header alone", async () => {
  const { open, job } = await processing(patrons(2), specOf({ cutoff: 5 }));
  await open.apply(job);
  const { body } = await open.call("GET", "/report", job);
  expect(body).toMatchObject({ errors: { rows: 0, csvUrl: expect.any(String) }, outcomes: { rows: 2 } });
  const text = await bed.stores.of(open.library).objects.getText(errorsKey(await open.batchOf(job)));
  expect(text?.trim().split("\r\n")).toEqual([expect.stringContaining("patronId,lastName,firstName")]);
});

describe.concurrent("counting again", () => {
  it("of a large run takes several calls, each going on from the one before, and comes to the same", async () => {
    const { open, job } = await processing(patrons(30), specOf({ cutoff: 5 }));
    await open.apply(job);
    const store = bed.stores.of(open.library);
    const batch = await open.batchOf(job);
    const count = async (longest?: number) => await verifyBatchUpdate(store, batch, new Date(), longest);
    const atOnce = await count();
    expect(atOnce).toMatchObject({ status: "DONE", ok: true });
    expect(await count(-1)).toEqual({ status: "RUNNING", progress: { done: 10, total: 30 } });
    expect(await count(-1)).toEqual({ status: "RUNNING", progress: { done: 20, total: 30 } });
    expect(await count(-1)).toEqual(atOnce);
    // Whoever asks next begins anew: records go on changing.
    expect(await count(-1)).toMatchObject({ status: "RUNNING", progress: { done: 10 } });
  });
});

describe.concurrent("processing", () => {
  it("begins once: the same request again is a conflict, and nothing is written by it", async () => {
    const { open, job } = await processing(patrons(2), specOf({ cutoff: 5 }));
    await expect(open.process(job)).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await open.batchOf(job)).turn).toBe(6);
  });

  it("is over when it has ended, or was cancelled in the review: it never begins again", async () => {
    const some = patrons(2);
    const { open, job } = await processing(some, specOf({ cutoff: 5 }));
    await open.apply(job);
    const cancelled = await open.create(specOf({ cutoff: 6 }), idsOf(some), 10);
    await open.plan(cancelled);
    await open.call("POST", "/cancel", cancelled);
    for (const ended of [job, cancelled]) await expect(open.process(ended)).rejects.toMatchObject({ code: "CONFLICT" });
    expect([(await open.batchOf(job)).status, (await open.batchOf(cancelled)).status]).toEqual([
      "COMPLETED",
      "CANCELLED",
    ]);
  });

  it("asked for twice at once begins once", async () => {
    const open = await openLibrary(bed, patrons(2));
    const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1"], 10);
    await open.plan(job);
    const ends = await Promise.allSettled([open.process(job), open.process(job), open.process(job)]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("of a second batch update of the medium waits for the first, whose name it is told", async () => {
    const some = patrons(2);
    const { open, job } = await processing(some, specOf({ cutoff: 5 }));
    const second = await open.create(specOf({ cutoff: 6 }), idsOf(some), 10);
    await open.plan(second);
    await expect(open.process(second)).rejects.toMatchObject({ members: { conflictsWith: job } });
    await open.apply(job);
    await open.process(second);
    expect((await open.batchOf(second)).turn).toBe(7);
    // What the second one shows is no longer there.
    expect((await open.apply(second)).counts).toMatchObject({ conflict: 2 });
  });

  it("of a plan where nothing changes is refused", async () => {
    const open = await openLibrary(bed, patrons(2));
    const job = await open.create(specOf({}), ["P0", "P1"], 10);
    await open.plan(job);
    await expect(open.process(job)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe.concurrent("a patron who was written", () => {
  it("stays so where a delivery died right after it and the patron was closed, or is gone, before the next", async () => {
    const { open, job, others } = await processing(patrons(3), specOf({ cutoff: 5 }));
    let died = 0;
    while ((await open.records()).get("P0")?.version === 1) {
      await open.applyTask(job, first, { diesAfter: died++, lastArrives: true });
    }
    await others.act({ patron: 0, mainStatus: "DECEASED" });
    await others.act({ patron: 1, mainStatus: undefined });
    const ended = await open.apply(job);
    expect(ended).toMatchObject({ status: "COMPLETED", counts: { updated: 3 } });
  });

  it("is not written again by a retried delivery that finds others' edits on top", async () => {
    const { open, job, others } = await processing(patrons(2), specOf({ cutoff: 5 }));
    await open.applyTask(job, first, { writer: ["unknown"], diesAfter: 8 });
    await open.applyTask(job, first);
    await others.act({ patron: 0, edit: { cutoff: 7 }, clear: [] });
    await open.applyTask(job, first);
    expect((await open.apply(job)).counts).toMatchObject({ updated: 2 });
    expect((await open.records()).get("P0")).toMatchObject({ cutoff: 7, version: 3 });
  });

  it("counts although the delivery that was first to say so had given up on it", async () => {
    const { open, job } = await processing(patrons(3), specOf({ cutoff: 5, addServiceQueue: true }));
    await open.applyTask(job, first, { writer: Array.from({ length: 40 }, () => "lost" as const) });
    const failed = await reported(open, job);
    expect(failed.map(({ outcome }) => outcome)).toEqual(["FAILED", "FAILED", "FAILED"]);
    for (const { message } of failed)
      expect(message).toContain("TimeoutError (it took too long) in chunk 0, after 6 tries");
    // Another delivery had begun before there was a result; here its write arrives after it.
    const result = `${open.library}/batch-updates/${job}/apply/results/00000.jsonl`;
    const kept = (await bed.stores.of(open.library).objects.getText(result)) ?? "";
    await removeObject(result);
    await open.applyTask(job, first);
    await bed.stores.of(open.library).objects.putText(result, kept);
    await open.applyTask(job, { task: "close" });
    expect(await open.batchOf(job)).toMatchObject({ status: "COMPLETED", counts: { updated: 3, failed: 0 } });
    expect((await reported(open, job)).map(({ outcome }) => outcome)).toEqual(["UPDATED", "UPDATED", "UPDATED"]);
    expect(await open.requestedFills(job)).toEqual(["P0", "P1", "P2"]);
  });
});

async function removeObject(key: string): Promise<void> {
  await bed.stores.s3.send(new DeleteObjectCommand({ Bucket: bed.stores.bucket, Key: key }));
}

describe.concurrent("what others did since the review", () => {
  it("is kept and reported with shown, intended and current value, one row for each field that moved", async () => {
    const some = patrons(2, { record: recordOf({ cutoff: 1, refillPoint: 2 }) });
    const { open, job, others } = await processing(some, specOf({ cutoff: 5, refillPoint: 6 }));
    await others.act({ patron: 0, edit: { cutoff: 7 }, clear: ["refillPoint"] });
    const ended = await open.apply(job);
    expect(ended).toMatchObject({ status: "COMPLETED_WITH_ERRORS", counts: { updated: 1, conflict: 1 }, errorRows: 2 });
    expect((await reported(open, job))[0]).toMatchObject({
      outcome: "CONFLICT",
      code: "CHANGED_SINCE_REVIEW",
      changes: [
        { field: "cutoff", before: 1, after: 5, current: 7 },
        { field: "refillPoint", before: 2, after: 6 },
      ],
    });
    const csv = (await bed.stores.of(open.library).objects.getText(errorsKey(ended))) ?? "";
    const rows: Record<string, string>[] = parse(csv, { bom: true, columns: true });
    expect(
      rows.map(({ patronId, field, before, after, current }) => [patronId, field, before, after, current]),
    ).toEqual([
      ["P0", "cutoff", "1", "5", "7"],
      ["P0", "refillPoint", "2", "6", ""],
    ]);
  });

  it("stays theirs through an undo where they had set all that was intended and only the queue was left to fill", async () => {
    const some = patrons(2, { record: recordOf({ cutoff: 1 }) });
    const { open, job, others } = await processing(some, specOf({ cutoff: 5, addServiceQueue: true }));
    await others.act({ patron: 0, edit: { cutoff: 5 }, clear: [] });
    await open.applyTask(job, first, { writer: ["none", "unknown"] });
    expect((await open.apply(job)).counts).toMatchObject({ updated: 2 });
    expect(await open.requestedFills(job)).toEqual(["P0", "P1"]);
    const undo = await followUp(open, job, "undo");
    await open.process(undo);
    expect((await open.apply(undo)).counts).toMatchObject({ updated: 2 });
    const records = await open.records();
    expect(records.get("P0")).toMatchObject({ cutoff: 5, version: 4 });
    expect(records.get("P1")).toMatchObject({ cutoff: 1, version: 3 });
  });

  it("to other fields of many records is built upon, and nothing of it is lost", async () => {
    const some = patrons(30);
    const { open, job, others } = await processing(some, specOf({ cutoff: 5 }), 30);
    for (let patron = 0; patron < 30; patron++) await others.act({ patron, edit: { serveCode: "XQ" }, clear: [] });
    expect((await open.apply(job)).counts).toMatchObject({ updated: 30 });
    for (const record of (await open.records()).values()) {
      expect(record).toMatchObject({ cutoff: 5, serveCode: "XQ", version: 3 });
    }
  });

  it("by another batch update, processed in between, does not break the way back through a patron's history", async () => {
    const some = patrons(1);
    const open = await openLibrary(bed, some);
    const early = await open.create(specOf({ cutoff: 5 }), ["P0"], 10);
    await open.plan(early);
    const between = await begin(open, some, specOf({ refillPoint: 3 }));
    await open.apply(between.job);
    await open.process(early);
    expect((await open.apply(early)).counts).toMatchObject({ updated: 1 });
    const places = await newestPlaces(bed.stores.of(open.library), patronId("P0"));
    const { entries } = await readMarkedHistory(bed.stores.of(open.library), patronId("P0"), places, 10);
    expect(entries.map(({ batch }) => batch.batchUpdateId)).toEqual([early, between.job]);
  });

  it("that passes midnight makes a planned day a past one: INVALID", async () => {
    const { open, job } = await processing(patrons(2), specOf({ nextServiceDate: "2026-09-01" }));
    open.clock.now = new Date("2026-09-02T04:00:01Z");
    expect((await open.apply(job)).counts).toMatchObject({ invalid: 2 });
    expect((await open.records()).get("P0")?.version).toBe(1);
  });
});

describe.concurrent("a run that is going wrong", () => {
  it("stops where too many of those tried could not be written, says so, and can be retried", async () => {
    const some = patrons(210);
    const { open, job } = await processing(some, specOf({ cutoff: 5 }), 205);
    await open.applyTask(job, first, { writer: Array.from({ length: 2000 }, () => "lost" as const) });
    expect(await open.batchOf(job)).toMatchObject({ status: "CANCELLING" });
    await open.applyTask(job, { task: "chunk", chunk: 1 });
    await open.applyTask(job, { task: "close" });
    const ended = await open.batchOf(job);
    expect(ended).toMatchObject({ status: "CANCELLED", counts: { failed: 205, unprocessed: 5, updated: 0 } });
    expect(ended.stateReason).toContain("205 of 205");
    const retry = await followUp(open, job, "retry");
    await open.process(retry);
    expect((await open.apply(retry)).counts).toMatchObject({ total: 210, updated: 210 });
  });

  it("ends CANCELLED by the system where its first chunk could not be worked on, also if closing dies and comes again", async () => {
    const { open, job } = await processing(patrons(4), specOf({ cutoff: 5 }), 2);
    const closing = { task: "close", error: { Error: "States.TaskFailed" } };
    await open.applyTask(job, closing, { diesAfter: 12 });
    await open.applyTask(job, closing);
    const ended = await open.batchOf(job);
    expect(ended).toMatchObject({ status: "CANCELLED", counts: { unprocessed: 4 } });
    expect(ended.stateReason).toContain("Stopped by the system");
  });

  it("ends FAILED where it broke off later, with what was done and what was not told apart", async () => {
    const { open, job } = await processing(patrons(4), specOf({ cutoff: 5 }), 2);
    await open.applyTask(job, first);
    await open.applyTask(job, { task: "close", error: { Error: "States.Timeout" } });
    expect(await open.batchOf(job)).toMatchObject({ status: "FAILED", counts: { updated: 2, unprocessed: 2 } });
    expect((await open.batchOf(job)).stateReason).toContain("(States.Timeout)");
    const undo = await followUp(open, job, "undo");
    await open.process(undo);
    expect((await open.apply(undo)).counts).toMatchObject({ total: 2, updated: 2 });
  });
});

describe.concurrent("a cancelled run", () => {
  it("keeps what is done and leaves the rest, and a chunk that comes late writes nothing", async () => {
    const { open, job } = await processing(patrons(6), specOf({ cutoff: 5 }), 3);
    await open.applyTask(job, first);
    await open.call("POST", "/cancel", job);
    await open.applyTask(job, { task: "chunk", chunk: 1 });
    await open.applyTask(job, { task: "close" });
    const ended = await open.batchOf(job);
    expect(ended).toMatchObject({ status: "CANCELLED", counts: { updated: 3, unprocessed: 3 } });
    await open.applyTask(job, { task: "chunk", chunk: 1 });
    expect((await open.records()).get("P5")?.version).toBe(1);
    await expect(open.call("POST", "/cancel", job)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe.concurrent("service queues", () => {
  const filling = specOf({ addServiceQueue: true });

  it("are asked for once each, with whomever else a delivery asks", async () => {
    const open = await openLibrary(bed, []);
    const order = { library: open.library, batchUpdateId: batchUpdateId("batch"), medium: "DB" };
    const desk = { store: bed.stores.of(open.library), messages: { ...open.messages } };
    const everyone = Array.from({ length: 250 }, (_, i) => patronId(`P${i}`));
    await requestFills(
      desk,
      order,
      0,
      everyone.map((id, i) => (i % 3 === 0 ? undefined : id)),
    );
    await requestFills(
      desk,
      order,
      0,
      everyone.map((id, i) => (i < 120 ? id : undefined)),
    );
    const requested = await open.requestedFills("batch");
    expect(requested).toEqual(everyone.filter((_, i) => i < 120 || i % 3 !== 0).sort());
  });

  it("that were asked for are withdrawn for good by an undo before they are filled", async () => {
    const { open, job } = await processing(patrons(3), filling);
    expect(await open.apply(job)).toMatchObject({ status: "COMPLETED", requestedFills: 3 });
    expect(await fillCounts(bed.stores.of(open.library), batchUpdateId(job))).toMatchObject({
      requested: 3,
      pending: 3,
      withdrawn: 0,
    });
    const undo = await followUp(open, job, "undo", { patronIds: ["P0", "P2"] });
    expect((await open.planLines(undo)).map(({ queue }) => queue)).toEqual([
      { before: 0, after: "WITHDRAW" },
      { before: 0, after: "WITHDRAW" },
    ]);
    await open.process(undo);
    expect((await open.apply(undo)).counts).toMatchObject({ updated: 2 });
    expect(await fillCounts(bed.stores.of(open.library), batchUpdateId(job))).toMatchObject({
      requested: 3,
      pending: 1,
      withdrawn: 2,
    });
  });
});

describe.concurrent("a delivery that stands still and wakes up after the end", () => {
  it.each(Array.from({ length: 13 }, (_, at) => at))(
    "before its request %i changes nothing of what was told",
    async (at) => {
      const { open, job, others } = await processing(patrons(3), specOf({ cutoff: 5 }));
      await others.act({ patron: 0, edit: { cutoff: 7 }, clear: [] });
      const thaw = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const freezes = { at, until: thaw.promise, reached: reached.resolve };
      const standing = open.applyTask(job, first, { freezes });
      await Promise.race([reached.promise, standing]);
      await open.call("POST", "/cancel", job);
      await open.applyTask(job, { task: "close" });
      const ended = await open.batchOf(job);
      const outcomes = [...(await open.outcomes(job)).values()];
      const records = await open.records();
      thaw.resolve();
      await standing;
      expect(ended.status).toBe("CANCELLED");
      expect(await open.records()).toEqual(records);
      expect((await reported(open, job)).map(({ outcome }) => outcome)).toEqual(outcomes);
      expect(ended.counts).toMatchObject({ updated: outcomes.filter((outcome) => outcome === "UPDATED").length });
    },
  );
});

describe.concurrent("following up", () => {
  it("a retry of a spread keeps each patron's day", async () => {
    const spread = { from: "2026-09-02", perDay: 1 };
    const { open, job, others } = await processing(patrons(3), specOf({ nextServiceDate: { spread } }), 10);
    await others.act({ patron: 1, edit: { nextServiceDate: "2027-02-28" }, clear: [] });
    expect((await open.apply(job)).counts).toMatchObject({ updated: 2, conflict: 1 });
    const retry = await followUp(open, job, "retry");
    expect((await open.planLines(retry)).map(({ patronId, after }) => [patronId, after.nextServiceDate])).toEqual([
      ["P1", "2026-09-03"],
    ]);
    await expect(open.call("POST", "/retry", job)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("an undo takes chosen patrons back, the others can be undone later, nobody twice", async () => {
    const { open, job } = await processing(patrons(3), specOf({ cutoff: 5 }));
    await open.apply(job);
    await expect(open.call("POST", "/undo", job, { patronIds: ["NOBODY"] })).rejects.toMatchObject({
      code: "VALIDATION",
    });
    const one = await followUp(open, job, "undo", { patronIds: ["P1"] });
    await open.process(one);
    await open.apply(one);
    await expect(open.call("POST", "/undo", job, { patronIds: ["P1"] })).rejects.toMatchObject({ code: "CONFLICT" });
    const rest = await followUp(open, job, "undo");
    const lines = await open.planLines(rest);
    expect(lines.map(({ patronId, action, problem }) => [patronId, action, problem?.code])).toEqual([
      ["P0", "UPDATE", undefined],
      ["P1", "INVALID", "ALREADY_UNDONE"],
      ["P2", "UPDATE", undefined],
    ]);
    await open.process(rest);
    await open.apply(rest);
    for (const record of (await open.records()).values()) {
      expect(record.cutoff).toBeUndefined();
      expect(record.version).toBe(3);
    }
  });

  it("an undo says that a patron is closed before it says that another undo has the patron", async () => {
    const { open, job, others } = await processing(patrons(2), specOf({ cutoff: 5 }));
    await open.apply(job);
    await followUp(open, job, "undo", { patronIds: ["P0"] });
    await others.act({ patron: 0, mainStatus: "DECEASED" });
    const rest = await followUp(open, job, "undo");
    expect((await open.planLines(rest)).map(({ problem }) => problem?.code)).toEqual(["PATRON_CLOSED", undefined]);
  });

  it("an undo of an undo brings the update back, created records too", async () => {
    const some = patrons(2).map((it, i) => (i === 0 ? { ...it, record: undefined } : it));
    const { open, job } = await processing(some, specOf({ cutoff: 5 }));
    await open.apply(job);
    const undo = await followUp(open, job, "undo");
    await open.process(undo);
    expect((await open.apply(undo)).counts).toMatchObject({ removed: 1, updated: 1 });
    const again = await followUp(open, undo, "undo");
    await open.process(again);
    expect((await open.apply(again)).counts).toMatchObject({ created: 1, updated: 1 });
    expect((await open.records()).get("P0")).toMatchObject({
      cutoff: 5,
      status: "ACTIVE",
      nightlyDebug: false,
      version: 3,
    });
    expect((await open.records()).get("P0")?.removed).toBeUndefined();
  });

  it("an undo whose created record was touched since its review is a conflict and keeps it", async () => {
    const { open, job, others } = await processing(patrons(1, { record: undefined }), specOf({ cutoff: 5 }));
    await open.apply(job);
    const undo = await followUp(open, job, "undo");
    await open.process(undo);
    await others.act({ patron: 0, edit: { serveCode: "NA" }, clear: [] });
    expect((await open.apply(undo)).counts).toMatchObject({ conflict: 1, removed: 0 });
    expect((await open.records()).get("P0")).toMatchObject({ cutoff: 5, serveCode: "NA" });
  });
});
