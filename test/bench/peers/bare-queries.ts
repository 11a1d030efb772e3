import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { shardKey, shardNumbers } from "#records/store/keys";
import { libraryId } from "#test/ids";

/**
 * Reads all shards of a library side by side and throws the records away: as fast as a library can be read at all.
 *
 * @returns records read
 */
export async function bareShardQueries(client: DynamoDBClient, table: string, library: string): Promise<number> {
  const counts = await Promise.all(
    shardNumbers.map(async (shard) => {
      let records = 0;
      let next: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": { S: shardKey({ library: libraryId(library) }, shard) } },
            ...(next !== undefined && { ExclusiveStartKey: next }),
          }),
        );
        records += Items.length;
        next = LastEvaluatedKey;
      } while (next !== undefined);
      return records;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
