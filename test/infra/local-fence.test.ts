import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { libraryIdSchema } from "#domain/ids";
import { type Cloud, openCloud } from "#infra/local/cloud";
import { startDynamoDb } from "#infra/local/dynamodb";
import { openFront } from "#infra/local/dynamodb/front";
import { createAccess } from "#infra/local/iam/access";
import { readRoles } from "#infra/local/iam/roles";
import { createSessions, type SessionCredentials } from "#infra/local/iam/sessions";
import { startSts } from "#infra/local/iam/sts-server";
import { startS3 } from "#infra/local/s3/server";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate } from "#infra/local/template";
import { constructed, named } from "#infra/local/wiring";
import { openWork } from "#records/store/clients";
import { assumeRoleFor, type Credentials } from "#records/store/library-credentials";

/** The engines behind their doors, with the roles and policies of the real template. */
const own = { accessKeyId: "LOCALTEST", secretAccessKey: "the folder's own secret" };
const region = "us-east-1";
const piedmont = libraryIdSchema.parse("piedmont");
const lakeshore = libraryIdSchema.parse("lakeshore");
const endings: (() => unknown)[] = [];
const at = { dynamodb: "", s3: "", sts: "" };
const sessions = createSessions(own);
let cloud: Cloud;
let table: string;
let bucket: string;
let roleArn: (path: string) => string;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "fence-"));
  const template = await readTemplate(await synthesise());
  cloud = openCloud(template, { origin: "http://localhost:4000", queueUrl: (name) => name });
  table = constructed(cloud, "AWS::DynamoDB::Table", "Records/Table");
  bucket = constructed(cloud, "AWS::S3::Bucket", "Records/Bucket");
  const roles = readRoles(template, cloud);
  roleArn = (path) => [...roles.values()].find((role) => role.path === path)?.arn ?? `none at ${path}`;
  const access = createAccess(own, sessions, roles);
  const dynamo = await startDynamoDb({
    directory: undefined,
    tables: named(cloud, "AWS::DynamoDB::Table", "TableName"),
    onExit: () => undefined,
  });
  if (dynamo.engine === undefined) throw new Error("There is no engine of our own.");
  const front = await openFront(dynamo.engine, 0, access);
  const s3 = await startS3({ port: 0, directory, buckets: [bucket], ...access });
  const sts = await startSts({ access, sessions, roles });
  Object.assign(at, { dynamodb: front.endpoint, s3: s3.endpoint, sts: sts.endpoint });
  endings.push(
    () => rm(directory, { recursive: true, force: true }),
    ...[dynamo, front, s3, sts].map((server) => () => server.close()),
  );
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", at.dynamodb);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", at.s3);
  vi.stubEnv("AWS_ENDPOINT_URL_STS", at.sts);
  endings.push(() => vi.unstubAllEnvs());
  const [dynamoOfAll, s3OfAll] = [dynamoWith(own), s3With(own)];
  for (const library of [piedmont, lakeshore]) {
    await dynamoOfAll.send(
      new PutItemCommand({ TableName: table, Item: { ...settingsOf(library), name: { S: library } } }),
    );
    await s3OfAll.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${library}/batch-updates/1/plan/x`, Body: library }),
    );
  }
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

const settingsOf = (library: string) => ({ pk: { S: `LIB#${library}#SETTINGS` }, sk: { S: "SETTINGS" } });
const dynamoWith = (credentials: Credentials) => new DynamoDBClient({ credentials, maxAttempts: 1 });
const s3With = (credentials: Credentials) => new S3Client({ credentials, maxAttempts: 1 });

/** As Lambda gives a function its credentials. */
function beFunction(path: string): void {
  const { accessKeyId, secretAccessKey, sessionToken } = sessions.issue({ role: roleArn(path), tags: {} });
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
}

const outcome = (sent: Promise<unknown>) =>
  sent.then(
    () => "DONE",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

describe("a function that works for one library", () => {
  const work = () =>
    openWork({ TABLE_NAME: table, BUCKET_NAME: bucket, WORK_ROLE_ARN: roleArn("Plan/Chunk/WorkRole") });

  test("reaches each library's records with that library's credentials, asked for by its own role", async () => {
    beFunction("Plan/Chunk/Role");
    const { stores } = work();
    for (const library of [piedmont, lakeshore]) {
      const store = stores.of(library);
      expect(await store.table.get({ pk: `LIB#${library}#SETTINGS`, sk: "SETTINGS" })).toMatchObject({ name: library });
      expect(await store.objects.getText(`${library}/batch-updates/1/plan/x`)).toBe(library);
    }
  });

  test("is refused by the engines what is another library's, even past the fence in its own code", async () => {
    beFunction("Plan/Chunk/Role");
    const { client } = work().stores.of(piedmont).objects;
    const Key = "lakeshore/batch-updates/1/plan/x";
    expect(await outcome(client.send(new GetObjectCommand({ Bucket: bucket, Key })))).toBe("AccessDenied");
  });

  test("has no rights on records by its own role", async () => {
    beFunction("Plan/Chunk/Role");
    const get = new GetItemCommand({ TableName: table, Key: settingsOf("piedmont") });
    expect(await outcome(new DynamoDBClient({ maxAttempts: 1 }).send(get))).toBe("AccessDeniedException");
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: "piedmont/batch-updates/" });
    expect(await outcome(new S3Client({ maxAttempts: 1 }).send(list))).toBe("AccessDenied");
  });

  test.each([
    ["another function", "Plan/Job/Role"],
    ["the API", "Api/Requests/Role"],
  ])("is trusted alone: %s is not given its credentials", async (_, role) => {
    beFunction(role);
    expect(await outcome(assumeRoleFor(roleArn("Plan/Chunk/WorkRole"))(piedmont))).toBe("AccessDenied");
  });

  test("is given none without a library, nor with more said than the library", async () => {
    beFunction("Plan/Chunk/Role");
    const ask = async (tags: Record<string, string>) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const params = { RoleArn: roleArn("Plan/Chunk/WorkRole"), RoleSessionName: "try", Tags };
      return await outcome(fromTemporaryCredentials({ params, clientConfig: { maxAttempts: 1 } })());
    };
    expect(await ask({ library: "piedmont" })).toBe("DONE");
    expect(await ask({})).toBe("AccessDenied");
    expect(await ask({ library: "piedmont", admin: "yes" })).toBe("AccessDenied");
  });
});

