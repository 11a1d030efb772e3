import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { batchSchema, type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;
let staff: Job;

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  staff = jobs(product, "piedmont-staff");
  await job.importLines(
    "patrons",
    ["RC1", "RC2", "RC3"].map((id) => patronLine(id, { city: "Recipeton" })),
  );
});
afterAll(() => product?.remove());

const today = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(new Date());
const days = (day: string, more: number) => new Date(Date.parse(day) + more * 86_400_000).toISOString().slice(0, 10);

async function made(path: string, id: string, body: object): Promise<string> {
  const { status, body: answer } = await job.call("POST", path, body);
  expect([path, status]).toEqual([path, 201]);
  return z.record(z.string(), z.unknown()).parse(answer)[id] as string;
}
const inCity = (city: string) => ({ all: [{ field: "Patron.city", operator: "equals", value: city }] });

async function recipe(name: string, { city = "Recipeton", more = {}, changes = {} }) {
  const savedQueryId = await made("/v1/saved-queries", "savedQueryId", { name, criteria: inCity(city) });
  const presetId = await made("/v1/presets", "presetId", { name, changes: { cutoff: 4, ...changes } });
  const body = { name, savedQueryId, presetId, medium: "DB", nightlyDebug: false, ...more };
  return { body, savedQueryId, presetId, recipeId: await made("/v1/recipes", "recipeId", body) };
}

const startedSchema = z.looseObject({ querySetId: z.string(), batchUpdateId: z.string(), name: z.string() });
const setSchema = z.looseObject({ status: z.string(), planProblem: z.string().optional() });

async function plannedBy(by: Job, recipeId: string) {
  const started = await by.call("POST", `/v1/recipes/${recipeId}/start`);
  expect(started.status).toBe(201);
  const set = startedSchema.parse(started.body);
  expect(started.headers.get("location")).toBe(`${product.url}/v1/query-sets/${set.querySetId}`);
  await until(
    async () => (await by.call("GET", `/v1/batch-updates/${set.batchUpdateId}`)).status,
    (status) => status === 200,
  );
  return { set, batch: await by.settled(set.batchUpdateId) };
}

describe("a recipe", () => {
  test("is one choice: its query is asked, and its plan follows by itself, dates counted from today", async () => {
    const spread = { spread: { from: days(today, 10), perDay: 1 } };
    const { recipeId } = await recipe("Space out", { changes: { nextServiceDate: spread } });
    const { set, batch } = await plannedBy(staff, recipeId);
    expect(set).toMatchObject({ name: "Space out", status: "BUILDING" });
    expect(batch).toMatchObject({
      name: "Space out",
      querySetId: set.querySetId,
      status: "READY",
      createdBy: "piedmont-staff",
      changes: { cutoff: 4, nextServiceDate: spread },
    });
    expect(batch.plan?.counts).toMatchObject({ update: 3 });
    expect((await job.apply(batch)).status).toBe("COMPLETED");
    const all = await job.all(`/v1/batch-updates?createdBy=piedmont-staff`, batchSchema);
    expect(all.filter(({ querySetId }) => querySetId === set.querySetId)).toHaveLength(1);
  });

  test("says its own day in place of the preset's", async () => {
    const { recipeId } = await recipe("In a week", { more: { nextServiceDate: { inDays: 7 } } });
    const { batch } = await plannedBy(job, recipeId);
    expect(batch["changes"]).toEqual({ cutoff: 4, nextServiceDate: days(today, 7) });
  });

  test("of whom nobody is found says so at its query set, and plans nothing", async () => {
    const { recipeId } = await recipe("Nobody", { city: "Nowhere at all" });
    const { body } = await job.call("POST", `/v1/recipes/${recipeId}/start`);
    const { querySetId, batchUpdateId } = startedSchema.parse(body);
    const set = await until(
      async () => setSchema.parse(await job.get(`/v1/query-sets/${querySetId}`)),
      ({ planProblem }) => planProblem !== undefined,
    );
    expect(set).toMatchObject({
      status: "READY",
      planProblem: expect.stringContaining("nobody was found by the query set"),
    });
    expect((await job.call("GET", `/v1/batch-updates/${batchUpdateId}`)).status).toBe(404);
  });

  test("names what is there, has a name of its own, and says where a part of it has gone", async () => {
    const { body, recipeId, presetId } = await recipe("Parts", {});
    const wrong = { ...body, name: "Other", savedQueryId: "none", presetId: "none", medium: "XX" };
    const refused = await staff.call("POST", "/v1/recipes", wrong);
    expect(refused.status).toBe(422);
    expect(problemSchema.parse(refused.body).errors?.map(({ path }) => path)).toEqual([
      "savedQueryId",
      "presetId",
      "medium",
    ]);
    expect((await staff.call("POST", "/v1/recipes", { ...body, name: "PARTS" })).status).toBe(409);
    expect((await staff.call("PUT", `/v1/recipes/${recipeId}`, { ...body, name: "Parts 2" })).body).toMatchObject({
      name: "Parts 2",
      version: 2,
    });
    const dated = { ...body, name: "Parts 2", nextServiceDate: { inDays: 3 } };
    expect((await staff.call("PUT", `/v1/recipes/${recipeId}`, dated)).body).toMatchObject({
      nextServiceDate: { inDays: 3 },
    });
    // Replaced whole: what the body no longer says is gone.
    await staff.call("PUT", `/v1/recipes/${recipeId}`, { ...body, name: "Parts 2" });
    expect((await staff.call("GET", `/v1/recipes/${recipeId}`)).body).not.toHaveProperty("nextServiceDate");
    await job.call("DELETE", `/v1/presets/${presetId}`);
    expect((await staff.call("POST", `/v1/recipes/${recipeId}/start`)).status).toBe(409);
    expect((await staff.call("DELETE", `/v1/recipes/${recipeId}`)).status).toBe(204);
    expect((await staff.call("POST", `/v1/recipes/${recipeId}/start`)).status).toBe(404);
  });

  test("is started once under one key", async () => {
    const { recipeId } = await recipe("Once", {});
    const start = async () => {
      const headers = { "idempotency-key": "started-once" };
      return (await product.call("POST", `/v1/recipes/${recipeId}/start`, { headers })).body;
    };
    expect(startedSchema.parse(await start()).querySetId).toBe(startedSchema.parse(await start()).querySetId);
  });
});
