import { type AttributeValue, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { pause } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import type { Store } from "#records/store/store";

type RawItem = Record<string, AttributeValue>;

/** DynamoDB's limit of puts in one BatchWriteItem. */
const longestBatch = 25;
const atOnce = 4;
const mostTries = 10;

/**
 * Puts items as they are, whatever stood there: core records and reading lists, which imports alone write. Ends when
 * every request it started has ended.
 *
 * @throws if DynamoDB leaves items unwritten after ten tries with back-off; what was written stays
 */
export async function putItems(store: Store, items: readonly RawItem[]): Promise<void> {
  const batches: RawItem[][] = [];
  for (let i = 0; i < items.length; i += longestBatch) batches.push(items.slice(i, i + longestBatch));
  await sideBySide(batches, atOnce, (batch) => putBatch(store, batch));
}

async function putBatch({ table }: Store, items: readonly RawItem[]): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === mostTries) throw new Error("DynamoDB left items of a BatchWriteItem unwritten ten times");
    if (attempt > 0) await pause(Math.random() * Math.min(2000, 25 * 2 ** attempt));
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table.name]: requests } }),
    );
    requests = (UnprocessedItems?.[table.name] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
  }
}
