import { afterAll, expect, test } from "vitest";
import { jobs, toWrite } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";

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

test("what is scheduled outlives a kill, begins by itself when its time has come, and treats what changed since as any process", async () => {
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
  await first.kill();

  const soon = await start({ dataDir: first.dataDir, environment: { CLOCK_OFFSET_SECONDS: String(5 * hour) } });
  // The sweep at the start has been: an hour is still to go.
  expect(await jobs(soon).batch(planned.batchUpdateId)).toMatchObject({ status: "SCHEDULED", processAt: at });
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
