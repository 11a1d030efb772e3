import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { writeAll } from "./batch-writes.ts";
import type { Key } from "./keys.ts";
import type { Store } from "./store.ts";
import type { RawItem } from "./table.ts";

const atOnce = 8;

/** Keys of everything in a partition, or of what in it begins so, page by page. What is read meanwhile may be deleted. */
export async function* keysIn({ table }: Store, pk: string, begins?: string): AsyncGenerator<Key[]> {
  let after: RawItem | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: begins === undefined ? "pk = :pk" : "pk = :pk AND begins_with(sk, :begins)",
        ExpressionAttributeValues: { ":pk": { S: pk }, ...(begins !== undefined && { ":begins": { S: begins } }) },
        ProjectionExpression: "pk, sk",
        ConsistentRead: true,
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    );
    if (Items.length > 0) yield Items.map(({ sk }) => ({ pk, sk: sk?.S ?? "" }));
    after = LastEvaluatedKey;
  } while (after !== undefined);
}

/** Keys of everything in a partition of which there is little. */
export async function allKeysIn(store: Store, pk: string): Promise<Key[]> {
  const found: Key[] = [];
  for await (const keys of keysIn(store, pk)) found.push(...keys);
  return found;
}

/**
 * Deletes items, whatever stands in them. One that is not there any more does no harm.
 *
 * @throws if DynamoDB leaves some after all tries; what was deleted stays so
 */
export async function deleteItems(store: Store, keys: readonly Key[]): Promise<void> {
  const deletions = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } }));
  await writeAll(store, deletions, atOnce);
}

/** Deletes everything in a partition, and says after each page how much it was. */
export async function* deletePartition(store: Store, pk: string): AsyncGenerator<number> {
  for await (const keys of keysIn(store, pk)) {
    await deleteItems(store, keys);
    yield keys.length;
  }
}
