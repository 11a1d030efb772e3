import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import type { FaultLayer } from "#test/faults/layer";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import { writesMedia } from "#test/faults/requests";
import { gate } from "#test/faults/rules";
import { type Batch, type Job, jobs } from "#test/job";
import { sumOf } from "#test/numbers";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, until } from "#test/product";

let faulty: FaultyProduct;
let product: RunningProduct;
let faults: FaultLayer;
let job: Job;
const reserves = ["DB1", "DB2", "DB3"];

beforeAll(async () => {
  faulty = await startFaultyProduct();
  ({ product, faults } = faulty);
  job = jobs(product);
  const titles = reserves.map((titleId) => ({ titleId, medium: "DB", title: titleId, author: "Writer" }));
  await job.importLines("titles", titles);
});
afterAll(() => faulty?.remove());

async function plan(lines: readonly { patronId: string }[], spec: object) {
  const end = await job.importLines("patrons", lines);
  expect(end.counts["rejected"]).toBe(0);
  const { querySetId } = await job.querySet({ patronIds: lines.map(({ patronId }) => patronId) });
  return await job.plan(querySetId, { medium: "DB", nightlyDebug: false, ...spec });
}
const edit = async (patronId: string, body: object) => {
  expect((await job.call("PATCH", `/v1/patrons/${patronId}/media/DB`, body)).status).toBe(200);
};
const record = async (patronId: string) => (await job.patron(patronId)).media["DB"];
const ask = (batch: Batch, what: "undo" | "retry", body: object = {}) =>
  job.call("POST", `/v1/batch-updates/${batch.batchUpdateId}/${what}`, body);
const actions = async ({ batchUpdateId }: Batch) =>
  (await job.planItems(batchUpdateId)).map(({ patronId, action, problem }) => [patronId, action, problem?.code]);
const filled = (batch: Batch) =>
  until(
    () => job.batch(batch.batchUpdateId),
    ({ serviceQueues }) => serviceQueues.status !== "FILLING",
  );
const entrySchema = z.looseObject({ titleId: z.string(), status: z.string() });
const queueSchema = z.looseObject({ entries: z.array(entrySchema) });
const queue = async (patronId: string) =>
  queueSchema
    .parse(await job.get(`/v1/patrons/${patronId}/media/DB/service-queue`))
    .entries.map(({ titleId, status }) => [titleId, status]);

describe("retry", () => {
  test("takes up who failed, conflicted or was left, planned afresh, linked to its parent, each on the day of the spread", async () => {
    const ids = ["RT0", "RT1", "RT2", "RT3", "RT4"];
    const spread = { from: "2029-03-05", perDay: 1 };
    const days = ["2029-03-05", "2029-03-06", "2029-03-07", "2029-03-08", "2029-03-09"];
    const lines = ids.map((id) => patronLine(id, id === "RT2" ? { mainStatus: "DECEASED" } : {}));
    const planned = await plan(lines, { changes: { nextServiceDate: { spread }, serveCode: "CA30" } });
    await edit("RT1", { nextServiceDate: "2029-01-01" });
    const refused = {
      refuseParts: (statement: string) => statement.includes("PATRON#RT3#"),
      code: "ValidationError",
    };
    const done = await faults.during(
      (request) => (writesMedia(request) ? refused : undefined),
      () => job.apply(planned),
    );
    expect(done.counts).toMatchObject({ total: 5, updated: 2, conflict: 1, invalid: 1, failed: 1 });
    const [failed] = await job.outcomes(done.batchUpdateId, "?outcome=FAILED");
    expect(failed).toMatchObject({ patronId: "RT3", code: "WRITE_FAILED" });
    expect(failed?.message).toContain(
      "ValidationError (something stored cannot be read or written as it is) in chunk 0, after 6 tries",
    );

    const retry = await job.follow(done.batchUpdateId, "retry");
    expect(retry).toMatchObject({ kind: "RETRY", parentId: done.batchUpdateId, changes: planned["changes"] });
    const again = await ask(done, "retry");
    expect(again).toMatchObject({ status: 409, body: { conflictsWith: retry.batchUpdateId } });
    expect(await actions(retry)).toEqual([
      ["RT1", "UPDATE", undefined],
      ["RT3", "UPDATE", undefined],
    ]);
    expect((await job.apply(retry)).counts).toMatchObject({ total: 2, updated: 2 });
    const given = await Promise.all(ids.map(async (id) => (await record(id))?.["nextServiceDate"]));
    expect(given).toEqual([days[0], days[1], undefined, days[3], days[4]]);
    expect(await job.batch(done.batchUpdateId)).toMatchObject({
      children: [{ batchUpdateId: retry.batchUpdateId, kind: "RETRY", status: "COMPLETED" }],
    });
    expect((await ask(await job.batch(retry.batchUpdateId), "retry")).status).toBe(409);
  });
});

