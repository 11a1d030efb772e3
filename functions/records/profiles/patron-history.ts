import type { PatronId } from "#domain/ids";
import type { Store } from "#records/store/store";
import {
  type MarkedChange,
  type MarkedPage,
  type MarkedPlace,
  newestPlaces,
  readMarkedHistory,
  timeOf,
} from "./marked-history.ts";
import { listMediumChanges, type MediumChange } from "./medium-changes.ts";

/** Where a patron's history goes on: in each medium that goes further back, and among the edits and imports. */
export interface HistoryPlace {
  readonly places: readonly MarkedPlace[];
  /** The last edit or import that was told; undefined before the first, null after the last. */
  readonly lastChange: string | undefined | null;
}

export interface HistoryPage {
  readonly entries: readonly (MarkedChange | MediumChange)[];
  /** Undefined at the end. */
  readonly next: HistoryPlace | undefined;
}

/** What batch updates, edits and imports did to a patron's medium records, newest first. A page may end early, even empty. */
export async function readHistory(
  store: Store,
  patronId: PatronId,
  from: HistoryPlace | undefined,
  limit: number,
): Promise<HistoryPage> {
  const { places, lastChange } = from ?? { places: await newestPlaces(store, patronId), lastChange: undefined };
  const batches = await readMarkedHistory(store, patronId, places, limit);
  // One more tells whether there are others.
  const changes = lastChange === null ? [] : await listMediumChanges(store, patronId, lastChange, limit + 1);
  return merged(batches, changes, lastChange, limit);
}

function merged(
  batches: MarkedPage,
  changes: readonly MediumChange[],
  lastChange: HistoryPlace["lastChange"],
  limit: number,
): HistoryPage {
  const { heldAt } = batches;
  const entries: (MarkedChange | MediumChange)[] = [];
  let [toldBatches, toldChanges] = [0, 0];
  while (entries.length < limit) {
    const batch = batches.entries[toldBatches];
    const change = changes[toldChanges];
    if (batch === undefined && change === undefined) break;
    const isHeld = heldAt !== undefined && change !== undefined && timeOfChange(change) <= heldAt;
    if (batch === undefined && isHeld) break;
    if (batch === undefined || (change !== undefined && timeOfChange(change) > timeOf(batch))) {
      if (change !== undefined) entries.push(change);
      toldChanges++;
    } else {
      entries.push(batch);
      toldBatches++;
    }
  }
  const left = batches.entries.slice(toldBatches).map(({ place }) => place);
  const places = [
    ...left.filter(({ medium }, at) => left.findIndex((it) => it.medium === medium) === at),
    ...batches.next.filter(({ medium }) => left.every((it) => it.medium !== medium)),
  ];
  const changesLeft = toldChanges < changes.length;
  if (places.length === 0 && !changesLeft) return { entries, next: undefined };
  return {
    entries,
    next: { places, lastChange: changesLeft ? (changes[toldChanges - 1]?.place ?? lastChange) : null },
  };
}

/** As {@link timeOf} of a batch update. */
function timeOfChange({ at, id }: MediumChange): string {
  return `${at} ${id}`;
}
