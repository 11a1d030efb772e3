import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  BatchExecuteStatementCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startDynamoDb } from "#infra/local/dynamodb";
import { openCompaction } from "#infra/local/dynamodb/compaction";
import { freePort, startEngine } from "#infra/local/dynamodb/engine";
import { findEngine } from "#infra/local/dynamodb/engine-binary";
import { openFront } from "#infra/local/dynamodb/front";
import { tableInput } from "#infra/local/dynamodb/table-input";
import { describeProcess } from "#infra/local/processes";
import { patience } from "#test/patience";

const table = {
  TableName: "records",
  AttributeDefinitions: ["pk", "sk", "namesPk", "namesSk"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S",
  })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "names",
      KeySchema: [
        { AttributeName: "namesPk", KeyType: "HASH" },
        { AttributeName: "namesSk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
  TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
  DeletionProtectionEnabled: true,
};

const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };
let directory: string;
const endings: (() => unknown)[] = [];
const unexpected = (reason: string) => {
  throw new Error(reason);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "local-dynamodb-"));
  endings.push(() => rm(directory, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(options: Partial<Parameters<typeof startDynamoDb>[0]> = {}) {
  const started = await startDynamoDb({ directory, tables: [table], onExit: unexpected, ...options });
  endings.push(() => started.close());
  return started;
}

function clientOf({ endpoint }: { endpoint: string }): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  endings.push(() => client.destroy());
  return client;
}

const insert = (pk: string, count: number) =>
  new BatchExecuteStatementCommand({
    Statements: Array.from({ length: count }, (_, n) => ({
      Statement: `INSERT INTO "records" VALUE {'pk': ?, 'sk': ?}`,
      Parameters: [{ S: pk }, { S: String(n) }],
    })),
  });

async function count(client: DynamoDBClient, pk: string): Promise<number | undefined> {
  const answer = await client.send(
    new QueryCommand({
      TableName: "records",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: pk } },
      Select: "COUNT",
    }),
  );
  return answer.Count;
}

const kill = (pid: number | undefined) => {
  if (pid === undefined) throw new Error("no process to kill");
  process.kill(pid, "SIGKILL");
};

const gone = (pid: number) => vi.waitUntil(async () => (await describeProcess(pid)) === undefined, patience);

