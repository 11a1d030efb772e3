import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type LocalS3, startS3 } from "#infra/local/s3/server";

export const bucket = "evidence";
export const credentials = { accessKeyId: "local", secretAccessKey: "secret" };

export const serve = (at: string) => startS3({ port: 0, directory: at, buckets: [bucket], ...credentials });
export const clientOf = (endpoint: string, config: ConstructorParameters<typeof S3Client>[0] = {}) =>
  new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials, maxAttempts: 1, ...config });
export const failure = (code: string, status: number) => ({ name: code, $metadata: { httpStatusCode: status } });

/** A server on a folder of its own for the tests of a file, and the SDK's client of it. */
export function openS3() {
  let directory: string;
  let s3: LocalS3;
  let client: S3Client;
  const endings: (() => unknown)[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "local-s3-"));
    s3 = await serve(directory);
    client = clientOf(s3.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return {
    /** What a test opened, to be closed after it. */
    endings,
    get endpoint() {
      return s3.endpoint;
    },
    get client() {
      return client;
    },
    /** As the product reads in its own process. */
    readObject: (key: string) => s3.readObject(bucket, key),
    put: (Key: string, Body: string | Uint8Array, more = {}) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more })),
    get: async (Key: string, more = {}) => {
      const { Body, ...rest } = await client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
      return { ...rest, text: (await Body?.transformToString()) ?? "" };
    },
    list: (more = {}) => client.send(new ListObjectsV2Command({ Bucket: bucket, ...more })),
  };
}
