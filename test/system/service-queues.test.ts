import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchUpdates } from "#contract/batch-updates";
import { querySets } from "#contract/query-sets";
import { serviceQueues } from "#contract/service-queues";
import { support } from "#contract/support";
import { type Title, titleSchema } from "#domain/catalogue/title";
import { keptPatronIdSchema } from "#domain/ids";
import { readPatronLine } from "#domain/import/patron-line";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { generateTitles } from "#infra/local/samples/titles";
import { fillsPartition, queueKey } from "#records/store/keys";
import { batchUpdateId, libraryId } from "#test/ids";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";
import { fillByTheBook } from "../unit/fill-queue.reference.ts";

const samplePatrons = 400;
const sampleTitles = 5000;
const medium = "DB";

const batchSchema = batchUpdates.get.answers[200];
type Batch = z.infer<typeof batchSchema>;
const fillsSchema = serviceQueues.listFills.answers[200];

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons, sampleTitles });
});
afterAll(async () => await product?.remove());

async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body } = await product.call("GET", path);
  expect(status, path).toBe(200);
  return schema.parse(body);
}

async function post(path: string, body: unknown, expected: number) {
  const reply = await product.call("POST", path, { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(expected);
  return reply.body;
}

const isFinal = ({ status }: Batch) => /^(COMPLETED|COMPLETED_WITH_ERRORS|CANCELLED|FAILED)$/.test(status);
const isFilled = (batch: Batch) => isFinal(batch) && batch.serviceQueues.status.startsWith("FILLED");
const batchUpdate = (id: string) => get(`/v1/batch-updates/${id}`, batchSchema);
const queueOf = (patronId: string) =>
  get(`/v1/patrons/${patronId}/media/${medium}/service-queue`, serviceQueues.get.answers[200]);

async function ready(id: string): Promise<Batch> {
  return await until(
    () => batchUpdate(id),
    ({ status }) => status !== "PLANNING",
  );
}

async function process(id: string): Promise<void> {
  const { plan } = await ready(id);
  if (plan === undefined) throw new Error("There is no plan");
  const { update, create, remove } = plan.counts;
  await post(
    `/v1/batch-updates/${id}/process`,
    { planDigest: plan.digest, patronCount: update + create + remove },
    202,
  );
}

/** Plans and processes a batch update that adds service queues, and returns its id. */
async function addServiceQueues(query: Record<string, unknown>): Promise<string> {
  const made = querySets.create.answers[201].parse(await post("/v1/query-sets", query, 201));
  await until(
    () => get(`/v1/query-sets/${made.querySetId}`, querySets.get.answers[200]),
    ({ status }) => status === "READY",
  );
  const body = { querySetId: made.querySetId, medium, nightlyDebug: false, changes: { addServiceQueue: true } };
  const { batchUpdateId } = batchUpdates.create.answers[201].parse(await post("/v1/batch-updates", body, 201));
  await process(batchUpdateId);
  return batchUpdateId;
}

/** Follows the fills to their end; their numbers must make sense at every look. */
async function filled(id: string): Promise<Batch> {
  let before = { requested: 0, filled: 0 };
  return await until(async () => {
    const batch = await batchUpdate(id);
    const { requested, filled: done, withdrawn, failed, pending } = batch.serviceQueues;
    expect(done + withdrawn + failed + pending).toBe(requested);
    expect(requested).toBeGreaterThanOrEqual(before.requested);
    expect(done).toBeGreaterThanOrEqual(before.filled);
    before = { requested, filled: done };
    return batch;
  }, isFilled);
}

async function allFills(id: string, status?: string) {
  const found: z.infer<typeof fillsSchema>["items"] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "70", ...(status && { status }), ...(cursor && { cursor }) });
    const page = await get(`/v1/batch-updates/${id}/service-queues?${query}`, fillsSchema);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

async function engines() {
  const { dynamodb, sqs, region, accessKeyId, secretAccessKey, table, queueUrl } = await readEndpoints(product);
  const credentials = { accessKeyId, secretAccessKey };
  return {
    table,
    queueUrl,
    dynamo: new DynamoDBClient({ region, credentials, endpoint: dynamodb }),
    queue: new SQSClient({ region, credentials, endpoint: sqs }),
  };
}

/** Every message of a batch update, as it was sent. */
async function messagesOf(id: string): Promise<string[]> {
  const { dynamo, table } = await engines();
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :group)",
      ExpressionAttributeValues: {
        ":pk": { S: fillsPartition({ library: libraryId("piedmont") }, batchUpdateId(id)) },
        ":group": { S: "GROUP#" },
      },
    }),
  );
  const groupSchema = z.object({ sk: z.string(), requested: z.set(z.string()) });
  return Items.map((item) => groupSchema.parse(unmarshall(item))).flatMap(({ sk, requested }) =>
    [...requested].map((patronId) =>
      JSON.stringify({ library: "piedmont", batch: id, medium, patronId, group: sk.slice("GROUP#".length) }),
    ),
  );
}

