import type { PatronId } from "#domain/ids";
import type { MediumRecord } from "#domain/profile/medium-record";
import { mediumRecordKey, patronKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { decodeMediumRecord, patronIdOf } from "./medium-records.ts";

/** What planning and applying need of a core record. */
export interface PatronFacts {
  readonly lastName: string;
  readonly firstName?: string;
  readonly mainStatus: string;
  /** Reserves and requests of the medium in question. */
  readonly reserveCount: number;
  readonly requestCount: number;
}

export interface FoundPatron {
  readonly patron?: PatronFacts;
  /** The record of the medium, a tombstone included. */
  readonly record?: MediumRecord;
}

/** Core and medium records of patrons, by patron id. Read side by side, not as one moment: writes are conditional. */
export async function loadPatronStates(
  store: Store,
  medium: string,
  patronIds: readonly PatronId[],
): Promise<Map<PatronId, FoundPatron>> {
  const keys = patronIds.flatMap((id) => [patronKey(store, id), mediumRecordKey(store, id, medium)]);
  const found = new Map<PatronId, FoundPatron>();
  for (const item of await store.table.batchGetRaw(keys)) {
    const patronId = patronIdOf(item);
    if (item["lastName"] === undefined) {
      found.set(patronId, { ...found.get(patronId), record: decodeMediumRecord(item) });
      continue;
    }
    const firstName = item["firstName"]?.S;
    found.set(patronId, {
      ...found.get(patronId),
      patron: {
        lastName: item["lastName"].S ?? "",
        ...(firstName !== undefined && { firstName }),
        mainStatus: item["mainStatus"]?.S ?? "",
        reserveCount: Number(item["reserveCounts"]?.M?.[medium]?.N ?? 0),
        requestCount: Number(item["requestCounts"]?.M?.[medium]?.N ?? 0),
      },
    });
  }
  return found;
}

/** Main statuses of patrons, by patron id: what applying looks at right before it writes, where they may have changed. */
export async function loadMainStatuses(
  store: Store,
  patronIds: readonly PatronId[],
): Promise<Map<PatronId, { readonly mainStatus: string }>> {
  const keys = patronIds.map((id) => patronKey(store, id));
  const items = await store.table.batchGetRaw(keys, ["sk", "mainStatus"]);
  return new Map(items.map((item) => [patronIdOf(item), { mainStatus: item["mainStatus"]?.S ?? "" }]));
}
