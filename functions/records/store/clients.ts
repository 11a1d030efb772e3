import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { LibraryId } from "#domain/ids";
import { fenced } from "./fence.ts";
import { createObjects } from "./objects.ts";
import type { OfEach, Stores, Writer } from "./store.ts";
import { createTable } from "./table.ts";

/** Milliseconds after which a conditional write of the applying function counts as unknown and is read again. */
export const writerTimeout = 2500;

/** Names of the table and the bucket. */
export interface StoreEnvironment {
  readonly TABLE_NAME: string;
  readonly BUCKET_NAME: string;
}

/** The stores over clients that retry by themselves with back-off. */
export function openStores(environment: StoreEnvironment): Stores {
  const dynamo = new DynamoDBClient({
    maxAttempts: 8,
    cacheMiddleware: true,
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2000, requestTimeout: 8000 }),
  });
  const s3 = new S3Client({ maxAttempts: 6, requestChecksumCalculation: "WHEN_REQUIRED" });
  talkQuickly(dynamo);
  return storesOver({ dynamo, table: environment.TABLE_NAME, s3, bucket: environment.BUCKET_NAME });
}

/** The stores over clients as they are given. */
export function storesOver({ dynamo, table, s3, bucket }: StoreClients): Stores {
  return {
    ...once((library) => ({
      library,
      table: createTable(fenced(dynamo, library), table),
      objects: createObjects(s3, bucket, library),
    })),
    across: createTable(dynamo, table),
  };
}

export interface StoreClients {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly s3: S3Client;
  readonly bucket: string;
}

/** Makes one for each library and no second: what is remembered of a store is remembered by it. */
function once<Bound>(make: (library: LibraryId) => Bound): OfEach<Bound> {
  const made = new Map<LibraryId, Bound>();
  return {
    of(library) {
      const known = made.get(library) ?? make(library);
      made.set(library, known);
      return known;
    },
  };
}

/** Operations that carry many records, none of which has a binary attribute in what is asked. */
const bulkOperations = new Set(["Query", "BatchGetItem", "BatchWriteItem", "BatchExecuteStatement"]);

/**
 * Takes out of the SDK's way what costs more than all else where many records pass: a copy of each answer that is fit
 * for a log, made also where there is no logger; and a walk over every attribute by the service's schema, there and back,
 * which changes binary ones alone. Answers with a binary attribute still go the SDK's way.
 */
export function talkQuickly(client: DynamoDBClient): void {
  client.middlewareStack.remove("loggerMiddleware");
  const { protocol } = client.config;
  if (!("deserializeResponse" in protocol) || !("serializeRequest" in protocol)) return;
  const askBySchema = protocol.serializeRequest.bind(protocol) as WriteRequest;
  const askQuickly: WriteRequest = async (operation, input, context) => {
    if (!bulkOperations.has(operation.name)) return await askBySchema(operation, input, context);
    const request = await askBySchema(operation, {}, context);
    request.body = JSON.stringify(input);
    return request;
  };
  const readBySchema = protocol.deserializeResponse.bind(protocol) as ReadAnswer;
  const readQuickly: ReadAnswer = async (operation, context, response) => {
    const isBulk = bulkOperations.has(operation.name) && response.statusCode === 200;
    if (!isBulk) return await readBySchema(operation, context, response);
    const body = await context.streamCollector(response.body);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
    const hasBinary = text.includes('"B":') || text.includes('"BS":');
    if (hasBinary) return await readBySchema(operation, context, { ...response, body });
    return { ...JSON.parse(text), $metadata: { httpStatusCode: 200 } };
  };
  Object.assign(protocol, { serializeRequest: askQuickly, deserializeResponse: readQuickly });
}

/** What the SDK's protocol does with a request and an answer, as far as it matters here. */
type WriteRequest = (
  operation: { readonly name: string },
  input: object,
  context: object,
) => Promise<{ body?: unknown }>;
type ReadAnswer = (
  operation: { readonly name: string },
  context: { streamCollector(stream: unknown): Promise<Uint8Array> },
  response: { readonly statusCode: number; readonly body?: unknown },
) => Promise<unknown>;

/**
 * Writers for conditional writes of medium records: one attempt and a short timeout, because a write that is still
 * under way when its run has ended must be impossible. What happened is read from the record, never guessed.
 */
export function openWriters({ TABLE_NAME }: Pick<StoreEnvironment, "TABLE_NAME">): OfEach<Writer> {
  const dynamo = new DynamoDBClient({
    maxAttempts: 1,
    cacheMiddleware: true,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1000,
      requestTimeout: writerTimeout,
      throwOnRequestTimeout: true,
    }),
  });
  talkQuickly(dynamo);
  return tablesOver(dynamo, TABLE_NAME, { mostCollisions: 0 });
}

/** The table of each library over a client as it is given. */
export function tablesOver(
  dynamo: DynamoDBClient,
  name: string,
  options: Parameters<typeof createTable>[2] = {},
): OfEach<Writer> {
  return once((library) => ({ library, table: createTable(fenced(dynamo, library), name, options) }));
}