async function sendToQueue(bodies: readonly string[]) {
  const { queue, queueUrl } = await engines();
  for (let i = 0; i < bodies.length; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }));
    await queue.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

const waiting = async () => {
  const { body } = await product.call("GET", "/v1/support/queues", { as: "keystone-support" });
  return support.getQueues.answers[200].parse(body);
};

describe("a batch update that adds service queues", () => {
  let first: string;
  let titles: Title[];

  beforeAll(async () => {
    titles = [...generateTitles({ count: sampleTitles, seed: "samples" })].map((line) => titleSchema.parse(line));
    first = await addServiceQueues({
      criteria: { all: [{ field: "Patron.mainStatus", operator: "equals", value: "ACTIVE" }] },
    });
  });

  it("is complete without waiting, and fills them all, with numbers that always add up", async () => {
    const batch = await filled(first);
    expect(batch.serviceQueues).toMatchObject({ status: "FILLED", failed: 0, withdrawn: 0, pending: 0 });
    expect(batch.serviceQueues.requested).toBe((batch.counts?.updated ?? 0) + (batch.counts?.created ?? 0));
    expect(batch.serviceQueues.requested).toBeGreaterThan(samplePatrons / 2);
  });

  it("gives every patron the queue that the rules give when read literally", async () => {
    const lines = [...generatePatrons({ library: piedmont, count: samplePatrons, seed: "samples" })];
    const fills = new Map((await allFills(first)).map((it) => [it.patronId, it]));
    const reasons = new Set<string>();
    for (const line of lines.filter((it) => it.mainStatus === "ACTIVE").slice(0, 40)) {
      const read = readPatronLine(line, piedmont);
      if (!("record" in read)) throw new Error(read.reason);
      const { patron, reading, media } = read.record;
      const record = { medium, ...media.get(medium) };
      const expected = fillByTheBook(
        { patron, reading: { hasHad: [], ...reading }, record, library: piedmont, queue: [] },
        titles,
      );
      const { entries, filledAt, filledBy } = await queueOf(patron.patronId);
      expect(entries, patron.patronId).toEqual(expected.entries.map((entry, i) => ({ sequence: i + 1, ...entry })));
      expect({ filledBy, added: fills.get(patron.patronId)?.entriesAdded }).toEqual({
        filledBy: first,
        added: expected.added,
      });
      expect(filledAt).toBe(fills.get(patron.patronId)?.filledAt);
      for (const entry of entries) reasons.add(entry.selectType);
    }
    expect([...reasons].sort()).toEqual(["AUTHOR", "REQUEST", "RESERVE", "SERIES", "SUBJECT"]);
  });

  it("lists its fills by state, page by page, to anybody of the library and to nobody else", async () => {
    const { requested } = (await batchUpdate(first)).serviceQueues;
    const all = await allFills(first);
    expect(new Set(all.map((it) => it.patronId)).size).toBe(requested);
    expect(all).toHaveLength(requested);
    expect(await allFills(first, "FILLED")).toEqual(all);
    expect(await allFills(first, "PENDING")).toEqual([]);
    const path = `/v1/batch-updates/${first}/service-queues`;
    expect((await product.call("GET", path, { as: "piedmont-staff" })).status).toBe(200);
    expect((await product.call("GET", path, { as: "lakeshore-administrator" })).status).toBe(404);
    expect((await product.call("GET", `${path}?status=LOST`)).status).toBe(422);
    expect((await product.call("POST", `${path}/retry`, { as: "piedmont-staff" })).status).toBe(403);
    expect((await product.call("POST", `${path}/retry`)).status).toBe(409);
  });

  it("is not disturbed by messages that come again, that nobody sent, or that make no sense", async () => {
    const ids = (await allFills(first)).map((it) => it.patronId);
    const before = await Promise.all(ids.slice(0, 30).map(queueOf));
    const messages = await messagesOf(first);
    expect(messages).toHaveLength(ids.length);
    await sendToQueue(["not a message", "{}", ...messages, ...messages]);
    await until(waiting, ({ depth }) => depth <= 2);
    expect(await Promise.all(ids.slice(0, 30).map(queueOf))).toEqual(before);
    expect(await batchUpdate(first)).toMatchObject({ serviceQueues: { filled: ids.length, failed: 0, pending: 0 } });
  });

  it("keeps what is queued when another one follows, and goes on where titles were sent", async () => {
    const found = (await allFills(first)).find((it) => (it.entriesAdded ?? 0) >= 3);
    if (found === undefined) throw new Error("No queue has three titles");
    const { patronId } = found;
    const before = (await queueOf(patronId)).entries;
    const [sent, ordered] = before;
    if (sent === undefined || ordered === undefined) throw new Error("No queue has two titles");
    const path = `/v1/patrons/${patronId}/media/${medium}/service-queue`;
    const report = async (titleId: string, status: string) =>
      await product.call("PATCH", `${path}/${titleId}`, { body: { status } });
    expect(await report(sent.titleId, "SENT")).toMatchObject({ status: 200, body: { ...sent, status: "SENT" } });
    expect((await report(ordered.titleId, "ON_ORDER")).status).toBe(200);
    expect((await report("no-such-title", "SENT")).status).toBe(404);
    expect((await report(sent.titleId, "LOST")).status).toBe(422);

    const second = await addServiceQueues({ patronIds: [patronId] });
    await filled(second);
    const after = (await queueOf(patronId)).entries;
    expect(after.slice(0, before.length).map((it) => it.titleId)).toEqual(before.map((it) => it.titleId));
    expect(after.slice(0, 3).map((it) => it.status)).toEqual(["SENT", "ON_ORDER", "WAITING"]);
    expect(after.length).toBeLessThanOrEqual(before.length + 1);
    expect(new Set(after.map((it) => it.titleId)).size).toBe(after.length);

    // Only what the second one added and is still waiting goes with its undo.
    const { body } = await product.call("POST", `/v1/batch-updates/${second}/undo`, { body: {} });
    const undo = batchUpdates.undo.answers[201].parse(body).batchUpdateId;
    await process(undo);
    await until(() => batchUpdate(undo), isFinal);
    expect((await queueOf(patronId)).entries).toEqual(after.slice(0, before.length));
    expect((await batchUpdate(second)).serviceQueues).toMatchObject({ requested: 1, filled: 1, withdrawn: 0 });
  });

  it("says why a queue could not be filled, and fills it on retry when the reason is gone", async () => {
    const { dynamo, table } = await engines();
    const [broken, good] = (await allFills(first)).slice(-2).map((it) => it.patronId);
    if (broken === undefined || good === undefined) throw new Error("There are too few patrons");
    const { pk, sk } = queueKey({ library: libraryId("piedmont") }, keptPatronIdSchema.parse(broken), medium);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }));
    if (Item === undefined) throw new Error("The queue is not there");

    const made = querySets.create.answers[201].parse(await post("/v1/query-sets", { patronIds: [broken, good] }, 201));
    await until(
      () => get(`/v1/query-sets/${made.querySetId}`, querySets.get.answers[200]),
      ({ status }) => status === "READY",
    );
    const body = { querySetId: made.querySetId, medium, nightlyDebug: true, changes: { addServiceQueue: true } };
    const { batchUpdateId: id } = batchUpdates.create.answers[201].parse(await post("/v1/batch-updates", body, 201));
    await ready(id);
    await dynamo.send(
      new PutItemCommand({ TableName: table, Item: { ...Item, content: { S: '{"rows":"damaged"}' } } }),
    );
    await process(id);
    expect((await filled(id)).serviceQueues).toMatchObject({ status: "FILLED_WITH_ERRORS", filled: 1, failed: 1 });
    expect((await batchUpdate(id)).status).toBe("COMPLETED");
    const failures = await allFills(id, "FAILED");
    expect(failures).toMatchObject([{ patronId: broken, reason: expect.stringContaining("breaks the rules") }]);

    await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    const path = `/v1/batch-updates/${id}/service-queues/retry`;
    expect(
      (await product.call("POST", path, { as: "keystone-support", headers: { library: "piedmont" } })).status,
    ).toBe(202);
    expect((await filled(id)).serviceQueues).toMatchObject({ status: "FILLED", filled: 2, failed: 0 });
    expect((await product.call("POST", path)).status).toBe(409);
  });
});

describe("a power cut while queues are filled", () => {
  it("loses none and doubles none: the next start goes on by itself", async () => {
    const criteria = { all: [{ field: "Patron.mainStatus", operator: "in", value: ["ACTIVE", "SUSPENDED"] }] };
    const id = await addServiceQueues({ criteria });
    await until(
      () => batchUpdate(id),
      ({ serviceQueues }) => serviceQueues.requested > 0,
    );
    await product.kill();
    product = await startProduct({ samplePatrons, sampleTitles, dataDir: product.dataDir });
    const batch = await filled(id);
    expect(batch.serviceQueues).toMatchObject({ status: "FILLED", failed: 0, pending: 0 });
    expect(batch.serviceQueues.requested).toBe((batch.counts?.updated ?? 0) + (batch.counts?.created ?? 0));
    for (const { patronId } of (await allFills(id)).slice(0, 50)) {
      const { entries } = await queueOf(patronId);
      expect(new Set(entries.map((it) => it.titleId)).size).toBe(entries.length);
      expect(entries.map((it) => it.sequence)).toEqual(entries.map((_, i) => i + 1));
    }
  });
});
