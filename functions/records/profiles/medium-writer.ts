import type { AttributeValue, BatchStatementRequest, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FieldWrites } from "#domain/plan/plan";
import { storedFieldNames } from "#domain/profile/medium-fields";
import type { MediumRecord, WriteMark } from "#domain/profile/medium-record";
import { pause } from "#platform/pause";
import { mediumRecordKey } from "#records/store/keys";
import { executeStatements, longestStatementBatch } from "#records/store/statements";
import { encodeMark, encodeValue } from "./medium-records.ts";

const rounds = 6;

/** One conditional write of one medium record. */
export interface MediumWrite {
  readonly patronId: string;
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

export interface WriterOptions {
  /** Asked before every round of statements: false ends the writing, and what was not sent is FAILED. */
  readonly mayWrite?: () => Promise<boolean>;
  readonly concurrency?: number;
}

/**
 * Writes medium records by batches of conditional statements, each of which succeeds or fails alone for one write unit.
 * Throttled statements come back inside a successful answer and are sent again with full jitter. Returns when every
 * request it started has ended. No two writes may name the same record.
 */
export async function writeMediumRecords(
  client: DynamoDBClient,
  tableName: string,
  library: string,
  writes: readonly MediumWrite[],
  { mayWrite, concurrency = 4 }: WriterOptions = {},
): Promise<MediumWriteOutcome[]> {
  const outcomes = writes.map((): MediumWriteOutcome => "FAILED");
  let waiting = writes.map((_, place) => place);
  for (let round = 0; waiting.length > 0 && round < rounds; round++) {
    if (round > 0) await pause(Math.random() * Math.min(2000, 50 * 2 ** round));
    const batches: number[][] = [];
    for (let i = 0; i < waiting.length; i += longestStatementBatch)
      batches.push(waiting.slice(i, i + longestStatementBatch));
    const again: number[] = [];
    let next = 0;
    const sendBatches = async () => {
      for (;;) {
        const batch = batches[next++];
        if (batch === undefined) return;
        if (mayWrite !== undefined && !(await mayWrite())) return;
        const answers = await executeStatements(
          client,
          batch.map((place) => statement(tableName, library, writes[place] as MediumWrite)),
        );
        batch.forEach((place, i) => {
          const answer = answers[i] ?? "UNKNOWN";
          if (answer === "AGAIN") again.push(place);
          else outcomes[place] = answer;
        });
      }
    };
    await Promise.allSettled(Array.from({ length: Math.min(concurrency, batches.length) }, sendBatches));
    waiting = again;
  }
  return outcomes;
}

function statement(tableName: string, library: string, write: MediumWrite): BatchStatementRequest {
  const { pk, sk } = mediumRecordKey(library, write.patronId, write.medium);
  const attributes = attributesOf(write);
  if (write.expected === undefined) {
    const all: [string, AttributeValue][] = [
      ["pk", { S: pk }],
      ["sk", { S: sk }],
      ["medium", { S: write.medium }],
      ...attributes,
    ];
    return {
      Statement: `INSERT INTO "${tableName}" VALUE {${all.map(([name]) => `'${name}': ?`).join(", ")}}`,
      Parameters: all.map(([, value]) => value),
    };
  }
  return {
    Statement: `UPDATE "${tableName}" SET ${attributes.map(([name]) => `"${name}"=?`).join(", ")} WHERE "pk"=? AND "sk"=? AND "version"=?`,
    Parameters: [...attributes.map(([, value]) => value), { S: pk }, { S: sk }, { N: String(write.expected) }],
  };
}

function attributesOf(write: MediumWrite): [string, AttributeValue][] {
  const { mark, removed, expected } = write;
  const attributes: [string, AttributeValue][] = [];
  for (const name of storedFieldNames) {
    const value = write.fields[name];
    if (value === undefined || (value === null && expected === undefined)) continue;
    attributes.push([name, encodeValue(value)]);
  }
  attributes.push(["version", { N: String((expected ?? 0) + 1) }]);
  if (mark !== undefined) attributes.push(["mark", { S: encodeMark(mark) }]);
  if (removed !== undefined) attributes.push(["removed", { BOOL: removed }]);
  return attributes;
}

/** Every field of a record as writes, empty ones as null: what replaces or removes a record whole. */
export function wholeRecord(record: Partial<MediumRecord>): FieldWrites {
  return Object.fromEntries(storedFieldNames.map((name) => [name, record[name] ?? null]));
}
