import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createObjects } from "./objects.ts";
import type { Store } from "./store.ts";
import { createTable } from "./table.ts";

/** Milliseconds after which a conditional write of the applying function counts as unknown and is read again. */
export const writerTimeout = 2500;

/** The store over clients that retry by themselves with back-off. */
export function openStore(environment: { TABLE_NAME: string; BUCKET_NAME: string }): Store {
  const dynamo = new DynamoDBClient({
    maxAttempts: 8,
    cacheMiddleware: true,
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2000, requestTimeout: 8000 }),
  });
  const s3 = new S3Client({ maxAttempts: 6, requestChecksumCalculation: "WHEN_REQUIRED" });
  talkQuickly(dynamo);
  return {
    table: createTable(dynamo, environment.TABLE_NAME),
    objects: createObjects(s3, environment.BUCKET_NAME),
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
 * The client for conditional writes of medium records: one attempt and a short timeout, because a write that is still
 * under way when its run has ended must be impossible. What happened is read from the record, never guessed.
 */
export function openWriter(): DynamoDBClient {
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
  return dynamo;
}
