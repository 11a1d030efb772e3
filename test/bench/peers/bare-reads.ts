import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { planLinesKey } from "#records/batch-updates/plans";
import { itemsOfShard } from "#records/profiles/patron-search";
import { jobKey, jobPartKey, patronKey, readingKey, shardKey, shardNumbers } from "#records/store/keys";

/** The reads behind answers of the API, by the SDK alone: nothing is decoded, checked or answered. */
export interface BareReads {
  readonly list: () => Promise<unknown>;
  readonly patron: () => Promise<unknown>;
  readonly planPage: () => Promise<unknown>;
}

export function bareReads(
  { dynamo, s3, table, bucket }: { dynamo: DynamoDBClient; s3: S3Client; table: string; bucket: string },
  library: string,
  { patronId, limit, batch }: { patronId: string; limit: number; batch: BatchUpdate },
): BareReads {
  const query = (pk: string, begins: string, most?: number) =>
    dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :begins)",
        ExpressionAttributeValues: { ":pk": { S: pk }, ":begins": { S: begins } },
        ConsistentRead: true,
        ...(most !== undefined && { Limit: most }),
      }),
    );
  const get = (key: { pk: string; sk: string }) =>
    dynamo.send(new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }));
  return {
    list: () =>
      Promise.all(shardNumbers.map((shard) => query(shardKey(library, shard), "PATRON#", itemsOfShard(limit)))),
    patron: async () => {
      const { pk, sk } = patronKey(library, patronId);
      const reading = { Keys: [marshall(readingKey(library, patronId))], ConsistentRead: true };
      await Promise.all([
        get({ pk, sk }).then(() => query(pk, `${sk}#MEDIUM#`)),
        dynamo.send(new BatchGetItemCommand({ RequestItems: { [table]: reading } })),
      ]);
    },
    planPage: async () => {
      await Promise.all([
        get(jobKey(library, "batch-update", batch.batchUpdateId)),
        get(jobPartKey(library, "batch-update", batch.batchUpdateId, "EXCLUSIONS")),
      ]);
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: planLinesKey(batch, 0) }));
      await object.Body?.transformToByteArray();
    },
  };
}
