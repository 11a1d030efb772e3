import { afterAll, beforeAll, expect, test } from "vitest";
import { erasures } from "#contract/erasures";
import { type Job, jobs, outcomeItemSchema } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";
import { isEngines, marked, marksInFiles, marksInItems } from "./marks.ts";

const others = ["OTHER1", "OTHER2"].map((id) => patronLine(id, { reserves: ["ERASE1"] }));

let product: RunningProduct;
let job: Job;

beforeAll(async () => {
  product = await startProduct({ samplePatrons: 0 });
  job = jobs(product);
  const titles = ["ERASE1", "ERASE2", "ERASE3"].map((titleId) => ({
    titleId,
    medium: "DB",
    title: `Title ${titleId}`,
    author: "Writer",
  }));
  await job.importLines("titles", titles);
});
afterAll(async () => await product?.remove());

/** The whole job, with the patron in everything that is kept of it. */
async function wholeJob() {
  await job.importLines("patrons", [marked, ...others]);
  // A line that is refused is shown in the list of errors.
  await job.importLines("patrons", [{ ...marked, mainStatus: "NO-SUCH" }, ...others]);
  const everyone = { field: "Patron.mainStatus", operator: "equals", value: "ACTIVE" };
  const { querySetId } = await job.querySet({ criteria: { all: [everyone] } });
  await job.get(`/v1/query-sets/${querySetId}/patrons`);
  const changes = { cutoff: 7, addServiceQueue: true };
  const planned = await job.plan(querySetId, { medium: "DB", nightlyDebug: true, changes });
  await job.get(`/v1/batch-updates/${planned.batchUpdateId}/plan/export`);
  const edit = await job.call("PATCH", "/v1/patrons/MARKED/media/BR", { cutoff: 3 });
  expect(edit.status).toBe(200);
  const { batchUpdateId, status } = await job.apply(planned);
  expect(status).toBe("COMPLETED");
  await job.filled(batchUpdateId);
  await job.report(batchUpdateId);
  await job.outcomes(batchUpdateId);
  expect(await job.exportLines({ kind: "patrons", format: "csv" })).toMatchObject({ rows: 3 });
  const undone = await job.apply(await job.follow(batchUpdateId, "undo"));
  expect(undone.status).toBe("COMPLETED");
  const withReason = { as: "keystone-support", headers: { library: "piedmont" } } as const;
  for (const path of ["/v1/patrons/MARKED", "/v1/patrons?q=zwyxelborg", `/v1/batch-updates/${batchUpdateId}/plan`]) {
    expect((await product.call("GET", path, withReason)).status).toBe(200);
  }
  expect((await product.call("GET", "/v1/support/executions", { as: "keystone-support" })).status).toBe(200);
  // One that waits for its review.
  const waiting = await job.plan(querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 9 } });
  return { querySetId, batchUpdateId, undone: undone.batchUpdateId, waiting };
}

test("whose marks are in everything that is kept leaves none when erased, and everything else stands", async () => {
  const { querySetId, batchUpdateId, undone, waiting } = await wholeJob();
  const before = await marksInItems(product);
  for (const kind of ["SHARD", "PATRON#"]) expect(before.some((place) => place.includes(kind))).toBe(true);
  const files = await marksInFiles(product, (path) => !isEngines(path));
  for (const kind of ["query-sets", "plan", "apply", "report", "errors", "exports"]) {
    expect([kind, files.some((path) => path.includes(kind))]).toEqual([kind, true]);
  }

  expect(await marksInFiles(product, isEngines)).not.toEqual([]);

  const asked = await job.call("POST", "/v1/patrons/MARKED/erase", { reason: "Asked for by letter" });
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  const done = await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
  expect(done.counts.items).toBeGreaterThan(4);
  expect(done.counts.objects).toBeGreaterThan(8);
  expect(done.counts.exports).toBeGreaterThan(0);

  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, (path) => !isEngines(path))).toEqual([]);

  // What became of the patron stands under the id alone, and digests and numbers hold.
  const outcome = (await job.outcomes(batchUpdateId)).find(({ patronId }) => patronId === "MARKED");
  expect(outcomeItemSchema.parse(outcome)).toEqual({ patronId: "MARKED", outcome: "UPDATED", changes: [] });
  for (const id of [batchUpdateId, undone]) {
    expect(await job.get(`/v1/batch-updates/${id}/verify`)).toMatchObject({ status: "DONE", ok: true });
  }
  const { jsonl } = await job.report(batchUpdateId);
  expect(jsonl?.trim().split("\n")).toHaveLength(3);
  expect(await job.get(`/v1/query-sets/${querySetId}`)).toMatchObject({ counts: { matched: 3 } });
  expect((await job.call("GET", "/v1/patrons/MARKED")).status).toBe(404);
  const run = await job.apply(await job.batch(waiting.batchUpdateId));
  expect(run).toMatchObject({ status: "COMPLETED_WITH_ERRORS", counts: { updated: 2, notFound: 1 } });
  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, (path) => !isEngines(path))).toEqual([]);
});

test("nor does the engine keep them in its own files", async () => {
  expect(
    await until(
      () => marksInFiles(product, isEngines),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});
