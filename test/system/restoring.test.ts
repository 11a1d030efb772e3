import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { erasures, erasuresAgain } from "#contract/erasures";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";
import { crowd, versions } from "./batch-update-bed.ts";
import { marked, marksInFiles } from "./marks.ts";

/**
 * The drill of docs/operating.md, as far as one machine allows: the table goes back to an earlier moment, while the bucket
 * stays as it is.
 */
let dataDir: string;
let copy: string;
let product: RunningProduct;
let job: Job;

const table = (folder: string) => join(folder, "dynamodb");
async function start(environment: Record<string, string> = {}): Promise<void> {
  product = await startProduct({ dataDir, samplePatrons: 0, environment });
  job = jobs(product);
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "restoring-"));
  copy = await mkdtemp(join(tmpdir(), "restored-"));
  await start();
});
afterAll(async () => {
  await product?.kill();
  for (const folder of [dataDir, copy]) await rm(folder, { recursive: true, force: true });
});

async function update(querySetId: string, cutoff: number) {
  return await job.apply(await job.plan(querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff } }));
}
async function isRight(batchUpdateId: string): Promise<void> {
  const found = await job.get(`/v1/batch-updates/${batchUpdateId}/verify`);
  expect(found).toMatchObject({ status: "DONE", ok: true });
}

async function erasureOf(erasureId: string) {
  return await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
}

/** Support lets the library in: whether it may be. */
async function letIn(): Promise<number> {
  const body = { suspended: false, reason: "The table was restored" };
  return (await product.call("PATCH", "/v1/support/libraries/piedmont", { as: "keystone-support", body })).status;
}

/** What support says that it does, or would do. */
async function eraseAgain(more: { readonly dryRun?: true } = {}): Promise<readonly string[]> {
  const body = { reason: "The table was restored", ...more };
  const done = await product.call("POST", "/v1/support/erasures/again", { as: "keystone-support", body });
  return erasuresAgain.again.answers[200].parse(done.body).does;
}

test("a product on a restored table knows what was done until then, and nothing after; it says it is whole, and goes on", async () => {
  const { ids, querySetId } = await crowd(job, 600, "R");
  await job.importLines("patrons", [patronLine("GONE"), marked]);
  const before = await update(querySetId, 3);
  const kept = await versions(product, { ids });
  await product.stop();
  await cp(table(dataDir), table(copy), { recursive: true });
  await start();
  const lost = await update(querySetId, 4);
  await isRight(lost.batchUpdateId);
  // Jobs that only the bucket will know, with a patron in them who is erased when the table is back.
  const { querySetId: lostSet } = await job.querySet({ patronIds: ["MARKED", "R0"] });
  await update(lostSet, 6);
  const asked = await job.call("POST", "/v1/patrons/GONE/erase", { reason: "By letter" });
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  await erasureOf(erasureId);
  await job.exportLines({ kind: "patrons", format: "jsonl" });
  expect(await eraseAgain()).toEqual(["Nothing: the table knows every erasure that was asked for."]);
  await product.stop();

  await rm(table(dataDir), { recursive: true });
  await cp(table(copy), table(dataDir), { recursive: true });
  // A restore takes its time: what was written last before it is not of a request that still goes on.
  await start({ CLOCK_OFFSET_SECONDS: "300" });

  expect(await versions(product, { ids })).toEqual(kept);
  await isRight(before.batchUpdateId);
  expect((await product.call("GET", `/v1/batch-updates/${lost.batchUpdateId}`)).status).toBe(404);
  // Whoever is erased from now on goes also from what the table does not know.
  const isObject = (path: string) => path.startsWith("s3");
  const places = await marksInFiles(product, isObject);
  for (const kind of ["query-sets", "batch-updates", "exports"]) {
    expect([kind, places.some((place) => place.includes(`/${kind}/`))]).toEqual([kind, true]);
  }
  const next = await job.call("POST", "/v1/patrons/MARKED/erase", { reason: "By letter" });
  await erasureOf(erasures.erase.answers[202].parse(next.body).erasureId);
  expect(await marksInFiles(product, isObject)).toEqual([]);
  // Who was erased since is there once more, until the erasure is done again under its own id.
  expect((await product.call("GET", "/v1/patrons/GONE")).status).toBe(200);
  expect(await letIn()).toBe(409);
  const once = ["Erases 1 patron of piedmont again, erased after the moment that the table is of."];
  expect([await eraseAgain({ dryRun: true }), await eraseAgain()]).toEqual([once, once]);
  expect(await erasureOf(erasureId)).toMatchObject({ patronId: "GONE", reason: "By letter" });
  expect(await letIn()).toBe(200);
  expect((await product.call("GET", "/v1/patrons/GONE")).status).toBe(404);
  // Work goes on, and what was done before can be undone.
  const after = await update(querySetId, 5);
  expect(after).toMatchObject({ status: "COMPLETED", counts: { updated: 600 } });
  await isRight(after.batchUpdateId);
  const back = await job.apply(await job.follow(after.batchUpdateId, "undo"));
  expect(back).toMatchObject({ status: "COMPLETED", counts: { updated: 600 } });
});