describe("The local DynamoDB", () => {
  test("has the template's table with its index and time to live, and finds its records after a restart", async () => {
    const first = await start();
    const client = clientOf(first);
    const item = { pk: { S: "a" }, sk: { S: "b" }, namesPk: { S: "names" }, namesSk: { S: "ada" } };
    await client.send(
      new PutItemCommand({ TableName: "records", Item: { ...item, other: { S: "not in the index" } } }),
    );
    const live = await client.send(new DescribeTimeToLiveCommand({ TableName: "records" }));
    expect(live.TimeToLiveDescription).toMatchObject({ AttributeName: "expiresAt", TimeToLiveStatus: "ENABLED" });
    await first.close();

    const byName = await clientOf(await start()).send(
      new QueryCommand({
        TableName: "records",
        IndexName: "names",
        KeyConditionExpression: "namesPk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "names" } },
      }),
    );
    expect(byName.Items).toEqual([item]);
  });

  test("finds by the beginning of a key to the letter, as AWS does", async () => {
    const { engine } = await start({ directory: undefined });
    if (engine === undefined) return;
    const front = await openFront(engine, 0, credentials);
    endings.push(() => front.close());
    const client = new DynamoDBClient({ region: "us-east-1", credentials, endpoint: front.endpoint });
    for (const sk of ["a#1", "A#1", "ab#1", "a#", "a\u{10FFFD}"]) {
      await client.send(new PutItemCommand({ TableName: "records", Item: { pk: { S: "p" }, sk: { S: sk } } }));
    }
    const found = async (begins: string) => {
      const query = new QueryCommand({
        TableName: "records",
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :begins)",
        ExpressionAttributeValues: { ":pk": { S: "p" }, ":begins": { S: begins } },
      });
      return (await client.send(query)).Items?.map(({ sk }) => sk?.S);
    };
    expect(await found("a#")).toEqual(["a#", "a#1"]);
    expect(await found("A")).toEqual(["A#1"]);
    expect(await found("a")).toEqual(["a#", "a#1", "ab#1", "a\u{10FFFD}"]);
  });

  test("loses no acknowledged write when the engine is killed, and is back on the same port", async () => {
    const restarts: string[] = [];
    // An engine that is slow to answer is news too, and no restart.
    const engine = await start({ onNews: (news) => void (news.includes("started again") && restarts.push(news)) });
    const client = clientOf(engine);
    const acknowledged: string[] = [];
    let writing = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; writing; n += 1) {
        const pk = `${writer}-${n}`;
        const answer = await client.send(insert(pk, 25)).catch(() => undefined);
        if (answer?.Responses?.every((response) => response.Error === undefined)) acknowledged.push(pk);
      }
    });
    let killed: number | undefined;
    for (const round of [1, 2]) {
      const before = acknowledged.length;
      // A new engine may answer writers a moment before the product has heard that it does.
      await vi.waitUntil(() => acknowledged.length > before + 10 && engine.pid !== killed, patience);
      killed = engine.pid;
      kill(killed);
      await vi.waitUntil(() => restarts.length === round, patience);
    }
    writing = false;
    await Promise.all(writers);

    const counts = await Promise.all(acknowledged.map((pk) => count(client, pk)));
    expect(counts.filter((found) => found !== 25)).toEqual([]);
    expect(restarts[0]).toContain("SIGKILL");
  });

  test("gives up at once when an engine in memory dies: its records are gone", async () => {
    const reasons: string[] = [];
    const engine = await start({ directory: undefined, onExit: (reason) => reasons.push(reason) });
    kill(engine.pid);
    await vi.waitUntil(() => reasons.length > 0, patience);
    expect(reasons).toEqual([expect.stringContaining("lost")]);
  });

  test("ends with the product, even when that is killed without a word", async () => {
    const product = spawnProduct();
    const { pid } = await firstLine(product);
    expect(await describeProcess(pid)).toBeDefined();
    product.kill("SIGKILL");
    await gone(pid);
  });

  test("ends an engine that an earlier product left on the same files", async () => {
    const left = await startEngine(directory, "127.0.0.1", await freePort("127.0.0.1"));
    await start();
    await gone(left.pid);
  });

  test("leaves another process alone that now has a recorded process id", async () => {
    const bystander = spawn("sleep", ["60"], { stdio: "ignore" });
    endings.push(() => bystander.kill("SIGKILL"));
    const startedAt = (await describeProcess(bystander.pid ?? 0))?.startedAt;
    await writeFile(join(directory, "engine.json"), JSON.stringify({ pid: bystander.pid, startedAt, port: 1 }));
    await start();
    expect(await describeProcess(bystander.pid ?? 0)).toMatchObject({ startedAt });
  });

  test("listens where a web page cannot find it, and another place each time", async () => {
    const hosts: (string | undefined)[] = [];
    for (const _ of [1, 2]) {
      const started = await start();
      hosts.push(started.engine?.host);
      await started.close();
    }
    if (process.platform === "linux") expect(new Set([...hosts, "127.0.0.1"]).size).toBe(3);
    for (const host of hosts) expect(host).toMatch(/^127\./);
  });

  const file = () => join(directory, "dynamodb.sqlite");
  test.each([
    ["is lost", async () => await rm(file()), /dynamodb\.sqlite is not there.*copy of DATA_DIR/],
    ["is empty", async () => await writeFile(file(), ""), /dynamodb\.sqlite is empty/],
    ["is no database", async () => await writeFile(file(), "x".repeat(9000)), /dynamodb\.sqlite is damaged/],
    ["has a page overwritten", () => overwritePage(), /dynamodb\.sqlite is damaged/],
  ])("never comes up empty: it says so where its database %s", async (_, harm, sentence) => {
    const first = await start();
    const client = clientOf(first);
    for (let n = 0; n < 40; n++) await client.send(insert(`p${n}`, 25));
    await first.close();
    await harm();
    await expect(start({ mustExist: true })).rejects.toThrow(sentence);
  });

  test("never comes up empty: it says so where a table is gone", async () => {
    await (await start({ tables: [] })).close();
    await expect(start({ mustExist: true })).rejects.toThrow(/table records is no longer in the database/);
  });

  async function overwritePage() {
    const opened = await open(file(), "r+");
    const { size } = await opened.stat();
    await opened.write(Buffer.alloc(4096, 0xaa), 0, 4096, Math.floor(size / 8192) * 4096);
    await opened.close();
  }

  test("refuses a table property that nothing here would honour", () => {
    expect(() => tableInput({ ...table, StreamSpecification: { StreamViewType: "NEW_IMAGE" } })).toThrow(
      /StreamSpecification/,
    );
  });

  test("refuses files that hold a table of the same name with other indexes", async () => {
    await (await start()).close();
    const renamed = table.GlobalSecondaryIndexes.map((index) => ({ ...index, IndexName: "places" }));
    await expect(start({ tables: [{ ...table, GlobalSecondaryIndexes: renamed }] })).rejects.toThrow(
      /another DATA_DIR/,
    );
  });

  test("says how to get an engine where npm has none", () => {
    expect(() => findEngine("plan9", "mips")).toThrow(/npm i .*@dynoxide\/plan9-mips.*AWS_ENDPOINT_URL_DYNAMODB/);
  });
});

