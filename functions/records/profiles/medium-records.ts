import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { batchUpdateIdSchema, keptPatronIdSchema, type PatronId } from "#domain/ids";
import { storedFieldNames } from "#domain/profile/medium-fields";
import {
  type MediumFields,
  type MediumRecord,
  mediumRecordSchema,
  type WriteMark,
} from "#domain/profile/medium-record";
import { mediumRecordKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

/** Decodes a medium record, tombstones included; attributes set to NULL are fields without a value. */
export function decodeMediumRecord(item: RawItem): MediumRecord {
  const mark = item["mark"]?.S;
  const fields: Record<string, unknown> = {};
  for (const name of storedFieldNames) {
    const value = decodeValue(item[name]);
    if (value !== undefined) fields[name] = value;
  }
  return {
    ...(fields as MediumFields), // written by encodeValue alone, from checked fields
    medium: item["medium"]?.S ?? "",
    version: Number(item["version"]?.N),
    ...(mark !== undefined && { mark: decodeMark(mark) }),
    ...(item["removed"]?.BOOL === true && { removed: true as const }),
  };
}

/** One attribute, for it is written with each record of a batch update: three would make the write a tenth dearer. */
export function encodeMark({ by, turn, at }: WriteMark): string {
  return `${by}#${turn}#${at}`;
}

function decodeMark(text: string): WriteMark {
  const [by = "", turn, at] = text.split("#");
  return { by: batchUpdateIdSchema.parse(by), turn: Number(turn), at: Number(at) };
}

function decodeValue(value: AttributeValue | undefined): string | number | boolean | undefined {
  if (value === undefined || value.NULL === true) return undefined;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  return value.BOOL;
}

/** A field's value as an attribute; NULL for a field that is cleared, for the batch statements cannot remove attributes. */
export function encodeValue(value: string | number | boolean | null): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
}

/** Patron id in the sort key of a medium record: `PATRON#<id>#MEDIUM#<code>`. */
export function patronIdOf(item: RawItem): PatronId {
  return keptPatronIdSchema.parse(item["sk"]?.S?.split("#")[1] ?? "");
}

/** Medium records of patrons, tombstones included, by patron id; patrons without a record are missing. */
export async function loadMediumRecords(
  store: Store,
  medium: string,
  patronIds: readonly PatronId[],
): Promise<Map<PatronId, MediumRecord>> {
  const items = await store.table.batchGetRaw(patronIds.map((patronId) => mediumRecordKey(store, patronId, medium)));
  return new Map(items.map((item) => [patronIdOf(item), decodeMediumRecord(item)]));
}

/** All medium records of one patron, without the removed ones. */
export async function loadMediaOf(
  store: Store,
  patronId: PatronId,
  options: { tombstones?: boolean } = {},
): Promise<MediumRecord[]> {
  const { pk, sk } = mediumRecordKey(store, patronId, "");
  const { items } = await store.table.queryPage({ pk, begins: sk });
  return items.map(parseMediumItem).filter((record) => options.tombstones === true || record.removed !== true);
}

function parseMediumItem(item: Record<string, unknown>): MediumRecord {
  const { mark, removed, ...rest } = item;
  const values = Object.fromEntries(
    Object.entries({ ...rest, removed: removed === true ? true : null }).filter(([, value]) => value !== null),
  );
  return mediumRecordSchema.parse({ ...values, ...(typeof mark === "string" && { mark: decodeMark(mark) }) });
}
