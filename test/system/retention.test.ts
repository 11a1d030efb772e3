import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type FaultLayer, startFaultLayer } from "#test/faults/layer";
import type { AwsRequest } from "#test/faults/requests";
import { gate } from "#test/faults/rules";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";
import { isEngines, marked, marksInFiles, marksInItems } from "./marks.ts";

const ids = ["MARKED", "M1", "M2"];
const day = 24 * 3600;

let faults: FaultLayer;
let product: RunningProduct;
let dataDir: string;
let job: Job;
beforeAll(async () => {
  faults = await startFaultLayer();
  product = await startProduct({ environment: faults.environment });
  ({ dataDir } = product);
  job = jobs(product);
});
afterAll(async () => {
  await product?.remove();
  await faults?.close();
});

async function startAfter(days: number): Promise<void> {
  const environment = { ...faults.environment, CLOCK_OFFSET_SECONDS: String(Math.round(days * day)) };
  product = await startProduct({ dataDir, environment });
  job = jobs(product);
}

/** Starts after so many days, looks around while deleting stands before a request, and kills the product there. */
async function killedAfter(days: number, isMeant: (asked: AwsRequest) => boolean, look: () => Promise<void>) {
  const standing = gate((asked) => asked.functionName.startsWith("ExpiryExpire") && isMeant(asked), {
    breakOff: "BEFORE",
  });
  await faults.during(standing.rule, async () => {
    await startAfter(days);
    await standing.reached;
    await look();
    await product.kill();
    standing.open();
  });
}

/** The first request to S3 once evidence is marked as being deleted. */
function firstDeletion() {
  let isMarked = false;
  return ({ service, body }: AwsRequest): boolean => {
    isMarked ||= body.includes('"DELETING"');
    return isMarked && service === "s3";
  };
}
const saysDeleted = ({ body }: AwsRequest) => body.includes("EVIDENCE_DELETED");

/** Kinds of the library's objects, one for each object: behind the product's back. */
async function objects(): Promise<string[]> {
  const { s3, region, bucket: Bucket, ...credentials } = await readEndpoints(product);
  const client = new S3Client({ region, endpoint: s3, credentials, forcePathStyle: true });
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "piedmont/" }));
  client.destroy();
  return Versions.map(({ Key = "" }) => Key.split("/")[1] ?? "");
}

/** Where marks stand beside the engine's own files: kinds of objects, else whole paths. */
async function markedFiles(): Promise<string[]> {
  const places = await marksInFiles(product, (path) => !isEngines(path));
  const found = places.map((place) => /\/piedmont\/([a-z-]+)\//.exec(decodeURIComponent(place))?.[1] ?? place);
  return [...new Set(found)].toSorted();
}

test("what is kept for a time ends for good, whatever is killed on the way; counts, audit and patrons stay", async () => {
  const lines = [marked, patronLine("M1"), patronLine("M2")];
  // One that is not taken, and kept to be looked at.
  await job.importLines("patrons", [...lines, { ...marked, patronId: "M9", mainStatus: "NOT-A-STATUS" }]);
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
  // What the patron is called from now on is no evidence: what it was called before is.
  expect((await job.importLines("patrons", [patronLine("MARKED", { hasHad: [] })])).counts).toMatchObject({
    replaced: 1,
  });
  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, isEngines)).not.toEqual([]);
  expect(await markedFiles()).toEqual(["batch-updates", "exports", "imports", "query-sets"]);
  await product.stop();

  // Within a week: files that were made or sent, and lines that were not taken.
  await startAfter(8);
  await until(markedFiles, (kinds) => !kinds.includes("exports") && !kinds.includes("imports"));
  expect(await markedFiles()).toEqual(["batch-updates", "query-sets"]);
  expect((await job.call("GET", `${path}/plan`)).status).toBe(200);
  expect(await job.batch(done.batchUpdateId)).not.toHaveProperty("querySetEnded");
  const there = await objects();
  await product.stop();

  // Killed when the first is shown to nobody, but all of it there, and again when that is gone and nobody has said so.
  await killedAfter(91, firstDeletion(), async () => {
    expect(await objects()).toEqual(there);
    const plans = [done, cancelled].map((it) => job.call("GET", `/v1/batch-updates/${it.batchUpdateId}/plan`));
    expect((await Promise.all(plans)).map(({ status }) => status).toSorted()).toEqual([200, 410]);
  });
  await killedAfter(91, saysDeleted, async () => {
    const left = (await objects()).filter((kind) => kind === "batch-updates").length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(there.filter((kind) => kind === "batch-updates").length);
  });
  await startAfter(91);
  await until(markedFiles, (kinds) => !kinds.includes("batch-updates"));
  expect(await markedFiles()).toEqual(["query-sets"]);
  await product.stop();
  // A query set goes when nothing needs it.
  await startAfter(91.1);
  await until(markedFiles, (kinds) => kinds.length === 0);
  expect((await objects()).filter((kind) => kind !== "catalogue")).toEqual([]);
  expect(await marksInItems(product)).toEqual([]);
  await until(
    () => marksInFiles(product, isEngines),
    (places) => places.length === 0,
  );

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
