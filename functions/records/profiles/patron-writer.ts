import { writeAll } from "#records/store/batch-writes";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

const atOnce = 4;

/**
 * Puts items as they are, whatever stood there: core records and reading lists, which imports alone write.
 *
 * @throws if DynamoDB leaves items unwritten after all tries; what was written stays
 */
export async function putItems(store: Store, items: readonly RawItem[]): Promise<void> {
  await writeAll(
    store,
    items.map((Item) => ({ PutRequest: { Item } })),
    atOnce,
  );
}
