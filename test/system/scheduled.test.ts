import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { exports } from "#contract/exports";
import { querySets } from "#contract/query-sets";
import { jobs, toWrite } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

const started: RunningProduct[] = [];
const start = async (options: Parameters<typeof startProduct>[0]) => {
  const product = await startProduct(options);
  started.push(product);
  return product;
};
afterAll(async () => {
  for (const product of started) await product.remove();
});

const hour = 3600;

/** A recipe over the patrons of these ids, just started. Gives the id of its query set. */
async function startRecipe(job: ReturnType<typeof jobs>, ids: string[]): Promise<string> {
  const criteria = { all: [{ field: "Patron.patronId", operator: "in", value: ids }] };
  const made = async (path: string, body: object) =>
    z.record(z.string(), z.unknown()).parse((await job.call("POST", path, body)).body);
  const { savedQueryId } = await made("/v1/saved-queries", { name: "These", criteria });
  const { presetId } = await made("/v1/presets", { name: "Nine", changes: { cutoff: 9 } });
  const body = { name: "Again", savedQueryId, presetId, medium: "DB", nightlyDebug: false };
  const { recipeId } = await made("/v1/recipes", body);
  return String((await made(`/v1/recipes/${recipeId}/start`, {}))["querySetId"]);
}

test("what is scheduled, handed over, or begun of a recipe or an export outlives a kill; what is due begins by itself when its time has come, and treats what changed since as any process", async () => {
  const ids = patronIds(3);
  const first = await start({});
  const before = jobs(first);
  await before.importLines(
    "patrons",
    ids.map((id) => patronLine(id)),
  );
  const set = await before.querySet({ patronIds: ids });
  const planned = await before.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 7 } });
  const at = new Date(Date.now() + 6 * hour * 1000).toISOString();
  const scheduled = await before.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/process`, {
    planDigest: planned.plan?.digest,
    patronCount: toWrite(planned),
    at,
  });
  expect(scheduled.status).toBe(202);
  await before.call("PATCH", `/v1/patrons/${ids[0]}/media/DB`, { cutoff: 99 });
  const waiting = await before.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 8 } });
  const note = "One of them moved";
  const handed = await before.call("POST", `/v1/batch-updates/${waiting.batchUpdateId}/handover`, { note });
  expect(handed.status).toBe(200);
  const recipe = await startRecipe(before, ids);
  const made = await before.call("POST", "/v1/exports", { kind: "patrons", format: "csv" });
  const { exportId } = exports.create.answers[201].parse(made.body);
  await first.kill();

  const soon = await start({ dataDir: first.dataDir, environment: { CLOCK_OFFSET_SECONDS: String(5 * hour) } });
  // The sweep at the start has been: an hour is still to go.
  expect(await jobs(soon).batch(planned.batchUpdateId)).toMatchObject({ status: "SCHEDULED", processAt: at });
  // What was handed over waits on; what was only begun goes on by itself.
  expect(await jobs(soon).batch(waiting.batchUpdateId)).toMatchObject({ status: "READY", handover: { note } });
  const waits = await soon.call("GET", "/v1/batch-updates?waiting=true");
  expect(waits.body).toMatchObject({ items: [{ batchUpdateId: waiting.batchUpdateId }] });
  const followed = await until(
    async () => querySets.get.answers[200].parse((await soon.call("GET", `/v1/query-sets/${recipe}`)).body),
    ({ status }) => status === "READY",
  );
  // It follows the set by a moment.
  await until(
    () => soon.call("GET", `/v1/batch-updates/${followed.batchUpdateId}`),
    ({ status }) => status === 200,
  );
  expect(await jobs(soon).settled(String(followed.batchUpdateId))).toMatchObject({ status: "READY" });
  const exported = await until(
    async () => exports.get.answers[200].parse((await soon.call("GET", `/v1/exports/${exportId}`)).body),
    ({ status }) => status !== "RUNNING",
  );
  expect(exported).toMatchObject({ status: "COMPLETED", rows: ids.length });
  await soon.kill();

  const then = await start({ dataDir: first.dataDir, environment: { CLOCK_OFFSET_SECONDS: String(6 * hour + 1) } });
  const done = await jobs(then).ended(planned.batchUpdateId);
  expect(done).toMatchObject({
    status: "COMPLETED_WITH_ERRORS",
    processedBy: "piedmont-administrator",
    counts: { updated: 2, conflict: 1 },
  });
});

test("what is due while the product runs begins within a minute", async () => {
  const product = await start({});
  const job = jobs(product);
  await job.importLines("patrons", [patronLine("SOON1")]);
  const set = await job.querySet({ patronIds: ["SOON1"] });
  const planned = await job.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 7 } });
  const at = new Date(Date.now() + 3000);
  const body = { planDigest: planned.plan?.digest, patronCount: toWrite(planned), at: at.toISOString() };
  expect((await job.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/process`, body)).status).toBe(202);
  const done = await job.ended(planned.batchUpdateId);
  expect(done.status).toBe("COMPLETED");
  expect(Date.parse(String(done["processedAt"])) - at.getTime()).toBeLessThan(61_000);
});
