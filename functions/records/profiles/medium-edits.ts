import type { PatronId } from "#domain/ids";
import { type FieldWrites, merged } from "#domain/plan/plan";
import { type MediumRecord, mediumFieldsSchema } from "#domain/profile/medium-record";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import { mediumRecordKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent, type WriteOutcome } from "#records/store/table";
import { changeItem } from "./medium-changes.ts";

/**
 * Writes an edit of one medium record on the version that was read, with its audit and, with the values, its place in the
 * patron's history. The mark of the batch update that wrote the record last stays. Refused where the record is at another
 * version by now.
 */
export async function editMediumRecord(
  store: Store,
  patronId: PatronId,
  record: MediumRecord,
  fields: FieldWrites,
  auditId: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  const { medium, version } = record;
  const writes = Object.entries(fields);
  const set = Object.fromEntries(writes.filter(([, value]) => value !== null));
  const before = mediumFieldsSchema.parse(record);
  const told = { kind: "EDIT", id: auditId, medium, by: audit.actor.name, at: audit.at } as const;
  return await store.table.write(
    {
      set: { ...set, version: version + 1 },
      remove: writes.filter(([, value]) => value === null).map(([name]) => name),
      key: mediumRecordKey(store, patronId, medium),
      if: { expression: "#version = :expected", names: { "#version": "version" }, values: { ":expected": version } },
    },
    await auditEntry(store, auditId, audit),
    { put: await changeItem(store, patronId, told, before, merged(before, fields)), if: ifAbsent },
  );
}
