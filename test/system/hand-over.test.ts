import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { type Batch, batchSchema, type Job, jobs, toWrite } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type ClientName, type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let administrator: Job;
let staff: Job;
const ids = ["HO1", "HO2", "HO3"];

beforeAll(async () => {
  product = await startProduct();
  administrator = jobs(product);
  staff = jobs(product, "piedmont-staff");
  await administrator.importLines(
    "patrons",
    ids.map((id) => patronLine(id)),
  );
});
afterAll(() => product?.remove());

let cutoff = 10;
async function planned(by: Job, patronIds = ids): Promise<Batch> {
  const { querySetId } = await by.querySet({ patronIds });
  return await by.plan(querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: cutoff++ } });
}
const pathOf = ({ batchUpdateId }: Batch) => `/v1/batch-updates/${batchUpdateId}`;
const reviewOf = (batch: Batch) => ({ planDigest: batch.plan?.digest, patronCount: toWrite(batch) });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

async function settings(change: object): Promise<void> {
  const library = z.looseObject({}).parse(await administrator.get("/v1/library"));
  expect((await administrator.call("PUT", "/v1/library", { ...library, ...change })).status).toBe(200);
}

describe("handing over", () => {
  const waiting = async (is = "true") =>
    (await administrator.all(`/v1/batch-updates?waiting=${is}`, batchSchema)).map((it) => it.batchUpdateId);

  test("staff prepare and add a note; administrators see it waiting, give it back with a note, and process it", async () => {
    const batch = await planned(staff);
    const path = pathOf(batch);
    expect(await waiting()).toEqual([]);
    expect((await staff.call("POST", `${path}/handover/return`, { note: "No" })).status).toBe(403);
    expect((await administrator.call("POST", `${path}/handover/return`, { note: "No" })).status).toBe(409);
    const given = await staff.call("POST", `${path}/handover`, { note: "Two schools are among them" });
    expect(given).toMatchObject({
      status: 200,
      body: { status: "READY", handover: { by: "piedmont-staff", note: "Two schools are among them" } },
    });
    expect(await waiting()).toEqual([batch.batchUpdateId]);
    expect(await waiting("false")).not.toContain(batch.batchUpdateId);
    expect((await administrator.call("POST", `${path}/handover/return`, {})).status).toBe(422);
    expect((await administrator.call("POST", `${path}/handover/return`, { note: " " })).status).toBe(422);
    const back = await administrator.call("POST", `${path}/handover/return`, { note: "Leave them out" });
    expect(back).toMatchObject({
      status: 200,
      body: { status: "READY", returned: { by: "piedmont-administrator", note: "Leave them out" } },
    });
    expect(back.body).not.toHaveProperty("handover");
    expect(await waiting()).toEqual([]);
    await staff.call("POST", `${path}/exclusions`, { patronIds: ["HO3"] });
    const again = await staff.call("POST", `${path}/handover`);
    expect(again.status).toBe(200);
    expect(again.body).not.toHaveProperty("returned");
    const done = await administrator.apply(await administrator.batch(batch.batchUpdateId));
    expect(done).toMatchObject({ status: "COMPLETED", counts: { updated: 2, excluded: 1 } });
    expect(await waiting()).toEqual([]);
    expect((await staff.call("POST", `${path}/handover`)).status).toBe(409);
    const { items } = z
      .object({ items: z.array(z.looseObject({ action: z.string(), actor: z.object({ name: z.string() }) })) })
      .parse(await administrator.get(`/v1/audit?subject=batch-updates/${batch.batchUpdateId}`));
    expect(items.map(({ action, actor }) => [action, actor.name])).toEqual(
      expect.arrayContaining([
        ["BATCH_UPDATE_HANDED_OVER", "piedmont-staff"],
        ["BATCH_UPDATE_RETURNED", "piedmont-administrator"],
      ]),
    );
    expect(JSON.stringify(items)).not.toContain("schools");
  });
});

