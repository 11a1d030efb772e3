import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { support } from "#contract/support";
import { newId } from "#platform/identifiers";
import { jobKey } from "#records/store/keys";
import { createTable } from "#records/store/table";
import { libraryId } from "#test/ids";
import { patience } from "#test/patience";
import { endpointsSchema, type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: 30, sampleTitles: 5000 });
});
afterAll(() => product?.remove());

const listSchema = support.listExecutions.answers[200];
const detailSchema = support.getExecution.answers[200];
const queuesSchema = support.getQueues.answers[200];

async function get<Body>(path: string, schema: z.ZodType<Body>): Promise<Body> {
  const { status, body } = await product.call("GET", `/v1/support/${path}`, { as: "keystone-support" });
  expect(status).toBe(200);
  return schema.parse(body);
}

async function readEndpoints() {
  const schema = endpointsSchema.extend({ stateMachines: z.object({ Plan: z.string() }) });
  const endpoints = schema.parse(JSON.parse(await readFile(join(product.dataDir, "endpoints.json"), "utf8")));
  const { region, accessKeyId, secretAccessKey } = endpoints;
  return { ...endpoints, client: { region, credentials: { accessKeyId, secretAccessKey } } };
}

test("the imports of the samples are seen, with their library, what they work for and their chunks", async () => {
  // An import is complete a moment before its execution has ended.
  const { items } = await vi.waitFor(async () => {
    const list = await get("executions?workflow=import", listSchema);
    expect(list.items.filter(({ status }) => status === "RUNNING")).toEqual([]);
    return list;
  }, patience);
  expect(items.map(({ library }) => library).sort()).toEqual(["lakeshore", "lakeshore", "piedmont", "piedmont"]);
  for (const { workflow, status, subject, mapRun, consoleUrl } of items) {
    expect(URL.canParse(consoleUrl)).toBe(true);
    expect({ workflow, status }).toEqual({ workflow: "import", status: "SUCCEEDED" });
    expect(subject).toMatch(/^imports\/.{26}$/u);
    expect(mapRun).toMatchObject({ pending: 0, running: 0, failed: 0, succeeded: mapRun?.total });
  }
});

