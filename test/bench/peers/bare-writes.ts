import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Key } from "#records/store/keys";
import type { RawItem } from "#records/store/table";

/** DynamoDB's limit of writes in one call. */
const longestBatch = 25;
/** Quickest with the local engine, which has one writer inside. */
const concurrency = 8;

type WriteRequest = { PutRequest: { Item: RawItem } } | { DeleteRequest: { Key: RawItem } };

/** As fast as items can be put at all: nothing is read, compared or conditional. */
export async function bareWrites(client: DynamoDBClient, table: string, items: readonly RawItem[]): Promise<void> {
  await writeAll(
    client,
    table,
    items.map((Item) => ({ PutRequest: { Item } })),
  );
}

export async function bareDeletes(client: DynamoDBClient, table: string, keys: readonly Key[]): Promise<void> {
  await writeAll(
    client,
    table,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } })),
  );
}

async function writeAll(client: DynamoDBClient, table: string, requests: readonly WriteRequest[]): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < requests.length) {
      let batch = requests.slice(next, next + longestBatch);
      next += longestBatch;
      while (batch.length > 0) {
        const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
        const left = new Set(UnprocessedItems?.[table] ?? []);
        batch = batch.slice(0, left.size);
        if (left.size > 0) throw new Error("The local engine left writes undone");
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
