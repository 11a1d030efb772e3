import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { talkQuickly } from "#records/store/clients";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let plain: Talk;
let quick: Talk;

interface Talk {
  readonly client: DynamoDBClient;
  /** Bodies of the requests as they were sent. */
  readonly bodies: string[];
}

/** A client of the installed SDK that notes what it sends. */
async function talk(isQuick: boolean): Promise<Talk> {
  const { region, credentials, endpoint } = stores.dynamo.config;
  if (endpoint === undefined) throw new Error("The stores's client has no endpoint of its own");
  const { protocol, hostname, port } = await endpoint();
  const client = new DynamoDBClient({ region, credentials, endpoint: `${protocol}//${hostname}:${port}` });
  if (isQuick) talkQuickly(client);
  const bodies: string[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (typeof request === "object" && request !== null && "body" in request) bodies.push(textOf(request.body));
      return await next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  return { client, bodies };
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : String(body);
}

beforeAll(async () => {
  stores = await startRealStores();
  plain = await talk(false);
  quick = await talk(true);
});
afterAll(async () => {
  plain.client.destroy();
  quick.client.destroy();
  await stores.close();
});

const item: Record<string, AttributeValue> = {
  pk: { S: "p" },
  sk: { S: "s1" },
  version: { N: "12345678901234567890" },
  flag: { BOOL: false },
  nothing: { NULL: true },
  text: { S: 'Zoë says "B": 😀 \u2028' },
  list: { L: [{ S: "" }, { M: { deep: { N: "0" } } }] },
  ids: { SS: ["a", "b"] },
};
const withBinary = { pk: { S: "p" }, sk: { S: "s2" }, lines: { B: new Uint8Array([0, 1, 254, 255]) } };

const commands = [
  ["BatchWriteItem", () => new BatchWriteItemCommand({ RequestItems: { records: [{ PutRequest: { Item: item } }] } })],
  [
    "BatchGetItem",
    () => new BatchGetItemCommand({ RequestItems: { records: { Keys: [{ pk: { S: "p" }, sk: { S: "s1" } }] } } }),
  ],
  [
    "Query",
    () =>
      new QueryCommand({
        TableName: "records",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "p" } },
      }),
  ],
  [
    "BatchExecuteStatement",
    () =>
      new BatchExecuteStatementCommand({
        Statements: [
          {
            Statement: 'UPDATE "records" SET "flag"=? WHERE "pk"=? AND "sk"=? AND "version"=?',
            Parameters: [{ BOOL: true }, { S: "p" }, { S: "s1" }, { N: "1" }],
          },
        ],
      }),
  ],
] as const;

/** As the functions send them, in the types of one command: what is compared is told by every one alike. */
async function send({ client, bodies }: Talk, command: unknown) {
  const sent = bodies.length;
  const { $metadata, ...answer } = await client.send(command as QueryCommand);
  return { body: JSON.parse(bodies[sent] ?? "null") as unknown, answer, $metadata };
}

describe("with the installed SDK, talking quickly", () => {
  test("is in force: the SDK still has the two methods that are replaced, and the middleware that is removed", () => {
    expect(plain.client.middlewareStack.identify().join()).toContain("loggerMiddleware");
    expect(quick.client.middlewareStack.identify().join()).not.toContain("loggerMiddleware");
    for (const method of ["serializeRequest", "deserializeResponse"]) {
      expect(plain.client.config.protocol).toHaveProperty(method);
      expect(Object.hasOwn(quick.client.config.protocol, method)).toBe(true);
    }
  });

  test.each(commands)("sends the same %s and understands the answer alike", async (_, command) => {
    const bySchema = await send(plain, command());
    const quickly = await send(quick, command());
    expect(quickly.body).toEqual(bySchema.body);
    expect(quickly.answer).toEqual(bySchema.answer);
    // What it says of itself tells which way the answer went.
    expect(bySchema.$metadata).toHaveProperty("requestId");
    expect(quickly.$metadata).not.toHaveProperty("requestId");
  });

  test("reads binary attributes as bytes, in bulk and one by one", async () => {
    await stores.dynamo.send(
      new BatchWriteItemCommand({ RequestItems: { records: [{ PutRequest: { Item: withBinary } }] } }),
    );
    const key = { pk: withBinary.pk, sk: withBinary.sk };
    const { Item } = await quick.client.send(new GetItemCommand({ TableName: "records", Key: key }));
    const { Responses } = await quick.client.send(
      new BatchGetItemCommand({ RequestItems: { records: { Keys: [key] } } }),
    );
    for (const found of [Item, Responses?.["records"]?.[0]]) {
      expect([...(found?.["lines"]?.B ?? [])]).toEqual([0, 1, 254, 255]);
    }
  });

  test("tells errors by their names", async () => {
    const wrong = new QueryCommand({ TableName: "no-such-table", KeyConditionExpression: "pk = :pk" });
    const nameOf = (client: DynamoDBClient) =>
      client.send(wrong).then(
        () => "none",
        (error: Error) => error.name,
      );
    expect(await nameOf(quick.client)).toBe(await nameOf(plain.client));
    expect(await nameOf(quick.client)).toMatch(/NotFound|Validation/);
  });
});
