import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Batch, type Job, jobs, toWrite } from "#test/job";
import { sumOf } from "#test/numbers";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;

beforeAll(async () => {
  product = await startProduct({ samplePatrons: 300 });
  job = jobs(product);
});
afterAll(() => product?.remove());

describe("the main job, end to end", () => {
  let planned: Batch;
  let done: Batch;
  const untouched = new Map<string, number>();

  test("patrons come in by import, bad lines are told by number and reason, the rest go in", async () => {
    const lines = [
      patronLine("JOB001", { lastName: "Ångström", media: [mediumLine({ cutoff: 10 })] }),
      "this is not JSON",
      patronLine("JOB002", { lastName: "=Formula", media: [mediumLine({ refillPoint: 19 })] }),
      patronLine("JOB003", { lastName: "李", mainStatus: "DECEASED" }),
      patronLine("JOB004", { media: [] }),
      patronLine("JOB005", { media: [mediumLine({ serveCode: "NOSUCH" })] }),
      patronLine("JOB006", {
        media: [mediumLine({ deliveryMethod: "DUPLICATION", nightlyDebug: true, maxServiceQueueSize: 15 })],
      }),
    ];
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    const end = await job.importLines("patrons", text);
    expect(end.status).toBe("COMPLETED_WITH_ERRORS");
    expect(end.counts).toEqual({ read: 7, created: 5, replaced: 0, unchanged: 0, rejected: 2 });
    const errors = await (await fetch(String(end.errorsCsvUrl))).text();
    expect(errors).toMatch(/^\ufeff?[^\n]*\r?\n2,/);
    expect(errors).toContain("\n6,");
    expect(errors).toContain("NOSUCH");
  });

  test("a query by criteria finds those who match, on one and the same record", async () => {
    const set = await job.querySet({
      criteria: {
        all: [
          { field: "Patron.patronId", operator: "begins", value: "job" },
          { none: [{ field: "Media.serveCode", operator: "in", value: ["OA", "OL"] }] },
        ],
      },
    });
    expect(set).toMatchObject({
      status: "READY",
      searchStatement: "Patron : Patron ID : Begins : job AND (NOT Media : Serve Code : In : OA, OL)",
    });
    expect(set.counts).toMatchObject({ matched: 5, notFound: 0 });
    const both = { all: ["DB", "BR"].map((value) => ({ field: "Media.medium", operator: "equals", value })) };
    expect((await job.querySet({ criteria: both })).counts["matched"]).toBe(0);
  });

  test("a list of ids is taken as it is, with what is unknown or doubled said", async () => {
    const patronIds = ["JOB006", "JOB004", "NOBODY", "JOB003", "JOB002", "JOB001", "JOB006"];
    const set = await job.querySet({ patronIds });
    expect(set.counts).toMatchObject({ matched: 5, notFound: 1, duplicates: 1 });
    expect(set.searchStatement).toBe("Patron : Patron ID : In : list of 6 ids");
    for (const id of ["JOB003", "JOB006"]) untouched.set(id, (await job.patron(id)).media["DB"]?.version ?? 0);
    planned = await job.plan(set.querySetId, {
      medium: "DB",
      nightlyDebug: true,
      changes: { deliveryMethod: "DUPLICATION", maxServiceQueueSize: 15, cutoff: null },
    });
  });

  test("the review says what would change, field by field, and what would not", async () => {
    expect(planned.status).toBe("READY");
    expect(planned.plan?.counts).toEqual({
      total: 5,
      update: 1,
      create: 1,
      remove: 0,
      unchanged: 1,
      conflict: 0,
      notFound: 0,
      invalid: 2,
      excluded: 0,
    });
    expect(planned.plan?.nightlyDebug).toEqual({ turnedOn: 2, turnedOff: 0 });
    expect(planned.plan?.problems).toEqual(
      expect.arrayContaining([
        { code: "PATRON_CLOSED", patrons: 1 },
        { code: "REFILL_ABOVE_MAXIMUM", patrons: 1 },
      ]),
    );
    const items = await job.planItems(planned.batchUpdateId);
    expect(items.map(({ patronId, action }) => [patronId, action])).toEqual([
      ["JOB006", "UNCHANGED"],
      ["JOB004", "CREATE"],
      ["JOB003", "INVALID"],
      ["JOB002", "INVALID"],
      ["JOB001", "UPDATE"],
    ]);
    expect(items.at(-1)?.changes).toEqual([
      { field: "deliveryMethod", before: "PHYSICAL", after: "DUPLICATION" },
      { field: "cutoff", before: 10 },
      { field: "nightlyDebug", before: false, after: true },
      { field: "maxServiceQueueSize", before: 20, after: 15 },
    ]);
  });

  test("process with another digest or count changes nothing", async () => {
    const path = `/v1/batch-updates/${planned.batchUpdateId}/process`;
    const stale = await job.call("POST", path, { planDigest: "another", patronCount: 2 });
    const miscounted = await job.call("POST", path, { planDigest: planned.plan?.digest, patronCount: 3 });
    expect([stale.status, miscounted.status]).toEqual([409, 409]);
    expect((await job.batch(planned.batchUpdateId)).status).toBe("READY");
    expect((await job.patron("JOB001")).media["DB"]).toMatchObject({ deliveryMethod: "PHYSICAL", version: 1 });
  });

  test("processing applies exactly the plan; counts add up; a missing record is made", async () => {
    done = await job.apply(planned);
    expect(done.status).toBe("COMPLETED_WITH_ERRORS");
    expect(done.counts).toMatchObject({ total: 5, updated: 1, created: 1, unchanged: 1, invalid: 2 });
    expect(sumOf(done.counts ?? {})).toBe(5);
    expect((await job.patron("JOB001")).media["DB"]).toEqual({
      status: "ACTIVE",
      serveCode: "NA",
      deliveryMethod: "DUPLICATION",
      nightlyDebug: true,
      maxServiceQueueSize: 15,
      refillPoint: 5,
      version: 2,
    });
    expect((await job.patron("JOB004")).media["DB"]).toEqual({
      status: "ACTIVE",
      deliveryMethod: "DUPLICATION",
      nightlyDebug: true,
      maxServiceQueueSize: 15,
      version: 1,
    });
    for (const [id, version] of untouched) expect((await job.patron(id)).media["DB"]?.version).toBe(version);
  });

  test("errors stand in the report with code, message and advice; its files are exact", async () => {
    const report = await job.report(done.batchUpdateId);
    expect(report).toMatchObject({ final: true, errors: { rows: 2 }, outcomes: { rows: 5 } });
    const rows = report.csv?.split("\r\n") ?? [];
    expect(rows[0]).toBe(
      "\ufeffpatronId,lastName,firstName,medium,outcome,code,message,advice,field,before,after,current",
    );
    expect(rows[1]).toContain("JOB003,李,First,DB,INVALID,PATRON_CLOSED,");
    expect(rows[2]).toContain("JOB002,'=Formula,First,DB,INVALID,REFILL_ABOVE_MAXIMUM,");
    expect(rows[2]).toMatch(/,maxServiceQueueSize,20,15,$/);
    expect(rows[3]).toBe("");
    const outcomes = report.jsonl
      ?.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(outcomes).toEqual(await job.outcomes(done.batchUpdateId));
  });

  test("a planned field that somebody changed since the review is a conflict; any other change survives", async () => {
    await job.importLines("patrons", [patronLine("CON001"), patronLine("CON002")]);
    const set = await job.querySet({ patronIds: ["CON001", "CON002"] });
    const plan = await job.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes: { serveCode: "OL" } });
    const edit = (id: string, body: object) => job.call("PATCH", `/v1/patrons/${id}/media/DB`, body);
    expect((await edit("CON001", { serveCode: "WA" })).status).toBe(200);
    expect((await edit("CON002", { refillPoint: 7 })).status).toBe(200);
    const end = await job.apply(plan);
    expect(end.counts).toMatchObject({ updated: 1, conflict: 1 });
    expect((await job.patron("CON001")).media["DB"]).toMatchObject({ serveCode: "WA", version: 2 });
    expect((await job.patron("CON002")).media["DB"]).toMatchObject({ serveCode: "OL", refillPoint: 7, version: 3 });
    const [conflict] = await job.outcomes(end.batchUpdateId, "?outcome=CONFLICT");
    expect(conflict).toMatchObject({
      patronId: "CON001",
      code: "CHANGED_SINCE_REVIEW",
      changes: [{ field: "serveCode", before: "NA", after: "OL", current: "WA" }],
    });
  });

  test("added service queues are filled after the update has ended, until all are filled", async () => {
    const set = await job.querySet({
      criteria: { all: [{ field: "Patron.hasMedium", operator: "equals", value: "DB" }] },
    });
    const plan = await job.plan(set.querySetId, {
      medium: "DB",
      nightlyDebug: false,
      changes: { addServiceQueue: true },
    });
    const end = await job.apply(plan);
    const filled = await until(
      () => job.batch(end.batchUpdateId),
      ({ serviceQueues }) => serviceQueues.status !== "FILLING",
    );
    const { requested, filled: count, pending, failed } = filled.serviceQueues;
    expect({ requested, filled: count, pending, failed }).toEqual({
      requested: toWrite(plan),
      filled: toWrite(plan),
      pending: 0,
      failed: 0,
    });
  });
});
