import type { RecordOutcome } from "#domain/batch-update/outcome";
import { type StoredField, storedFieldNames } from "./medium-fields.ts";
import type { MediumFields, MediumFieldValue } from "./medium-record.ts";

/** What an edit or an import changes in a medium record. */
export interface RecordChange {
  readonly outcome: RecordOutcome;
  /** Fields whose value is another one, in the order of the record. A side that is missing is a field without a value. */
  readonly changes: readonly {
    readonly field: StoredField;
    readonly before: MediumFieldValue | undefined;
    readonly after: MediumFieldValue | undefined;
  }[];
}

/**
 * @param before undefined where there was no record
 * @param after undefined where there is none any more
 */
export function recordChange(before: MediumFields | undefined, after: MediumFields | undefined): RecordChange {
  const outcome = after === undefined ? "REMOVED" : before === undefined ? "CREATED" : "UPDATED";
  const changes = storedFieldNames
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter((change) => change.before !== change.after);
  return { outcome, changes };
}
