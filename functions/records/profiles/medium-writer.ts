import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { PatronId } from "#domain/ids";
import type { FieldWrites } from "#domain/plan/plan";
import { storedFieldNames } from "#domain/profile/medium-fields";
import type { MediumRecord, WriteMark } from "#domain/profile/medium-record";
import { mediumRecordKey } from "#records/store/keys";
import { type ItemWrite, type WriteOptions, writeItems } from "#records/store/statements";
import type { Writer } from "#records/store/store";
import { encodeMark, encodeValue } from "./medium-records.ts";

const rounds = 6;

/** One conditional write of one medium record. */
export interface MediumWrite {
  readonly patronId: PatronId;
  readonly medium: string;
  /** The version the record must still have; undefined where there must be no item yet. */
  readonly expected: number | undefined;
  /** A value sets, null empties, absent leaves. */
  readonly fields: FieldWrites;
  /** Left out by edits and imports, which keep the mark that is there. */
  readonly mark?: WriteMark;
  /** True writes a tombstone, false takes one away, undefined leaves it. */
  readonly removed?: boolean;
}

/**
 * REFUSED: the record is not at the expected version. UNKNOWN: it may have been written or not, read it. FAILED: it was
 * certainly not written, for an infrastructure reason that outlasted the retries.
 */
export type MediumWriteOutcome = "WRITTEN" | "REFUSED" | "UNKNOWN" | "FAILED";

/** Writes medium records, each on its version, as {@link writeItems} does. No two writes may name the same record. */
export async function writeMediumRecords(
  writer: Writer,
  writes: readonly MediumWrite[],
  options: Pick<WriteOptions, "mayWrite" | "errors"> = {},
): Promise<MediumWriteOutcome[]> {
  const items = writes.map((write): ItemWrite => {
    const { patronId, medium, expected } = write;
    const key = mediumRecordKey(writer, patronId, medium);
    return { key, counter: "version", expected, attributes: attributesOf(write) };
  });
  const answers = await writeItems(writer.table, items, { ...options, rounds });
  return answers.map((answer) => (answer === "AGAIN" ? "FAILED" : answer));
}

function attributesOf({ medium, fields, mark, removed, expected }: MediumWrite): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  if (expected === undefined) attributes["medium"] = { S: medium };
  for (const name of storedFieldNames) {
    const value = fields[name];
    if (value === undefined || (value === null && expected === undefined)) continue;
    attributes[name] = encodeValue(value);
  }
  if (mark !== undefined) attributes["mark"] = { S: encodeMark(mark) };
  if (removed !== undefined) attributes["removed"] = { BOOL: removed };
  return attributes;
}

/** Every field of a record as writes, empty ones as null: what replaces or removes a record whole. */
export function wholeRecord(record: Partial<MediumRecord>): FieldWrites {
  return Object.fromEntries(storedFieldNames.map((name) => [name, record[name] ?? null]));
}