function spawnProduct(): ChildProcess {
  const source = `
    import { startDynamoDb } from "#infra/local/dynamodb";
    const { pid } = await startDynamoDb({ directory: ${JSON.stringify(directory)}, tables: [], onExit() {} });
    console.log(JSON.stringify({ pid }));
    setInterval(() => undefined, 1000);
  `;
  const product = spawn(process.execPath, ["--input-type=module", "-e", source], {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  endings.push(() => product.kill("SIGKILL"));
  return product;
}

async function firstLine(product: ChildProcess): Promise<{ pid: number }> {
  if (product.stdout === null) throw new Error("no output to read");
  const [line] = await once(createInterface(product.stdout), "line");
  return JSON.parse(line);
}

describe("What is deleted", () => {
  const key = { pk: { S: "p" }, sk: { S: "s7" } };
  const mark = "Marker of the seventh";

  async function holdsMark(): Promise<boolean> {
    for (const name of await readdir(directory)) {
      if ((await readFile(join(directory, name))).includes(mark)) return true;
    }
    return false;
  }

  /** An engine with a record in it whose text is looked for, behind its door. */
  async function withRecord() {
    const { engine, ...started } = await start();
    if (engine === undefined) throw new Error("There is no engine");
    const front = await openFront(engine, 0, credentials);
    endings.push(() => front.close());
    const client = new DynamoDBClient({ region: "us-east-1", credentials, endpoint: front.endpoint, maxAttempts: 1 });
    endings.push(() => client.destroy());
    const put = async (n: number, text: string) => {
      const Item = { pk: key.pk, sk: { S: `s${n}` }, text: { S: text } };
      await client.send(new PutItemCommand({ TableName: "records", Item }));
    };
    for (let n = 0; n < 20; n++) await put(n, n === 7 ? mark : "x".repeat(500));
    const erase = async () => void (await client.send(new DeleteItemCommand({ TableName: "records", Key: key })));
    return { ...started, front, client, put, erase };
  }

  test("stands in the engine's files until they are written anew, which is done soon after it was erased, while requests wait", async () => {
    const { front, client, put, erase } = await withRecord();
    const said: string[] = [];
    const compaction = openCompaction(directory, front, (sentence) => said.push(sentence));
    endings.push(() => compaction.close());
    await erase();
    expect(await holdsMark()).toBe(true);

    // Nothing is deleted: nothing is written anew, and no note stays.
    await compaction.around(async () => await put(21, "y"));
    await vi.waitUntil(async () => !(await readdir(directory)).includes("to-compact.json"), patience);
    expect(await holdsMark()).toBe(true);

    await put(7, mark);
    let goesOn = true;
    const others = (async () => {
      for (let n = 100; goesOn; n++) await put(n, "z");
    })();
    await compaction.around(erase);
    await vi.waitUntil(async () => !(await readdir(directory)).includes("to-compact.json"), patience);
    goesOn = false;
    await others;
    expect(await holdsMark()).toBe(false);
    expect(await count(client, "p")).toBeGreaterThan(20);
    expect(said).toEqual([]);
  });

  test("is gone from the files after the next start at the latest, which says so, wherever the product ended", async () => {
    const { front, erase, close } = await withRecord();
    const compaction = openCompaction(directory, front, unexpected);
    await compaction.around(erase);
    await compaction.close();
    await front.close();
    await close();
    expect(await holdsMark()).toBe(true);

    const news: string[] = [];
    const again = await start({ mustExist: true, onNews: (sentence) => news.push(sentence) });
    expect(news).toEqual(["Wrote the DynamoDB engine's file anew: what was erased is not in it."]);
    expect(await holdsMark()).toBe(false);
    expect(await count(clientOf(again), "p")).toBe(19);
    await again.close();
    await start({ mustExist: true, onNews: unexpected });
  });
});
