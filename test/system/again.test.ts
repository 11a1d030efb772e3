import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { batchSchema, type Job, jobs, outcomeItemSchema } from "#test/job";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;
let staff: Job;

const at = (serveCode: string) => ({ media: [mediumLine({ serveCode })] });

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  staff = jobs(product, "piedmont-staff");
  await job.importLines("patrons", [
    patronLine("AG1", at("NA")),
    patronLine("AG2", at("NA")),
    patronLine("AG3", at("OA")),
    patronLine("AG4", { ...at("OA"), mainStatus: "DECEASED" }),
    patronLine("AG5", { media: [] }),
  ]);
});
afterAll(() => product?.remove());

const setSchema = z.looseObject({
  querySetId: z.string(),
  status: z.string(),
  name: z.string().optional(),
  refreshOf: z.string().optional(),
  counts: z.looseObject({ matched: z.number(), notFound: z.number() }),
});
const everyone = ["AG1", "AG2", "AG3", "AG4", "AG5"];
const toWeekly = { medium: "DB", nightlyDebug: false, changes: { serveCode: "WA" } };

async function refreshed(querySetId: string) {
  const made = await staff.call("POST", `/v1/query-sets/${querySetId}/refresh`);
  expect(made.status).toBe(201);
  const { querySetId: id } = setSchema.parse(made.body);
  expect(made.headers.get("location")).toBe(`${product.url}/v1/query-sets/${id}`);
  return await until(
    async () => setSchema.parse(await job.get(`/v1/query-sets/${id}`)),
    ({ status }) => status !== "BUILDING",
  );
}

describe("a name", () => {
  test("can be changed at any time, by who may create, and the audit says from what to what", async () => {
    const { querySetId } = await job.querySet({ patronIds: everyone, name: "First" });
    const planned = await job.plan(querySetId, toWeekly);
    const [set, batch] = [`/v1/query-sets/${querySetId}`, `/v1/batch-updates/${planned.batchUpdateId}`];
    for (const path of [set, batch]) {
      expect((await staff.call("PATCH", path, { name: "  Second  " })).body).toMatchObject({ name: "Second" });
      expect(await job.get(path)).toMatchObject({ name: "Second" });
      expect((await staff.call("PATCH", path, { name: " " })).status).toBe(422);
      expect((await staff.call("PATCH", path, { name: "x", status: "READY" })).status).toBe(422);
    }
    // The very plan that was reviewed can still be processed, and what has ended can be renamed too.
    await job.apply(planned);
    expect((await staff.call("PATCH", batch, { name: "Third" })).body).toMatchObject({ name: "Third" });
    const { items } = z
      .object({ items: z.array(z.looseObject({ action: z.string(), changes: z.array(z.unknown()).optional() })) })
      .parse(await job.get(`/v1/audit?subject=batch-updates/${planned.batchUpdateId}`));
    expect(items.filter(({ action }) => action === "BATCH_UPDATE_RENAMED").map(({ changes }) => changes)).toEqual([
      [{ field: "name", before: "Second", after: "Third" }],
      [{ field: "name", after: "Second" }],
    ]);
  });
});

describe("the list of batch updates", () => {
  test("is narrowed by who made it and when", async () => {
    const { querySetId } = await staff.querySet({ patronIds: ["AG1"] });
    const theirs = await staff.plan(querySetId, { ...toWeekly, name: "By staff" });
    const { createdBy, createdAt } = z.looseObject({ createdBy: z.string(), createdAt: z.string() }).parse(theirs);
    const idsOf = async (query: string) =>
      (await job.all(`/v1/batch-updates?${query}`, batchSchema)).map(({ batchUpdateId }) => batchUpdateId);
    expect(await idsOf(`createdBy=${createdBy}`)).toEqual([theirs.batchUpdateId]);
    expect(await idsOf(`createdBy=${createdBy}&from=${createdAt}&to=${createdAt}`)).toEqual([theirs.batchUpdateId]);
    expect(await idsOf("createdBy=nobody")).toEqual([]);
    expect(await idsOf(`to=${createdAt}`)).toContain(theirs.batchUpdateId);
    expect(await idsOf("to=2020-01-01T00:00:00Z")).toEqual([]);
    expect((await job.call("GET", "/v1/batch-updates?from=yesterday")).status).toBe(422);
  });
});

describe("a batch update once more", () => {
  test("is planned afresh from the same query set; a retry and an undo are none", async () => {
    const { querySetId } = await job.querySet({ patronIds: ["AG3"] });
    const first = await job.plan(querySetId, { ...toWeekly, changes: { cutoff: 3 }, name: "Again" });
    await job.apply(first);
    const made = await staff.call("POST", `/v1/batch-updates/${first.batchUpdateId}/duplicate`);
    expect(made.status).toBe(201);
    const again = await job.settled(batchSchema.parse(made.body).batchUpdateId);
    expect(again).toMatchObject({ name: "Again", querySetId, changes: { cutoff: 3 }, status: "READY" });
    expect(again.plan?.counts).toMatchObject({ unchanged: 1, total: 1 });
    const undo = await job.follow(first.batchUpdateId, "undo");
    expect((await job.call("POST", `/v1/batch-updates/${undo.batchUpdateId}/duplicate`)).status).toBe(409);
    const { children } = z.looseObject({ children: z.array(z.unknown()) }).parse(await job.batch(first.batchUpdateId));
    expect(children).toHaveLength(1);
  });
});

