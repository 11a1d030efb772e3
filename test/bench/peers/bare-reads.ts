import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Key } from "#records/store/keys";

/** Reads by the SDK alone: nothing is decoded, checked or answered. */
export interface BareReads {
  get(key: Key): Promise<unknown>;
  /** The items of these keys, in one request. */
  getMany(keys: readonly Key[]): Promise<unknown>;
  /** One page of a partition, such as the newest `limit` of what begins so. */
  query(pk: string, options?: { begins?: string; limit?: number; newestFirst?: boolean }): Promise<unknown>;
  object(key: string): Promise<unknown>;
}

export function bareReads(dynamo: DynamoDBClient, s3: S3Client, table: string, bucket: string): BareReads {
  return {
    get: (key) => dynamo.send(new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true })),
    getMany: (keys) =>
      dynamo.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: keys.map((key) => marshall(key)), ConsistentRead: true } },
        }),
      ),
    query: (pk, { begins, limit, newestFirst = false } = {}) => {
      const where: Pick<QueryCommandInput, "KeyConditionExpression" | "ExpressionAttributeValues"> =
        begins === undefined
          ? { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: pk } } }
          : {
              KeyConditionExpression: "pk = :pk AND begins_with(sk, :begins)",
              ExpressionAttributeValues: { ":pk": { S: pk }, ":begins": { S: begins } },
            };
      return dynamo.send(
        new QueryCommand({
          TableName: table,
          ...where,
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          ...(limit !== undefined && { Limit: limit }),
        }),
      );
    },
    object: async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToByteArray();
    },
  };
}
