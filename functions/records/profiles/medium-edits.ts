import type { PatronId } from "#domain/ids";
import type { FieldWrites } from "#domain/plan/plan";
import type { MediumRecord } from "#domain/profile/medium-record";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import { mediumRecordKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { WriteOutcome } from "#records/store/table";

/**
 * Writes an edit of one medium record on the version that was read, its audit with it. The mark of the batch update that
 * wrote the record last stays. Refused where the record is at another version by now.
 */
export async function editMediumRecord(
  store: Store,
  patronId: PatronId,
  { medium, version }: Pick<MediumRecord, "medium" | "version">,
  fields: FieldWrites,
  auditId: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  const writes = Object.entries(fields);
  const set = Object.fromEntries(writes.filter(([, value]) => value !== null));
  return await store.table.write(
    {
      set: { ...set, version: version + 1 },
      remove: writes.filter(([, value]) => value === null).map(([name]) => name),
      key: mediumRecordKey(store, patronId, medium),
      if: { expression: "#version = :expected", names: { "#version": "version" }, values: { ":expected": version } },
    },
    await auditEntry(store, auditId, audit),
  );
}
