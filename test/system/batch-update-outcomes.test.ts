import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { patronKey } from "#records/store/keys";
import { libraryId, patronId } from "#test/ids";
import { type Batch, type Job, jobs, outcomeItemSchema } from "#test/job";
import { sumOf } from "#test/numbers";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
});
afterAll(() => product?.remove());

const edit = async (patronId: string, body: object) => {
  const { status } = await job.call("PATCH", `/v1/patrons/${patronId}/media/DB`, body);
  expect(status).toBe(200);
};
const record = async (patronId: string) => (await job.patron(patronId)).media["DB"];

async function plan(lines: readonly { patronId: string }[], spec: object) {
  const end = await job.importLines("patrons", lines);
  expect(end.counts["rejected"]).toBe(0);
  const { querySetId } = await job.querySet({ patronIds: lines.map(({ patronId }) => patronId) });
  return await job.plan(querySetId, { medium: "DB", nightlyDebug: false, ...spec });
}

/** A patron disappears as no route of the product lets it: a merge in the national system, say. */
async function remove(id: string): Promise<void> {
  const { dynamodb, region, accessKeyId, secretAccessKey, table: TableName } = await readEndpoints(product);
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: { accessKeyId, secretAccessKey } });
  const { pk, sk } = patronKey({ library: libraryId("piedmont") }, patronId(id));
  await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } } }));
  client.destroy();
}

const cells = z.array(z.record(z.string(), z.string()));
/** The errors report, read as a spreadsheet reads it. */
async function errorRows(id: string) {
  const { csv = "", ...report } = await job.report(id);
  const rows = cells.parse(parse(csv, { columns: true, bom: true, record_delimiter: "\r\n" }));
  return { ...report, csv, rows };
}

describe("conflicts by field", () => {
  const spec = { changes: { serveCode: "OL", maxServiceQueueSize: 15 } };
  const names = ["SAME", "EDITED", "OTHER", "BROKEN", "THERE", "GONE", "CLOSED", "EMPTIED", "ARRIVED", "LAST"];
  const id = (name: string) => `CF-${name}`;
  let done: Batch;

  beforeAll(async () => {
    const lines = names.map((name) => patronLine(id(name), name === "ARRIVED" ? { media: [] } : {}));
    const planned = await plan(lines, spec);
    expect(planned.plan?.counts).toMatchObject({ update: names.length - 1, create: 1 });
    await edit(id("EDITED"), { serveCode: "WA" });
    await edit(id("OTHER"), { cutoff: 7, deliveryMethod: "DUPLICATION" });
    await edit(id("BROKEN"), { refillPoint: 16 });
    await edit(id("THERE"), { serveCode: "OL", maxServiceQueueSize: 15 });
    await remove(id("GONE"));
    await job.importLines("patrons", [
      patronLine(id("CLOSED"), { mainStatus: "WITHDRAWN" }),
      patronLine(id("EMPTIED"), { media: [] }),
      patronLine(id("ARRIVED"), { media: [mediumLine({ serveCode: "MA" })] }),
    ]);
    done = await job.apply(planned);
  });

  test("each has an outcome of its own, and nobody's failure touches the next", async () => {
    expect(done.status).toBe("COMPLETED_WITH_ERRORS");
    expect(done.counts).toMatchObject({ total: 10, updated: 3, unchanged: 1, conflict: 4, notFound: 1, invalid: 1 });
    expect(sumOf(done.counts ?? {})).toBe(10);
    const outcomes = await job.outcomes(done.batchUpdateId);
    expect(outcomes.map(({ patronId, outcome, code }) => [patronId.slice(3), outcome, code])).toEqual([
      ["SAME", "UPDATED", undefined],
      ["EDITED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
      ["OTHER", "UPDATED", undefined],
      ["BROKEN", "CONFLICT", "REFILL_ABOVE_MAXIMUM"],
      ["THERE", "UNCHANGED", undefined],
      ["GONE", "NOT_FOUND", "PATRON_NOT_FOUND"],
      ["CLOSED", "INVALID", "PATRON_CLOSED"],
      ["EMPTIED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
      ["ARRIVED", "CONFLICT", "CHANGED_SINCE_REVIEW"],
      ["LAST", "UPDATED", undefined],
    ]);
  });

  test("their values are kept whole, and shown beside what was reviewed and what was meant", async () => {
    expect(await record(id("EDITED"))).toMatchObject({ serveCode: "WA", maxServiceQueueSize: 20, version: 2 });
    expect(await record(id("BROKEN"))).toMatchObject({ serveCode: "NA", refillPoint: 16, version: 2 });
    expect(await record(id("THERE"))).toMatchObject({ serveCode: "OL", version: 2 });
    expect(await record(id("CLOSED"))).toMatchObject({ serveCode: "NA", version: 1 });
    expect(await record(id("EMPTIED"))).toBeUndefined();
    expect(await record(id("ARRIVED"))).toMatchObject({ serveCode: "MA", version: 1 });
    const [edited] = await job.outcomes(done.batchUpdateId, "?q=CF-EDITED");
    expect(edited?.changes).toContainEqual({ field: "serveCode", before: "NA", after: "OL", current: "WA" });
  });

  test("a change to another field of the record survives beside the update", async () => {
    expect(await record(id("OTHER"))).toEqual({
      status: "ACTIVE",
      serveCode: "OL",
      deliveryMethod: "DUPLICATION",
      cutoff: 7,
      maxServiceQueueSize: 15,
      refillPoint: 5,
      nightlyDebug: false,
      version: 3,
    });
  });

  test("a next service date that has passed since the review is INVALID", async () => {
    const library = z.looseObject({ timeZone: z.string() }).parse(await job.get("/v1/library"));
    // Whatever the hour, the second place is a day ahead of the first.
    const [behind, ahead] = ["Pacific/Pago_Pago", "Pacific/Kiritimati"];
    const move = async (timeZone: string | undefined) =>
      expect((await job.call("PUT", "/v1/library", { ...library, timeZone })).status).toBe(200);
    await move(behind);
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: behind }).format(new Date());
    const planned = await plan([patronLine("PASSED1")], { changes: { nextServiceDate: today } });
    await move(ahead);
    const end = await job.apply(planned);
    await move(library.timeZone);
    expect(end.counts).toMatchObject({ total: 1, invalid: 1 });
    expect(await job.outcomes(end.batchUpdateId)).toMatchObject([{ outcome: "INVALID", code: "DAY_PASSED" }]);
    expect((await record("PASSED1"))?.version).toBe(1);
  });
});

