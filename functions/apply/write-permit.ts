import { mayWriteRecords } from "#domain/batch-update/state";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import type { Store } from "#records/store/store";

/** Milliseconds for which a look at the run's state is good: no write starts later after it. */
export const lookLasts = 2000;

/** Asked before each write: true while the run is PROCESSING and not closing. */
export type WritePermit = () => Promise<boolean>;

/**
 * Looks at the run's state again whenever the last look is older than {@link lookLasts}. Once it says no, it says no for
 * good. With the writer's timeout this bounds how long after a cancellation a write may still arrive.
 */
export function createWritePermit(store: Store, batch: BatchUpdate, looked: number): WritePermit {
  let permitted = mayWriteRecords(batch);
  let lastLook = looked;
  let looking: Promise<void> | undefined;
  const look = async () => {
    const started = Date.now();
    const found = await loadBatchUpdate(store, batch.batchUpdateId);
    permitted &&= found !== undefined && mayWriteRecords(found);
    lastLook = started;
  };
  return async () => {
    while (permitted && Date.now() - lastLook > lookLasts) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
    return permitted;
  };
}
