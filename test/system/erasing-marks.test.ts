import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { erasures } from "#contract/erasures";
import { type Job, jobs, outcomeItemSchema } from "#test/job";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";

/** Words that stand in one patron's records alone. */
const marks = ["zwyxelborg", "qwombadine", "xanthippe-falls", "vladizmirov", "mk-subject-9"];

const marked = patronLine("MARKED", {
  lastName: "Zwyxelborg",
  firstName: "Qwombadine",
  city: "Xanthippe-Falls",
  county: "Xanthippe-Falls County",
  preferences: [
    { type: "AUTHOR", code: "Vladizmirov" },
    { type: "SUBJECT", code: "MK-SUBJECT-9" },
  ],
  media: [mediumLine(), mediumLine({ medium: "BR", maxServiceQueueSize: undefined, refillPoint: undefined })],
  reserves: ["ERASE1"],
  hasHad: ["ERASE2"],
});
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

/** Where marks stand, whatever their case: names of items and files. */
function marksIn(place: string, text: string): string[] {
  const folded = text.toLowerCase();
  return marks.filter((mark) => folded.includes(mark)).map((mark) => `${place}: ${mark}`);
}

async function inItems(): Promise<string[]> {
  const { dynamodb, region, accessKeyId, secretAccessKey, table: TableName } = await readEndpoints(product);
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: { accessKeyId, secretAccessKey } });
  const found: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items.map((one) => unmarshall(one))) {
      found.push(...marksIn(`${item["pk"]} ${item["sk"]}`, JSON.stringify(item)));
    }
  }
  client.destroy();
  return found;
}

/** In every file of the folder: objects, logs, journals, queues and the engine's own. */
async function inFiles(isMeant: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(product.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(product.dataDir.length + 1);
    if (!entry.isFile() || !isMeant(path)) continue;
    // What is written meanwhile may be gone again.
    const bytes = await readFile(join(product.dataDir, path)).catch(() => Buffer.of());
    found.push(...marksIn(path, bytes.toString("latin1")));
  }
  return found;
}
const isEngines = (path: string) => path.startsWith("dynamodb");

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
  const before = await inItems();
  for (const kind of ["SHARD", "PATRON#"]) expect(before.some((place) => place.includes(kind))).toBe(true);
  const files = await inFiles((path) => !isEngines(path));
  for (const kind of ["query-sets", "plan", "apply", "report", "errors", "exports"]) {
    expect([kind, files.some((path) => path.includes(kind))]).toEqual([kind, true]);
  }

  const asked = await job.call("POST", "/v1/patrons/MARKED/erase", { reason: "Asked for by letter" });
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  const done = await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
  expect(done.counts.items).toBeGreaterThan(4);
  expect(done.counts.objects).toBeGreaterThan(8);
  expect(done.counts.exports).toBeGreaterThan(0);

  expect(await inItems()).toEqual([]);
  expect(await inFiles((path) => !isEngines(path))).toEqual([]);

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
  expect(await inItems()).toEqual([]);
  expect(await inFiles((path) => !isEngines(path))).toEqual([]);
});

test("nor does the engine keep them in its own files", async () => {
  expect(
    await until(
      () => inFiles(isEngines),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});