describe("history", () => {
  test("it shows each batch update and each edit that touched the patron, newest first, with before and after", async () => {
    const lines = [patronLine("HIST1"), patronLine("HIST2", { media: [] })];
    const first = await job.apply(await plan(lines, { nightlyDebug: true, changes: { cutoff: 3 } }));
    await edit("HIST1", { serveCode: "WA" });
    const { querySetId } = await job.querySet({ patronIds: ["HIST1", "HIST2"] });
    const spec = { medium: "DB", nightlyDebug: true, changes: { cutoff: null } };
    const second = await job.apply(await job.plan(querySetId, spec));
    const undone = await job.apply(await job.follow(second.batchUpdateId, "undo"));
    const item = z.looseObject({
      batchUpdateId: z.string().optional(),
      kind: z.string(),
      outcome: z.string(),
      changes: outcomeItemSchema.shape.changes,
    });
    const told = async (patronId: string) =>
      (await job.all(`/v1/patrons/${patronId}/history`, item)).map(({ batchUpdateId, kind, outcome, changes }) => [
        ...[batchUpdateId, kind, outcome],
        changes,
      ]);
    const cutoff = (change: object) => [{ field: "cutoff", ...change }];
    expect(await told("HIST1")).toEqual([
      [undone.batchUpdateId, "UNDO", "UPDATED", cutoff({ after: 3 })],
      [second.batchUpdateId, "UPDATE", "UPDATED", cutoff({ before: 3 })],
      [undefined, "EDIT", "UPDATED", [{ field: "serveCode", before: "NA", after: "WA" }]],
      [
        ...[first.batchUpdateId, "UPDATE", "UPDATED"],
        [...cutoff({ after: 3 }), { field: "nightlyDebug", before: false, after: true }],
      ],
    ]);
    const made = await told("HIST2");
    expect(made.map(([batchUpdateId, , outcome]) => [batchUpdateId, outcome])).toEqual([
      [undone.batchUpdateId, "UPDATED"],
      [second.batchUpdateId, "UPDATED"],
      [first.batchUpdateId, "CREATED"],
    ]);
  });
});