describe("undo", () => {
  test("gives back what was there, only where it still holds what was written; a created record goes unless it was touched", async () => {
    const full = mediumLine({ cutoff: 8, nightlyDebug: true, nextServiceDate: "2020-02-02" });
    const lines = [
      patronLine("UN-FULL", { media: [full] }),
      patronLine("UN-OTHER"),
      patronLine("UN-MOVED"),
      patronLine("UN-MADE", { media: [] }),
      patronLine("UN-TOUCHED", { media: [] }),
    ];
    const changes = { serveCode: "OL", cutoff: 0, nextServiceDate: "2029-06-01" };
    const done = await job.apply(await plan(lines, { changes }));
    expect(done.counts).toMatchObject({ updated: 3, created: 2 });
    await edit("UN-OTHER", { refillPoint: 9 });
    await edit("UN-MOVED", { serveCode: "MA" });
    await edit("UN-TOUCHED", { refillPoint: 1 });

    const undo = await job.follow(done.batchUpdateId, "undo");
    expect(undo).toMatchObject({ kind: "UNDO", parentId: done.batchUpdateId });
    // While it is open it has everyone: there is nobody left for another one.
    expect((await job.batch(done.batchUpdateId)).children).toMatchObject([{ patrons: 5 }]);
    expect((await ask(done, "undo")).status).toBe(409);
    expect(await actions(undo)).toEqual([
      ["UN-FULL", "UPDATE", undefined],
      ["UN-OTHER", "UPDATE", undefined],
      ["UN-MOVED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
      ["UN-MADE", "REMOVE", undefined],
      ["UN-TOUCHED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
    ]);
    const undone = await job.apply(undo);
    expect(undone.counts).toMatchObject({ total: 5, updated: 2, removed: 1, conflict: 2 });
    const { medium: _, ...original } = full;
    expect(await record("UN-FULL")).toEqual({ ...original, status: "ACTIVE", version: 3 });
    expect(await record("UN-OTHER")).toEqual({
      ...{ status: "ACTIVE", serveCode: "NA", deliveryMethod: "PHYSICAL", maxServiceQueueSize: 20, refillPoint: 9 },
      ...{ nightlyDebug: false, version: 4 },
    });
    expect(await record("UN-MOVED")).toMatchObject({ serveCode: "MA", cutoff: 0, version: 3 });
    expect(await record("UN-MADE")).toBeUndefined();
    expect(await record("UN-TOUCHED")).toMatchObject({ serveCode: "OL", refillPoint: 1, version: 2 });

    const [taken] = (await job.batch(done.batchUpdateId)).children;
    expect(taken).toMatchObject({ status: "COMPLETED_WITH_ERRORS", patrons: 3, finishedAt: undone.finishedAt });

    // Twice is refused with the reason: for those who were undone, and whole where that is everybody.
    const rest = await job.follow(done.batchUpdateId, "undo");
    expect(await actions(rest)).toEqual([
      ["UN-FULL", "INVALID", "ALREADY_UNDONE"],
      ["UN-OTHER", "INVALID", "ALREADY_UNDONE"],
      ["UN-MOVED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
      ["UN-MADE", "INVALID", "ALREADY_UNDONE"],
      ["UN-TOUCHED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
    ]);
    // The second one claims those alone whom the first has not.
    expect((await job.batch(done.batchUpdateId)).children).toMatchObject([{ patrons: 3 }, { patrons: 2 }]);
    const twice = await ask(done, "undo", { patronIds: ["UN-FULL", "UN-MADE"] });
    expect(twice.status).toBe(409);
    expect(problemSchema.parse(twice.body).detail).toContain("another undo");

    // The undo of the undo: what the batch update wrote is there again, also the record that was removed.
    const redone = await job.apply(await job.follow(undone.batchUpdateId, "undo"));
    expect(redone.counts).toMatchObject({ total: 3, updated: 2, created: 1 });
    expect(await record("UN-FULL")).toMatchObject({ ...changes, nightlyDebug: false, version: 4 });
    expect(await record("UN-MADE")).toEqual({ ...changes, status: "ACTIVE", nightlyDebug: false, version: 3 });
  });

  test("of chosen patrons takes back theirs alone; who was not changed by it is told, and nobody is touched", async () => {
    const lines = ["CH1", "CH2", "CH3"].map((id) => patronLine(id));
    const done = await job.apply(
      await plan([...lines, patronLine("CH4", { mainStatus: "DECEASED" })], { changes: { cutoff: 1 } }),
    );
    const strangers = await ask(done, "undo", { patronIds: ["CH1", "CH4", "NOBODY"] });
    expect(strangers.status).toBe(422);
    expect(problemSchema.parse(strangers.body).errors?.map(({ path }) => path)).toEqual([
      "patronIds[1]",
      "patronIds[2]",
    ]);
    const undone = await job.apply(await job.follow(done.batchUpdateId, "undo", { patronIds: ["CH2"] }));
    expect(undone.counts).toMatchObject({ total: 1, updated: 1 });
    const cutoffs = await Promise.all(["CH1", "CH2", "CH3"].map(async (id) => (await record(id))?.["cutoff"]));
    expect(cutoffs).toEqual([1, undefined, 1]);
  });

  test("conflicts with what changes between its review and its processing, and its retry is planned as that undo", async () => {
    const done = await job.apply(await plan([patronLine("LATER1"), patronLine("LATER2")], { changes: { cutoff: 1 } }));
    const undo = await job.follow(done.batchUpdateId, "undo");
    await edit("LATER1", { cutoff: 2 });
    const undone = await job.apply(undo);
    expect(undone.counts).toMatchObject({ updated: 1, conflict: 1 });
    expect(await job.outcomes(undone.batchUpdateId, "?outcome=CONFLICT")).toMatchObject([
      { patronId: "LATER1", changes: [{ field: "cutoff", before: 1, current: 2 }] },
    ]);
    await edit("LATER1", { cutoff: 1 });
    const retry = await job.follow(undone.batchUpdateId, "retry");
    expect(await actions(retry)).toEqual([["LATER1", "UPDATE", undefined]]);
    await job.apply(retry);
    expect((await record("LATER1"))?.["cutoff"]).toBeUndefined();
    // The undo and its retry have everyone between them.
    expect((await job.batch(done.batchUpdateId)).children).toMatchObject([{ kind: "UNDO", patrons: 2 }]);
    expect((await ask(done, "undo")).status).toBe(409);
  });

  test("withdraws the entries it added that still wait; what is on order or sent stays, and the review says so", async () => {
    const lines = [
      patronLine("QU1", { reserves }),
      patronLine("QU2", { reserves }),
      patronLine("QU3", { reserves, media: [] }),
      patronLine("QU4", { reserves, media: [] }),
    ];
    const done = await filled(await job.apply(await plan(lines, { changes: { addServiceQueue: true } })));
    expect(done.serviceQueues).toMatchObject({ status: "FILLED", requested: 4, filled: 4 });
    const waiting = reserves.map((titleId) => [titleId, "WAITING"]);
    expect(await queue("QU1")).toEqual(waiting);
    for (const patronId of ["QU2", "QU4"]) {
      const path = `/v1/patrons/${patronId}/media/DB/service-queue/DB2`;
      expect((await job.call("PATCH", path, { status: "SENT" })).status).toBe(200);
    }
    const undo = await job.follow(done.batchUpdateId, "undo");
    expect(undo.plan?.warnings).toEqual([{ code: "ENTRIES_SENT", patrons: 1 }]);
    expect(await actions(undo)).toEqual([
      ["QU1", "UPDATE", undefined],
      ["QU2", "UPDATE", undefined],
      ["QU3", "REMOVE", undefined],
      ["QU4", "CONFLICT", "CHANGED_SINCE_REVIEW"],
    ]);
    await job.apply(undo);
    expect(await queue("QU1")).toEqual([]);
    expect(await queue("QU2")).toEqual([["DB2", "SENT"]]);
    expect(await record("QU3")).toBeUndefined();
    expect(await queue("QU4")).toEqual([
      ["DB1", "WAITING"],
      ["DB2", "SENT"],
      ["DB3", "WAITING"],
    ]);
    const { serviceQueues } = await job.batch(done.batchUpdateId);
    expect(serviceQueues).toMatchObject({ requested: 4, filled: 4, withdrawn: 0, pending: 0, failed: 0 });
  });

  test("before the queues are filled makes these fills WITHDRAWN for good", async () => {
    const fills = gate(({ functionName }) => functionName.startsWith("BatchManagerFill"));
    await faults.during(fills.rule, async () => {
      const lines = ["PEND1", "PEND2"].map((id) => patronLine(id, { reserves }));
      const done = await job.apply(await plan(lines, { changes: { addServiceQueue: true } }));
      await fills.reached;
      expect((await job.batch(done.batchUpdateId)).serviceQueues).toMatchObject({ status: "FILLING", pending: 2 });
      const undone = await job.apply(await job.follow(done.batchUpdateId, "undo"));
      expect(undone.counts).toMatchObject({ updated: 2 });
      fills.open();
      await until(
        async () => faults.underWay(),
        (open) => open === 0,
      );
      const { serviceQueues } = await filled(done);
      expect(serviceQueues).toMatchObject({ requested: 2, filled: 0, withdrawn: 2, pending: 0 });
      expect([await queue("PEND1"), await queue("PEND2")]).toEqual([[], []]);
    });
  });

  test("of a cancelled run takes back what it had done, and of one that never began is refused", async () => {
    const lines = Array.from({ length: 520 }, (_, i) => patronLine(`HALF${String(i).padStart(3, "0")}`));
    const planned = await plan(lines, { changes: { cutoff: 6 } });
    expect((await ask(planned, "undo")).status).toBe(409);
    // Chunk 0 goes through; the worker of the next one dies, and when it comes again the run is being cancelled.
    const second = gate(
      ({ functionName, key }) => functionName.startsWith("ApplyChunk") && key.endsWith("/plan/lines/00001.jsonl"),
      { crash: "BEFORE" },
    );
    const cancelled = await faults.during(second.rule, async () => {
      expect((await job.process(planned)).status).toBe(202);
      await second.reached;
      const { status } = await job.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/cancel`);
      expect(status).toBe(202);
      second.open();
      return await job.ended(planned.batchUpdateId);
    });
    expect(cancelled).toMatchObject({ status: "CANCELLED", counts: { updated: 500, unprocessed: 20 } });
    expect(sumOf(cancelled.counts ?? {})).toBe(520);
    const undone = await job.apply(await job.follow(planned.batchUpdateId, "undo"));
    expect(undone.counts).toMatchObject({ total: 500, updated: 500 });
    expect(await record("HALF000")).toMatchObject({ version: 3 });
    expect((await record("HALF000"))?.["cutoff"]).toBeUndefined();
    expect(await record("HALF519")).toMatchObject({ version: 1 });

    const never = await job.plan(String(planned["querySetId"]), { medium: "DB", nightlyDebug: true });
    await job.call("POST", `/v1/batch-updates/${never.batchUpdateId}/cancel`);
    for (const what of ["undo", "retry"] as const) expect((await ask(never, what)).status).toBe(409);
  });
});