test("the list is newest first, pages without gaps, and filters by library and status", async () => {
  const all = (await get("executions", listSchema)).items;
  const starts = all.map(({ startedAt }) => startedAt);
  expect(starts).toEqual(starts.toSorted().reverse());
  const names: string[] = [];
  let cursor = "";
  do {
    const page = await get(`executions?limit=1${cursor}`, listSchema);
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  expect(names).toEqual(all.map(({ name }) => name));
  const lakeshore = await get("executions?library=lakeshore", listSchema);
  expect(lakeshore.items).toEqual(all.filter(({ library }) => library === "lakeshore"));
  expect((await get("executions?library=nowhere", listSchema)).items).toEqual([]);
  expect((await get("executions?status=ABORTED", listSchema)).items).toEqual([]);
});

test("an execution that failed tells its error and where it came to, without the data that went through", async () => {
  const { stepFunctions, stateMachines, client } = await readEndpoints();
  const sfn = new SFNClient({ ...client, endpoint: stepFunctions });
  const job = newId(new Date());
  const name = `piedmont-${job}-plan`;
  const input = JSON.stringify({ library: "piedmont", job, attempt: 1 });
  await sfn.send(new StartExecutionCommand({ stateMachineArn: stateMachines.Plan, name, input }));
  sfn.destroy();
  const failed = await vi.waitFor(async () => {
    const found = await get(`executions/${name}`, detailSchema);
    expect(found.status).not.toBe("RUNNING");
    return found;
  }, patience);
  expect(failed).toMatchObject({ status: "FAILED", library: "piedmont", subject: `batch-updates/${job}` });
  expect(failed.error).toBeTruthy();
  // Every function's lines of this job, one click away.
  expect(URL.canParse(failed.logs?.url ?? "")).toBe(true);
  const logs = decodeURIComponent((failed.logs?.url ?? "").replaceAll("$", "%"));
  expect(logs).toContain(`job*20*3d*20*22${job}*22`);
  expect(logs.split("~'").filter((group) => group.startsWith("PlanChunk")).length).toBe(1);
  expect(failed.cause).toBeTruthy();
  const types = failed.history.map(({ type }) => type);
  expect(types[0]).toBe("ExecutionStarted");
  expect(types.at(-1)).toBe("ExecutionFailed");
  expect(failed.history.map(({ id }) => id)).toEqual(types.map((_type, place) => place + 1));
  expect(failed.history).toContainEqual(expect.objectContaining({ type: "TaskStateEntered", state: "Split" }));
  expect(JSON.stringify(failed.history)).not.toContain('"input"');
  const { items } = await get("executions?status=FAILED&workflow=plan", listSchema);
  expect(items.map((item) => item.name)).toEqual([name]);
});

test("an execution that is not there, by any name, is 404", async () => {
  for (const name of ["by-hand", `piedmont-${newId(new Date())}-apply`, "..%2F..", "%00"]) {
    const { status } = await product.call("GET", `/v1/support/executions/${name}`, { as: "keystone-support" });
    expect(status).toBe(404);
  }
});

test("an execution that somebody started by hand is listed and shown, though nobody knows what for", async () => {
  const { stepFunctions, stateMachines, client } = await readEndpoints();
  const sfn = new SFNClient({ ...client, endpoint: stepFunctions });
  const name = "started-by-hand";
  await sfn.send(new StartExecutionCommand({ stateMachineArn: stateMachines.Plan, name, input: "{}" }));
  sfn.destroy();
  const { items } = await get("executions?workflow=plan", listSchema);
  const [listed] = items;
  expect(listed).toMatchObject({ name, workflow: "plan" });
  expect(listed).not.toHaveProperty("library");
  expect(listed).not.toHaveProperty("subject");
  expect(await get(`executions/${name}`, detailSchema)).toMatchObject({ name, workflow: "plan" });
});

test("open work that cannot be read is named, and hides nothing else of the queues", async () => {
  const { dynamodb, table, client } = await readEndpoints();
  const records = new DynamoDBClient({ ...client, endpoint: dynamodb });
  const Key = { pk: { S: "OPEN" }, sk: { S: "piedmont#fills#damaged" } };
  await records.send(new PutItemCommand({ TableName: table, Item: { ...Key, resent: { S: "often" } } }));
  expect(await get("queues", queuesSchema)).toMatchObject({
    depth: 0,
    unreadable: [{ item: "piedmont#fills#damaged", error: "ZodError" }],
  });
  await records.send(new DeleteItemCommand({ TableName: table, Key }));
  records.destroy();
  expect(await get("queues", queuesSchema)).toMatchObject({ unreadable: [] });
});

test("a batch update whose undo cannot be read is left out of the list, and hides no other", async () => {
  const { dynamodb, table, client } = await readEndpoints();
  const records = new DynamoDBClient({ ...client, endpoint: dynamodb });
  const { write } = createTable(records, table);
  const { whole, halved, damaged } = { whole: "whole", halved: "halved", damaged: "damaged" };
  const ended = (batchUpdateId: string, children: readonly { batchUpdateId: string; kind: string }[]) => ({
    put: {
      ...jobKey({ library: libraryId("piedmont") }, "batch-update", batchUpdateId),
      ...{ library: "piedmont", batchUpdateId, querySetId: "any", kind: "UPDATE", medium: "DB", nightlyDebug: false },
      ...{ changes: {}, searchStatement: "any", status: "CANCELLED", patrons: 0, large: false, asksForFills: false },
      ...{ children, createdBy: "ann", createdAt: "2026-07-01T00:00:00.000Z", revision: 1 },
    },
  });
  await write(ended(whole, []));
  await write(ended(halved, [{ batchUpdateId: damaged, kind: "UNDO" }]));
  await write({ put: { ...jobKey({ library: libraryId("piedmont") }, "batch-update", damaged), createdAt: 7 } });
  const { status, body } = await product.call("GET", "/v1/batch-updates", { as: "piedmont-administrator" });
  expect({ status, body }).toMatchObject({ status: 200, body: { items: [{ batchUpdateId: whole }] } });
  for (const id of [whole, halved, damaged])
    await write({ delete: jobKey({ library: libraryId("piedmont") }, "batch-update", id) });
  records.destroy();
});

test("the queue of fills shows what waits and what was given up", async () => {
  const before = await get("queues", queuesSchema);
  expect(before).toMatchObject({ depth: 0, inFlight: 0, deadLetters: 0 });
  expect(before).not.toHaveProperty("ageOfOldestSeconds");
  const { sqs, queueUrl, client } = await readEndpoints();
  const queues = new SQSClient({ ...client, endpoint: sqs });
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const { deadLetterTargetArn } = z
    .object({ deadLetterTargetArn: z.string() })
    .parse(JSON.parse(Attributes?.RedrivePolicy ?? "{}"));
  const QueueName = deadLetterTargetArn.split(":").at(-1);
  const { QueueUrl } = await queues.send(new GetQueueUrlCommand({ QueueName }));
  await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: "given up" }));
  queues.destroy();
  expect(await get("queues", queuesSchema)).toMatchObject({ deadLetters: 1 });
});

test("nobody but support sees any of it", async () => {
  for (const as of ["piedmont-administrator", "piedmont-staff", "lakeshore-administrator"] as const) {
    for (const path of ["executions", "executions/any", "queues"]) {
      const { status } = await product.call("GET", `/v1/support/${path}`, { as });
      expect(status).toBe(403);
    }
  }
});
