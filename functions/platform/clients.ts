import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createObjects } from "#records/objects";
import type { Store } from "#records/store";
import { createTable } from "#records/table";

/** Milliseconds after which a conditional write of the applying function counts as unknown and is read again. */
export const writerTimeout = 2500;

/** The store over clients that retry by themselves with back-off. */
export function openStore(environment: { TABLE_NAME: string; BUCKET_NAME: string }): Store {
  const dynamo = new DynamoDBClient({
    maxAttempts: 8,
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2000, requestTimeout: 8000 }),
  });
  const s3 = new S3Client({ maxAttempts: 6, requestChecksumCalculation: "WHEN_REQUIRED" });
  readQuickly(dynamo);
  return {
    table: createTable(dynamo, environment.TABLE_NAME),
    objects: createObjects(s3, environment.BUCKET_NAME),
  };
}

/**
 * Takes two things out of the SDK's way of reading answers, which together are two thirds of the processor time of a
 * query: a copy of each answer that is fit for a log, made also where there is no logger; and a walk over every attribute
 * by the service's schema, which changes binary ones alone. Answers with a binary attribute still go the SDK's way.
 */
export function readQuickly(client: DynamoDBClient): void {
  client.middlewareStack.remove("loggerMiddleware");
  const { protocol } = client.config;
  if (!("deserializeResponse" in protocol)) return;
  const bySchema = protocol.deserializeResponse.bind(protocol) as ReadAnswer;
  const quickly: ReadAnswer = async (operation, context, response) => {
    const isRead = operation.name === "Query" || operation.name === "BatchGetItem";
    if (!isRead || response.statusCode !== 200) return await bySchema(operation, context, response);
    const body = await context.streamCollector(response.body);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
    if (text.includes('"B":') || text.includes('"BS":'))
      return await bySchema(operation, context, { ...response, body });
    return { ...JSON.parse(text), $metadata: { httpStatusCode: 200 } };
  };
  Object.assign(protocol, { deserializeResponse: quickly });
}

/** What the SDK's protocol does with an answer, as far as it matters here. */
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
  return new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1000,
      requestTimeout: writerTimeout,
      throwOnRequestTimeout: true,
    }),
  });
}
