import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";

const mark = "Zwetschkenbaum";
const ids = Array.from({ length: 30 }, (_, i) => `M${i}`);
const day = 24 * 3600;

let product: RunningProduct;
let dataDir: string;
let job: Job;
beforeAll(async () => {
  product = await startProduct();
  ({ dataDir } = product);
  job = jobs(product);
});
afterAll(() => product?.remove());

async function startAfter(days: number): Promise<void> {
  product = await startProduct({ dataDir, environment: { CLOCK_OFFSET_SECONDS: String(Math.round(days * day)) } });
  job = jobs(product);
}

/** Objects of the library, each with whether the patrons' name stands in it: behind the product's back. */
async function objects(): Promise<Map<string, boolean>> {
  const { s3, region, bucket: Bucket, ...credentials } = await readEndpoints(product);
  const client = new S3Client({ region, endpoint: s3, credentials, forcePathStyle: true });
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "piedmont/" }));
  const found = new Map<string, boolean>();
  for (const { Key = "" } of Versions) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key })).catch(() => ({ Body: undefined }));
    if (Body !== undefined) found.set(Key, (await Body.transformToString()).includes(mark));
  }
  client.destroy();
  return found;
}

const kindOf = (key: string) => key.split("/")[1] ?? "";
/** Kinds of objects in which the name stands. */
async function marked(): Promise<string[]> {
  const found = [...(await objects())].flatMap(([key, isMarked]) => (isMarked ? [kindOf(key)] : []));
  return [...new Set(found)].toSorted();
}

test("what is kept for a time ends for good, whatever is killed on the way; counts, audit and patrons stay", async () => {
  const lines = ids.map((id) => ({ ...patronLine(id), lastName: mark }));
  // One that is not taken, and kept to be looked at.
  const untaken = { ...patronLine("M99"), lastName: mark, mainStatus: "NOT-A-STATUS" };
  await job.importLines("patrons", [...lines, untaken]);
  const { querySetId } = await job.querySet({ patronIds: ids });
  const spec = { medium: "DB", nightlyDebug: true };
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 4 } });
  const done = await job.apply(planned);
  const path = `/v1/batch-updates/${done.batchUpdateId}`;
  await job.report(done.batchUpdateId);
  const cancelled = await job.plan(querySetId, { ...spec, changes: { cutoff: 5 } });
  expect((await job.call("POST", `/v1/batch-updates/${cancelled.batchUpdateId}/cancel`)).status).toBe(202);
  expect((await job.call("PATCH", "/v1/patrons/M1/media/DB", { refillPoint: 3 })).status).toBe(200);
  await job.exportLines({ kind: "patrons", format: "jsonl" });
  const audited = await job.all("/v1/audit", z.looseObject({ at: z.string(), action: z.string() }));
  expect(await marked()).toEqual(["batch-updates", "exports", "imports", "query-sets"]);
  await product.stop();

  // Within a week: files that were made or sent, and lines that were not taken.
  await startAfter(8);
  await until(marked, (kinds) => !kinds.includes("exports") && !kinds.includes("imports"));
  expect(await marked()).toEqual(["batch-updates", "query-sets"]);
  expect((await job.call("GET", `${path}/plan`)).status).toBe(200);
  expect(await job.batch(done.batchUpdateId)).not.toHaveProperty("querySetEnded");
  await product.stop();

  // Killed as soon as something of it is gone, and again where it goes on.
  for (const kill of [true, true, false]) {
    await startAfter(91);
    const there = (await objects()).size;
    if (kill) {
      await until(
        async () => (await objects()).size < there,
        (isLess) => isLess,
        20_000,
      ).catch(() => undefined);
      await product.kill();
    }
  }
  await until(marked, (kinds) => !kinds.includes("batch-updates"));
  await product.stop();
  // A query set goes when nothing needs it.
  await startAfter(91.1);
  await until(marked, (kinds) => kinds.length === 0);
  expect([...(await objects()).keys()].map(kindOf).filter((kind) => kind !== "catalogue")).toEqual([]);

  const after = await job.batch(done.batchUpdateId);
  expect(after).toMatchObject({ status: done.status, counts: done.counts, evidence: "DELETED", querySetEnded: true });
  expect(await job.batch(cancelled.batchUpdateId)).toMatchObject({ status: "CANCELLED", evidence: "DELETED" });
  for (const [method, part] of [
    ["GET", "plan"],
    ["GET", "plan/export"],
    ["GET", "outcomes"],
    ["GET", "report"],
    ["POST", "undo"],
    ["POST", "retry"],
  ] as const) {
    expect([part, (await job.call(method, `${path}/${part}`)).status]).toEqual([part, 410]);
  }
  const kept = await job.all("/v1/audit", z.looseObject({ at: z.string(), action: z.string() }));
  expect(kept.slice(-audited.length)).toEqual(audited);
  expect(kept.filter(({ action }) => action === "EVIDENCE_DELETED")).toHaveLength(2);
  expect(kept.filter(({ action }) => action === "QUERY_SET_ENDED")).toHaveLength(1);

  // The patron is as it was left; of its history what no batch update holds is still told, and what it leads to is there.
  expect((await job.patron("M1")).media["DB"]).toMatchObject({ cutoff: 4, nightlyDebug: true });
  const history = await job.all("/v1/patrons/M1/history", z.looseObject({ batchUpdateId: z.string().optional() }));
  expect(history).toMatchObject([{ kind: "EDIT", changes: [{ field: "refillPoint", after: 3 }] }]);
  for (const { batchUpdateId } of history) if (batchUpdateId !== undefined) await job.batch(batchUpdateId);
});