describe("a query set asked again", () => {
  const weekly = { all: [{ field: "Media.serveCode", operator: "equals", value: "MA" }] };

  test("finds who meets its criteria now; comparing tells who joined, who left and who stayed", async () => {
    await job.importLines("patrons", [patronLine("RE1", at("MA")), patronLine("RE2", at("MA"))]);
    const before = await job.querySet({ criteria: weekly, patronIds: ["RE9", "RE2"], name: "Monthly" });
    const stayed = before.counts["matched"] ?? 0;
    await job.importLines("patrons", [patronLine("RE1", at("NA")), patronLine("RE3", at("MA")), patronLine("RE9")]);
    const now = await refreshed(before.querySetId);
    expect(now).toMatchObject({ status: "READY", name: "Monthly", refreshOf: before.querySetId });
    expect(now.counts).toMatchObject({ notFound: 0, matched: stayed + 1 });
    const page = z.looseObject({
      items: z.array(z.looseObject({ patronId: z.string(), in: z.string() })),
      counts: z.unknown(),
    });
    for (const path of [
      `/v1/query-sets/${before.querySetId}/compare/${now.querySetId}`,
      `/v1/query-sets/${now.querySetId}/compare/${before.querySetId}`,
    ]) {
      const idsOf = async (where: string) =>
        (await job.all(`${path}?in=${where}`, z.looseObject({ patronId: z.string() }))).map((it) => it.patronId);
      expect((await idsOf("JOINED")).toSorted()).toEqual(["RE3", "RE9"]);
      expect(await idsOf("LEFT")).toEqual(["RE1"]);
      expect(await idsOf("BOTH")).toHaveLength(stayed - 1);
      const whole = page.parse(await job.get(path));
      expect(whole.counts).toEqual({ joined: 2, left: 1, both: stayed - 1 });
      expect(whole.items.at(-1)).toMatchObject({ patronId: "RE1", in: "LEFT" });
    }
  });

  test("takes the list of ids along, also one that came as a file", async () => {
    const { body } = await job.call("POST", "/v1/query-sets", { upload: true });
    const { querySetId, upload } = z
      .object({
        querySetId: z.string(),
        upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
      })
      .parse(body);
    expect((await job.call("POST", `/v1/query-sets/${querySetId}/refresh`)).status).toBe(409);
    await fetch(upload.url, { method: "PUT", headers: upload.headers, body: "patronId\nRX1\nAG2\nAG1\nAG2\n" });
    await job.call("POST", `/v1/query-sets/${querySetId}/start`);
    await until(
      async () => setSchema.parse(await job.get(`/v1/query-sets/${querySetId}`)),
      ({ status }) => status === "READY",
    );
    await job.importLines("patrons", [patronLine("RX1")]);
    const now = await refreshed(querySetId);
    expect(now).toMatchObject({ counts: { matched: 3, duplicates: 1, notFound: 0 } });
    const ids = await job.all(`/v1/query-sets/${now.querySetId}/patrons`, z.looseObject({ patronId: z.string() }));
    expect(ids.map(({ patronId }) => patronId)).toEqual(["RX1", "AG2", "AG1"]);
    expect(await job.get(`/v1/query-sets/${now.querySetId}`)).toMatchObject({
      searchStatement: "Patron : Patron ID : In : list of 3 ids",
    });
  });
});

describe("a plan seen whole", () => {
  test("tells how many hold each value before and after; exclusions count at once", async () => {
    await job.importLines("patrons", [
      patronLine("AG1", at("NA")),
      patronLine("AG2", at("NA")),
      patronLine("AG3", at("OA")),
      patronLine("AG5", { media: [] }),
    ]);
    const { querySetId } = await job.querySet({ patronIds: everyone });
    const planned = await job.plan(querySetId, toWeekly);
    const path = `/v1/batch-updates/${planned.batchUpdateId}`;
    const serveCodes = async () => {
      const { fields } = z
        .object({ fields: z.array(z.object({ field: z.string(), values: z.array(z.unknown()) })) })
        .parse(await job.get(`${path}/plan/distribution`));
      return new Map(fields.map(({ field, values }) => [field, values])).get("serveCode");
    };
    const whole = await serveCodes();
    // AG4 is closed and keeps OA; AG5 has no record and gets one.
    expect(whole).toEqual(
      expect.arrayContaining([
        { value: "NA", before: 2, after: 0 },
        { value: "OA", before: 2, after: 1 },
        { before: 1, after: 0 },
        { value: "WA", before: 0, after: 4 },
      ]),
    );
    await job.call("POST", `${path}/exclusions`, { patronIds: ["AG1"] });
    expect(await serveCodes()).toEqual(
      expect.arrayContaining([
        { value: "NA", before: 1, after: 0 },
        { value: "WA", before: 0, after: 3 },
      ]),
    );
    await job.apply(await job.batch(planned.batchUpdateId));

    const { outcomes } = z
      .looseObject({ outcomes: z.object({ rows: z.number(), csvUrl: z.string(), jsonlUrl: z.string() }) })
      .parse(await job.get(`${path}/report`));
    const text = await (await fetch(outcomes.csvUrl)).text();
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true, record_delimiter: "\r\n" });
    const items = await job.all(`${path}/outcomes`, outcomeItemSchema);
    expect(outcomes.rows).toBe(items.length);
    const shown = (value: unknown) => (value === undefined ? "" : String(value));
    expect(rows.map((row) => [row["patronId"], row["outcome"], row["field"], row["before"], row["after"]])).toEqual(
      items.flatMap(({ patronId, outcome, changes }) =>
        changes.length === 0
          ? [[patronId, outcome, "", "", ""]]
          : changes.map(({ field, before, after }) => [patronId, outcome, field, shown(before), shown(after)]),
      ),
    );
    expect(rows.every((row) => row["medium"] === "DB")).toBe(true);
  });
});