describe("report", () => {
  const nasty = [
    ["RP-1", "=HYPERLINK(1)", "+1"],
    ["RP-2", "-5", "@SUM(A1)"],
    ["RP-3", "\tTab", "plain"],
    ["RP-4", 'Quote "the", comma', "Zoë 李 🎧"],
    ["RP-5", "Two\r\nlines", "é"],
  ] as const;

  test("its CSV is what a spreadsheet reads back, formulas made safe and everything else intact", async () => {
    const lines = [
      ...nasty.map(([patronId, lastName, firstName]) =>
        patronLine(patronId, { lastName, firstName, media: [mediumLine({ refillPoint: 18, cutoff: 0 })] }),
      ),
      patronLine("RP-6", { mainStatus: "DECEASED" }),
      patronLine("RP-7"),
    ];
    const planned = await plan(lines, { changes: { maxServiceQueueSize: 10, cutoff: 5 } });
    expect((await job.call("GET", `/v1/batch-updates/${planned.batchUpdateId}/report`)).status).toBe(409);
    expect((await job.call("GET", `/v1/batch-updates/${planned.batchUpdateId}/outcomes`)).status).toBe(409);
    await edit("RP-7", { cutoff: 9, maxServiceQueueSize: 19 });
    const done = await job.apply(planned);
    const { errors, csv, rows } = await errorRows(done.batchUpdateId);
    expect(csv.startsWith("\ufeffpatronId,lastName,firstName,medium,outcome,code,")).toBe(true);
    expect(errors.rows).toBe(rows.length);
    const safe = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    expect(rows.slice(0, 5).map((row) => [row["patronId"], row["lastName"], row["firstName"]])).toEqual(
      nasty.map(([patronId, lastName, firstName]) => [patronId, safe(lastName), safe(firstName)]),
    );
    expect(
      rows.slice(5).map((row) => [row["patronId"], row["field"], row["before"], row["after"], row["current"]]),
    ).toEqual([
      ["RP-6", "", "", "", ""],
      ["RP-7", "cutoff", "", "5", "9"],
      ["RP-7", "maxServiceQueueSize", "20", "10", "19"],
    ]);
    for (const { code, message, advice } of rows) {
      expect(code).toMatch(/^(REFILL_ABOVE_MAXIMUM|PATRON_CLOSED|CHANGED_SINCE_REVIEW)$/);
      expect(message?.length).toBeGreaterThan(10);
      expect(advice).toMatch(/\.$/);
    }
  });

  test("its JSONL has one exact line for every patron of the plan", async () => {
    const lines = nasty.map(([patronId, lastName, firstName]) => patronLine(patronId, { lastName, firstName }));
    const planned = await plan(lines, { changes: { cutoff: 0 } });
    const done = await job.apply(planned);
    const { jsonl = "", outcomes, errors } = await job.report(done.batchUpdateId);
    expect(outcomes.rows).toBe(5);
    expect(errors.rows).toBe(0);
    const told = jsonl.split("\n");
    expect(told.pop()).toBe("");
    expect(told.map((line) => JSON.parse(line))).toEqual(await job.outcomes(done.batchUpdateId));
    expect(told.map((line) => [JSON.parse(line).lastName, JSON.parse(line).firstName])).toEqual(
      nasty.map(([, lastName, firstName]) => [lastName, firstName]),
    );
  });

  test("the plan comes as a spreadsheet too", async () => {
    const planned = await plan([patronLine("RP-8", { lastName: "@x" })], { changes: { cutoff: 4 } });
    const answer = z
      .object({ csvUrl: z.string() })
      .parse(await job.get(`/v1/batch-updates/${planned.batchUpdateId}/plan/export`));
    const csv = Buffer.from(await (await fetch(answer.csvUrl)).arrayBuffer()).toString("utf8");
    expect(csv.startsWith("\ufeff")).toBe(true);
    const rows = cells.parse(parse(csv, { columns: true, bom: true, record_delimiter: "\r\n" }));
    expect(rows).toMatchObject([{ patronId: "RP-8", lastName: "'@x", action: "UPDATE", field: "cutoff", after: "4" }]);
  });
});
