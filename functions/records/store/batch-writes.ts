import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import type { Store } from "./store.ts";

/** DynamoDB's limit of puts and deletions in one BatchWriteItem. */
const longestBatch = 25;
const mostTries = 10;

/**
 * Puts and deletes whole items without a condition, `atOnce` requests at a time. Ends when every request it started has
 * ended.
 *
 * @throws if DynamoDB leaves some undone after ten tries with back-off; what was done stays so
 */
export async function writeAll(store: Store, writes: readonly WriteRequest[], atOnce: number): Promise<void> {
  await sideBySide(slices(writes, longestBatch), atOnce, (some) => writeBatch(store, some));
}

async function writeBatch({ table }: Store, writes: readonly WriteRequest[]): Promise<void> {
  let requests = [...writes];
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === mostTries) throw new Error("DynamoDB left items of a BatchWriteItem undone ten times");
    if (attempt > 0) await backOff(attempt, 25);
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table.name]: requests } }),
    );
    requests = UnprocessedItems?.[table.name] ?? [];
  }
}
