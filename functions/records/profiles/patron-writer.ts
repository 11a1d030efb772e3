import { type AttributeValue, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
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
  await sideBySide(slices(items, longestBatch), atOnce, (some) => putBatch(store, some));
}

async function putBatch({ table }: Store, items: readonly RawItem[]): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === mostTries) throw new Error("DynamoDB left items of a BatchWriteItem unwritten ten times");
    if (attempt > 0) await backOff(attempt, 25);
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table.name]: requests } }),
    );
    requests = (UnprocessedItems?.[table.name] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
  }
}
