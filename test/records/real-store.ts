import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { startDynamoDb } from "#infra/local/dynamodb";
import { openFront } from "#infra/local/dynamodb/front";
import { startS3 } from "#infra/local/s3/server";
import { storesOver } from "#records/store/clients";
import type { Stores } from "#records/store/store";

const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];

const table = {
  TableName: "records",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "namesPk", "namesSk"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S",
  })),
  KeySchema: keys("pk", "sk"),
  GlobalSecondaryIndexes: [
    { IndexName: "names", KeySchema: keys("namesPk", "namesSk"), Projection: { ProjectionType: "KEYS_ONLY" } },
  ],
};

/** Every library's store with the clients below them, which tests listen to and disturb. */
export interface RealStores extends Stores {
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucket: string;
  close(): Promise<void>;
}

/** Stores over the real engines: DynamoDB in memory, S3 in a directory of its own. */
export async function startRealStores(): Promise<RealStores> {
  const directory = await mkdtemp(join(tmpdir(), "store-"));
  const onExit = (reason: string) => {
    throw new Error(reason);
  };
  const [dynamo, s3] = await Promise.all([
    startDynamoDb({ directory: undefined, tables: [table], onExit }),
    startS3({ port: 0, directory, buckets: ["objects"], ...credentials }),
  ]);
  // By the door that the product goes by, which makes of the engine's answers what AWS would answer.
  const front = dynamo.engine === undefined ? undefined : await openFront(dynamo.engine, 0, credentials);
  const region = "us-east-1";
  const dynamoClient = new DynamoDBClient({ region, credentials, endpoint: front?.endpoint ?? dynamo.endpoint });
  const s3Client = new S3Client({
    region,
    credentials,
    endpoint: s3.endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  return {
    ...storesOver({ dynamo: dynamoClient, table: "records", s3: s3Client, bucket: "objects" }),
    dynamo: dynamoClient,
    s3: s3Client,
    bucket: "objects",
    async close() {
      dynamoClient.destroy();
      s3Client.destroy();
      await front?.close();
      await Promise.all([dynamo.close(), s3.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
