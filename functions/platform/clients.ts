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
  withoutLogCopies(dynamo);
  return {
    table: createTable(dynamo, environment.TABLE_NAME),
    objects: createObjects(s3, environment.BUCKET_NAME),
  };
}

/**
 * The SDK makes a copy of every answer that is fit for a log, also where there is no logger: as much work as reading the
 * answer itself, which doubles the processor time of a query. Nothing of ours may be logged anyway.
 */
export function withoutLogCopies(client: DynamoDBClient): void {
  client.middlewareStack.remove("loggerMiddleware");
}

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
