import type { RawPatron } from "#records/profiles/shard-walk";
import { queueKey } from "#records/store/keys";
import type { Store } from "#records/store/store";

/** By patron and medium, how many entries of the service queue are not SENT. */
export type QueueSizes = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Reads the lengths alone of the service queues of some patrons; a medium without a queue is missing. */
export async function loadQueueSizes(store: Store, patrons: readonly RawPatron[]): Promise<QueueSizes> {
  const sizes = new Map<string, Record<string, number>>();
  const keys = patrons.flatMap(({ patronId, media }) =>
    media.map((item) => queueKey(store, patronId, item.medium?.S ?? "")),
  );
  const patronOf = new Map(patrons.map(({ patronId }) => [queueKey(store, patronId, "").pk, patronId]));
  for (const item of await store.table.batchGetRaw(keys, ["pk", "sk", "size"])) {
    const patronId = patronOf.get(item.pk?.S ?? "") ?? "";
    const medium = (item.sk?.S ?? "").slice("QUEUE#".length);
    sizes.set(patronId, { ...sizes.get(patronId), [medium]: Number(item.size?.N ?? 0) });
  }
  return sizes;
}
