import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;
beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
});
afterAll(() => product?.remove());

const eventSchema = z.strictObject({
  eventId: z.string(),
  at: z.string(),
  type: z.string(),
  subject: z.string(),
  status: z.string(),
});

test("every change of state is told in its order, ids alone; asked after the last one, only what came since", async () => {
  const before = (await job.all("/v1/events", eventSchema)).at(-1)?.eventId;
  const since = before === undefined ? "" : `?after=${before}`;
  const made = await job.importLines("patrons", [patronLine("EV1", { lastName: "Secretname" })]);
  const set = await job.querySet({ patronIds: ["EV1"] });
  const changes = { addServiceQueue: true };
  const planned = await job.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes });
  const path = `/v1/batch-updates/${planned.batchUpdateId}`;
  await job.call("POST", `${path}/handover`);
  await job.call("POST", `${path}/handover/return`, { note: "Look again" });
  await job.apply(await job.batch(planned.batchUpdateId));
  await job.filled(planned.batchUpdateId);
  const batch = `batch-updates/${planned.batchUpdateId}`;
  const events = await until(
    () => job.all(`/v1/events${since}`, eventSchema),
    (all) => all.some(({ status }) => status === "FILLED"),
    90_000,
  );
  const of = (subject: string, type: string) =>
    events.filter((it) => it.subject === subject && it.type === type).map(({ status }) => status);
  expect(of(`imports/${made["importId"]}`, "IMPORT")).toEqual(["AWAITING_UPLOAD", "RUNNING", "COMPLETED"]);
  expect(of(`query-sets/${set.querySetId}`, "QUERY_SET")).toEqual(["BUILDING", "READY"]);
  expect(of(batch, "BATCH_UPDATE")).toEqual(["PLANNING", "READY", "WAITING", "READY", "PROCESSING", "COMPLETED"]);
  expect(of(batch, "SERVICE_QUEUES")).toEqual(["FILLING", "FILLED"]);
  expect(JSON.stringify(events)).not.toMatch(/EV1|Secretname/);
  expect(events.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId).toSorted());
  const last = events.at(-1)?.eventId;
  expect(await job.get(`/v1/events?after=${last}`)).toEqual({ items: [] });
  expect((await job.call("GET", "/v1/events?after=yesterday")).status).toBe(422);
  const elsewhere = await jobs(product, "lakeshore-administrator").all("/v1/events", eventSchema);
  expect(elsewhere.filter(({ subject }) => subject === batch)).toEqual([]);
});