describe("credentials of one library's session", () => {
  let mine: SessionCredentials;
  const ofRole = (path: string, library: string = piedmont) =>
    sessions.issue({ role: roleArn(path), tags: { library }, expiresAt: Date.now() + 3_600_000 });
  beforeAll(() => {
    mine = ofRole("Apply/Chunk/WorkRole");
  });

  const values = { ":pk": { S: "LIB#lakeshore#SHARD#00" } };
  const record = (library: string) => ({ pk: { S: `LIB#${library}#SHARD#00` }, sk: { S: "PATRON#1" } });
  const update = { UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": { S: "x" } } };

  test("open what a chunk works with in that library", async () => {
    const client = dynamoWith(mine);
    expect(await outcome(client.send(new GetItemCommand({ TableName: table, Key: settingsOf("piedmont") })))).toBe(
      "DONE",
    );
    const Keys = [record("piedmont")];
    expect(await outcome(client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } })))).toBe("DONE");
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      "read its settings",
      () => dynamoWith(mine).send(new GetItemCommand({ TableName: table, Key: settingsOf("lakeshore") })),
    ],
    [
      "read a record among ones of one's own",
      () =>
        dynamoWith(mine).send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [record("piedmont"), record("lakeshore")] } } }),
        ),
    ],
    [
      "walk over its patrons",
      () =>
        dynamoWith(ofRole("BuildQuerySet/Chunk/WorkRole")).send(
          new QueryCommand({ TableName: table, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: values }),
        ),
    ],
    [
      "walk over everything",
      () => dynamoWith(ofRole("BuildQuerySet/Chunk/WorkRole")).send(new ScanCommand({ TableName: table })),
    ],
    [
      "write a record",
      () => dynamoWith(mine).send(new UpdateItemCommand({ TableName: table, Key: record("lakeshore"), ...update })),
    ],
    [
      "write a record in one transaction with one's own",
      () =>
        dynamoWith(mine).send(
          new TransactWriteItemsCommand({
            TransactItems: ["piedmont", "lakeshore"].map((library) => ({
              Update: { TableName: table, Key: record(library), ...update },
            })),
          }),
        ),
    ],
    [
      "write a record by a statement",
      () => dynamoWith(mine).send(new BatchExecuteStatementCommand({ Statements: [statement("lakeshore")] })),
    ],
    [
      "write one by a statement among ones on one's own",
      () =>
        dynamoWith(mine).send(
          new BatchExecuteStatementCommand({ Statements: [statement("piedmont"), statement("lakeshore")] }),
        ),
    ],
    [
      "write one whose key stands in the statement itself",
      () =>
        dynamoWith(mine).send(
          new BatchExecuteStatementCommand({
            Statements: [
              {
                Statement: `UPDATE "${table}" SET "a"=? WHERE "pk"='LIB#lakeshore#SHARD#00' AND "sk"='PATRON#1'`,
                Parameters: [{ S: "LIB#piedmont#SHARD#00" }],
              },
            ],
          }),
        ),
    ],
    [
      "reach a library whose name begins like one's own",
      () => dynamoWith(mine).send(new GetItemCommand({ TableName: table, Key: settingsOf("piedmont2") })),
    ],
  ])("of another library do not %s", async (_, attempt) => {
    expect(await outcome(attempt())).toBe("AccessDeniedException");
  });
  const statement = (library: string) => ({
    Statement: `UPDATE "${table}" SET "a"=? WHERE "pk"=? AND "sk"=?`,
    Parameters: [{ S: "LIB#piedmont#SHARD#00" }, { S: `LIB#${library}#SHARD#00` }, { S: "PATRON#1" }],
  });

  const other = { Key: "lakeshore/batch-updates/1/plan/x" };
  test.each<[string, () => Promise<unknown>]>([
    ["read its object", () => s3With(mine).send(new GetObjectCommand({ Bucket: bucket, ...other }))],
    ["write its object", () => s3With(mine).send(new PutObjectCommand({ Bucket: bucket, ...other, Body: "x" }))],
    [
      "list its objects",
      () => s3With(mine).send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "lakeshore/batch-updates/" })),
    ],
    ["list the objects of all", () => s3With(mine).send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "" }))],
    [
      "copy its object into one's own",
      () =>
        s3With(mine).send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: "piedmont/batch-updates/1/x",
            CopySource: `${bucket}/${other.Key}`,
          }),
        ),
    ],
  ])("of another library do not %s", async (_, attempt) => {
    expect(await outcome(attempt())).toBe("AccessDenied");
  });

  test("delete one's own scratch, and leave another library's where both are asked for", async () => {
    const client = s3With(ofRole("Plan/Job/WorkRole"));
    const Objects = ["piedmont", "lakeshore"].map((library) => ({ Key: `${library}/batch-updates/1/plan/results/0` }));
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect([Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([
      [Objects[0]?.Key],
      [[Objects[1]?.Key, "AccessDenied"]],
    ]);
  });

  test("say of titles, which are as long as the library, neither that they end nor anything else by a tag", async () => {
    const put = (Key: string) =>
      s3With(ofRole("Import/Job/WorkRole")).send(
        new PutObjectCommand({ Bucket: bucket, Key, Body: "x", Tagging: "kept=passing" }),
      );
    await put("piedmont/imports/1/split.json");
    expect(await outcome(put("piedmont/catalogue/1"))).toBe("AccessDenied");
  });

  test("sign no link to another library's object", async () => {
    const link = async (library: string) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: `${library}/batch-updates/1/plan/x` });
      return (await fetch(await getSignedUrl(s3With(mine), command))).status;
    };
    expect([await link("piedmont"), await link("lakeshore")]).toEqual([200, 403]);
  });

  test("are good for an hour, after a restart too, and for nobody who makes their token up or changes it", async () => {
    const get = new GetItemCommand({ TableName: table, Key: settingsOf("piedmont") });
    expect(
      await outcome(
        dynamoWith(createSessions(own).issue(sessions.open(mine.sessionToken)?.session ?? never())).send(get),
      ),
    ).toBe("DONE");
    const late = sessions.issue({
      role: roleArn("Apply/Chunk/WorkRole"),
      tags: { library: piedmont },
      expiresAt: Date.now() - 1,
    });
    expect(await outcome(dynamoWith(late).send(get))).toBe("ExpiredTokenException");
    const [content = "", seal = ""] = mine.sessionToken.split(".");
    const changed = Buffer.from(content, "base64url").toString().replace("piedmont", "lakeshore");
    const forged = { ...mine, sessionToken: `${Buffer.from(changed).toString("base64url")}.${seal}` };
    expect(await outcome(dynamoWith(forged).send(get))).toBe("ExpiredTokenException");
    const borrowed = { ...ofRole("Apply/Chunk/WorkRole", lakeshore), sessionToken: mine.sessionToken };
    expect(await outcome(dynamoWith(borrowed).send(get))).toBe("UnrecognizedClientException");
  });
});

describe("the audit", () => {
  const entry = { pk: { S: "LIB#piedmont#AUDIT" }, sk: { S: "2026-01-01T00:00:00.000Z#1#DID" } };
  test.each<[string, string]>([
    ["the API", "Api/Requests/Role"],
    ["the sweep", "Sweeping/Sweep/Role"],
    ["closing", "Apply/Job/WorkRole"],
  ])("%s writes an entry, and changes and deletes none", async (_, path) => {
    const role = roleArn(path);
    const client = dynamoWith(sessions.issue({ role, tags: path.endsWith("WorkRole") ? { library: "piedmont" } : {} }));
    const sk = { S: `${entry.sk.S} of ${path}` };
    const put = new PutItemCommand({
      TableName: table,
      Item: { ...entry, sk },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(await outcome(client.send(put))).toBe("DONE");
    const Key = { ...entry, sk };
    const change = { UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": { S: "x" } } };
    expect(await outcome(client.send(new UpdateItemCommand({ TableName: table, Key, ...change })))).toBe(
      "AccessDeniedException",
    );
    expect(await outcome(client.send(new DeleteItemCommand({ TableName: table, Key })))).toBe("AccessDeniedException");
  });
});

function never(): never {
  throw new Error("The token is one of ours");
}