describe("four eyes", () => {
  const processAs = async (batch: Batch, as: ClientName, more = {}) => {
    const headers = as === "keystone-support" ? { library: "piedmont" } : {};
    const reason = as === "keystone-support" ? { reason: "Asked by phone" } : {};
    const body = { ...reviewOf(batch), ...more, ...reason };
    return await product.call("POST", `${pathOf(batch)}/process`, { as, headers, body });
  };

  test("who created may not process where the library demands it, at once or later; somebody else may", async () => {
    await settings({ approval: "ALWAYS" });
    const own = await planned(administrator);
    const refused = await processAs(own, "piedmont-administrator");
    expect(refused.status).toBe(403);
    expect(problemSchema.parse(refused.body).detail).toContain("someone other than");
    expect((await processAs(own, "piedmont-administrator", { at: inHours(2) })).status).toBe(403);
    const theirs = await planned(staff);
    expect((await administrator.apply(theirs)).status).toBe("COMPLETED");
  });

  test("LARGE demands it above the threshold alone", async () => {
    await settings({ approval: "LARGE", largeBatchThreshold: 2 });
    expect((await processAs(await planned(administrator), "piedmont-administrator")).status).toBe(403);
    const small = await planned(administrator, ["HO1", "HO2"]);
    expect((await administrator.apply(small)).status).toBe("COMPLETED");
    await settings({ approval: "NEVER" });
    expect((await administrator.apply(await planned(administrator))).status).toBe("COMPLETED");
  });

  test("support's own undo as well, whatever reason it gives", async () => {
    await settings({ approval: "ALWAYS" });
    const done = await administrator.apply(await planned(staff));
    const as = { as: "keystone-support", headers: { library: "piedmont" } } as const;
    const body = { reason: "Asked by phone" };
    const made = await product.call("POST", `${pathOf(done)}/undo`, { ...as, body });
    const undo = await administrator.settled(batchSchema.parse(made.body).batchUpdateId);
    expect((await processAs(undo, "keystone-support")).status).toBe(403);
    const unreasoned = await product.call("POST", `${pathOf(undo)}/process`, { ...as, body: reviewOf(undo) });
    expect(unreasoned.status).toBe(403);
    expect((await administrator.apply(undo)).status).toBe("COMPLETED");
    await settings({ approval: "NEVER" });
  });
});

describe("a schedule", () => {
  test("stands for an instant within thirty days, for the very plan that was reviewed, and can be taken back", async () => {
    const batch = await planned(staff);
    const path = pathOf(batch);
    const at = inHours(24);
    const process = (more: object, by = administrator) =>
      by.call("POST", `${path}/process`, { ...reviewOf(batch), ...more });
    expect((await process({ at: "tomorrow" })).status).toBe(422);
    expect((await process({ at: new Date(Date.now() - 1000).toISOString() })).status).toBe(422);
    expect((await process({ at: inHours(30 * 24 + 1) })).status).toBe(422);
    expect((await process({ at }, staff)).status).toBe(403);
    expect((await process({ at, planDigest: "other" })).status).toBe(409);
    expect((await process({ at })).body).toMatchObject({
      status: "SCHEDULED",
      processAt: at,
      scheduledBy: "piedmont-administrator",
    });
    // Nothing else is done with it until then.
    expect((await process({})).status).toBe(409);
    expect((await process({ at })).status).toBe(409);
    expect((await staff.call("POST", `${path}/exclusions`, { patronIds: ["HO1"] })).status).toBe(409);
    expect((await staff.call("POST", `${path}/handover`)).status).toBe(409);
    expect((await staff.call("POST", `${path}/cancel`)).status).toBe(403);
    expect((await staff.call("POST", `${path}/unschedule`)).status).toBe(403);
    const back = await administrator.call("POST", `${path}/unschedule`);
    expect(back).toMatchObject({ status: 200, body: { status: "READY" } });
    expect(back.body).not.toHaveProperty("processAt");
    expect((await administrator.call("POST", `${path}/unschedule`)).status).toBe(409);
    await process({ at });
    expect((await administrator.call("POST", `${path}/cancel`)).body).toMatchObject({ status: "CANCELLED" });
    expect((await process({ at })).status).toBe(409);
  });

  test("is answered like the first time under one key", async () => {
    const batch = await planned(staff);
    const send = () =>
      product.call("POST", `${pathOf(batch)}/process`, {
        body: { ...reviewOf(batch), at: "2099-01-01T00:00:00Z" },
        headers: { "idempotency-key": `far-${batch.batchUpdateId}` },
      });
    expect([(await send()).status, (await send()).status]).toEqual([422, 422]);
    const body = { ...reviewOf(batch), at: inHours(5) };
    const scheduled = () =>
      product.call("POST", `${pathOf(batch)}/process`, {
        body,
        headers: { "idempotency-key": `in-five-hours-${batch.batchUpdateId}` },
      });
    expect([(await scheduled()).status, (await scheduled()).status]).toEqual([202, 202]);
  });
});
