import type { BatchUpdateId, OfLibrary, PatronId } from "#domain/ids";
import { changedFields, type PlanLine } from "#domain/plan/plan";
import { heldKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Write } from "#records/store/table";

/**
 * The write, to stand with that of the record, which notes that a batch update found all its values set by somebody else
 * since the review and changed the service queue alone. Rare; without it an undo would take their values back.
 */
export function heldNote(of: OfLibrary, patronId: PatronId, batchUpdateId: BatchUpdateId): Write {
  return { put: { ...heldKey(of, patronId, batchUpdateId) } };
}

/**
 * Lines of an applied plan as they came true: where the values were held already, with the service queue as the only
 * change.
 */
export async function asApplied(
  store: Store,
  batchUpdateId: BatchUpdateId,
  lines: readonly PlanLine[],
): Promise<PlanLine[]> {
  // A line without a queue is never written where its values are held.
  const asked = lines.filter((line) => line.queue !== undefined && changedFields(line.before, line.after).length > 0);
  if (asked.length === 0) return [...lines];
  const items = await store.table.batchGetRaw(
    asked.map(({ patronId }) => heldKey(store, patronId, batchUpdateId)),
    ["pk"],
  );
  const held = new Set(items.map((item) => item["pk"]?.S));
  return lines.map((line) =>
    held.has(heldKey(store, line.patronId, batchUpdateId).pk) ? { ...line, before: {}, after: {} } : line,
  );
}
