import { afterAll, expect, test } from "vitest";
import { jobs } from "#test/job";
import { sumOf } from "#test/numbers";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

const running: RunningProduct[] = [];
afterAll(async () => {
  for (const product of running) await product.remove();
});

async function start(options: Parameters<typeof startProduct>[0]): Promise<RunningProduct> {
  const product = await startProduct(options);
  running.push(product);
  return product;
}

test("what was there is there after a stop and a start", async () => {
  const first = await start({});
  const before = jobs(first);
  await before.importLines(
    "patrons",
    patronIds(30).map((id) => patronLine(id)),
  );
  const set = await before.querySet({ patronIds: patronIds(30) });
  const planned = await before.plan(set.querySetId, { medium: "DB", nightlyDebug: true, changes: {} });
  await first.stop();

  const second = await start({ dataDir: first.dataDir });
  const after = jobs(second);
  expect(await after.batch(planned.batchUpdateId)).toEqual(planned);
  const done = await after.apply(planned);
  expect(done.counts).toMatchObject({ total: 30, updated: 30 });
});

test("killed while PROCESSING, the run finishes by itself after a start, each patron written once and each queue filled once", async () => {
  const ids = patronIds(4000);
  const first = await start({ samplePatrons: 0 });
  const before = jobs(first);
  const titles = Array.from({ length: 40 }, (_, i) => ({
    titleId: `DB${i}`,
    medium: "DB",
    title: `Title ${i}`,
    author: "Writer",
  }));
  await before.importLines("titles", titles);
  const reserves = titles.slice(0, 3).map(({ titleId }) => titleId);
  await before.importLines(
    "patrons",
    ids.map((id) => patronLine(id, { reserves })),
  );
  const set = await before.querySet({ patronIds: ids });
  const planned = await before.plan(set.querySetId, {
    medium: "DB",
    nightlyDebug: true,
    changes: { serveCode: "OL", addServiceQueue: true },
  });
  expect(planned.plan?.counts["update"]).toBe(4000);
  expect((await before.process(planned)).status).toBe(202);
  const half = await until(
    () => before.batch(planned.batchUpdateId),
    ({ progress, status }) => progress.done > 0 || status !== "PROCESSING",
  );
  expect(half.status).toBe("PROCESSING");
  await first.kill();

  const second = await start({ dataDir: first.dataDir });
  const after = jobs(second);
  const done = await after.ended(planned.batchUpdateId);
  expect(done.status).toBe("COMPLETED");
  expect(done.counts).toMatchObject({ total: 4000, updated: 4000, unprocessed: 0 });
  expect(sumOf(done.counts ?? {})).toBe(4000);
  const filled = await until(
    () => after.batch(planned.batchUpdateId),
    ({ serviceQueues }) => serviceQueues.status !== "FILLING",
    180_000,
  );
  expect(filled.serviceQueues).toEqual({
    status: "FILLED",
    requested: 4000,
    filled: 4000,
    withdrawn: 0,
    failed: 0,
    pending: 0,
  });
  for (const id of ids.filter((_, i) => i % 97 === 0)) {
    expect((await after.patron(id)).media["DB"]).toMatchObject({ serveCode: "OL", version: 2 });
    expect(await after.get(`/v1/patrons/${id}/media/DB/service-queue`)).toMatchObject({
      entries: reserves.map((titleId, i) => ({ sequence: i + 1, titleId, selectType: "RESERVE", status: "WAITING" })),
    });
  }
  const again = await after.querySet({
    criteria: {
      all: [
        { field: "Media.serveCode", operator: "equals", value: "OL" },
        { field: "Media.nightlyDebug", operator: "equals", value: "YES" },
      ],
    },
  });
  expect(again.counts["matched"]).toBe(4000);
}, 600_000);

test("a review that nobody goes on with is cancelled by the system after seven days, and not before", async () => {
  const sevenDays = 7 * 24 * 3600;
  const first = await start({});
  const before = jobs(first);
  await before.importLines(
    "patrons",
    patronIds(3).map((id) => patronLine(id)),
  );
  const set = await before.querySet({ patronIds: patronIds(3) });
  const { batchUpdateId } = await before.plan(set.querySetId, { medium: "DB", nightlyDebug: true, changes: {} });
  await first.stop();

  const almost = await start({
    dataDir: first.dataDir,
    environment: { CLOCK_OFFSET_SECONDS: String(sevenDays - 600) },
  });
  expect((await jobs(almost).batch(batchUpdateId)).status).toBe("READY");
  await almost.stop();

  const later = await start({ dataDir: first.dataDir, environment: { CLOCK_OFFSET_SECONDS: String(sevenDays) } });
  const cancelled = await jobs(later).ended(batchUpdateId);
  expect(cancelled).toMatchObject({
    status: "CANCELLED",
    stateReason: "Canceled by the system: nobody went on with the review for 7 days. Nothing was changed.",
  });
  expect(Date.parse(String(cancelled.finishedAt)) - Date.now()).toBeGreaterThan((sevenDays - 60) * 1000);
});
