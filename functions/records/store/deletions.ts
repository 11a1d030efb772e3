import { BatchWriteItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import type { Key } from "./keys.ts";
import type { Store } from "./store.ts";
import type { RawItem } from "./table.ts";

/** DynamoDB's limit of deletions in one BatchWriteItem. */
const longestBatch = 25;
const atOnce = 8;
const mostTries = 10;

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
 * @throws if DynamoDB leaves some after ten tries with back-off; what was deleted stays so
 */
export async function deleteItems(store: Store, keys: readonly Key[]): Promise<void> {
  await sideBySide(slices(keys, longestBatch), atOnce, (some) => deleteBatch(store, some));
}

async function deleteBatch({ table }: Store, keys: readonly Key[]): Promise<void> {
  let requests = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === mostTries) throw new Error("DynamoDB left items of a BatchWriteItem undeleted ten times");
    if (attempt > 0) await backOff(attempt, 25);
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table.name]: requests } }),
    );
    requests = (UnprocessedItems?.[table.name] ?? []).flatMap(({ DeleteRequest }) => {
      const { pk, sk } = DeleteRequest?.Key ?? {};
      return pk?.S === undefined || sk?.S === undefined
        ? []
        : [{ DeleteRequest: { Key: { pk: { S: pk.S }, sk: { S: sk.S } } } }];
    });
  }
}

/** Deletes everything in a partition, or what in it begins so, and says after each page how much it was. */
export async function* deletePartition(store: Store, pk: string, begins?: string): AsyncGenerator<number> {
  for await (const keys of keysIn(store, pk, begins)) {
    await deleteItems(store, keys);
    yield keys.length;
  }
}
