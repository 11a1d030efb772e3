import { z } from "zod";
import type { OfLibrary, PatronId } from "#domain/ids";
import { type Patron, type Preference, patronSchema, preferenceSchema, type Reading } from "#domain/profile/patron";
import { type PatronFieldName, patronField, patronFieldNames } from "#domain/profile/patron-fields";
import { type Key, namesKey, patronKey, readingKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Item, RawItem } from "#records/store/table";
import { decoderOf, type StoredValue } from "./stored-value.ts";

const preferencesSchema = z.array(preferenceSchema);

/** The item of a core record. Preferences are kept as one JSON text: queries decode many of them, and never select by them. */
export function patronItem(of: OfLibrary, patron: Patron): Item & Key {
  return {
    ...patronKey(of, patron.patronId),
    ...namesKey(of, patron),
    ...patron,
    preferences: encodePreferences(patron.preferences),
  };
}

function encodePreferences(preferences: readonly Preference[]): string | undefined {
  return preferences.length === 0 ? undefined : JSON.stringify(preferences);
}

/** True for a core record, false for the medium records beside it: an id has no `#`, so neither has anything after it. */
export function isPatronItem(item: RawItem): boolean {
  return item["preferences"] !== undefined || item["lastName"] !== undefined;
}

/** A core record without its lists, which cost more to decode than all its fields and are looked at by few. */
export type PatronFields = Omit<Patron, "preferences" | "reserveCounts" | "requestCounts">;

/** Decodes a core record without a schema's cost: it was checked when it was written, by {@link patronItem} alone. */
export function decodePatron(item: RawItem): Patron {
  return {
    ...decodePatronFields(item),
    preferences: decodePreferences(item["preferences"]?.S),
    reserveCounts: decodeCounts(item["reserveCounts"]),
    requestCounts: decodeCounts(item["requestCounts"]),
  };
}

const plainFields = patronFieldNames.map((name) => {
  const { kind, required } = patronField(name);
  return { name, required, decode: decoderOf(name, kind) };
});

/** Every field at its place, so that filling one in does not make the object another shape: decoding is twice as quick. */
const noFields: Readonly<Record<string, StoredValue | undefined>> = Object.fromEntries(
  patronFieldNames.map((name) => [name, undefined]),
);

export function decodePatronFields(item: RawItem): PatronFields {
  const fields = { ...noFields };
  for (const { name, required, decode } of plainFields) {
    const value = decode(item);
    if (value !== undefined) fields[name] = value;
    else if (required) throw lacking(name);
  }
  return fields as PatronFields; // each field with its kind, the required ones were seen
}

function required(item: RawItem, name: PatronFieldName): string {
  const value = item[name]?.S;
  if (value === undefined) throw lacking(name);
  return value;
}

function lacking(name: PatronFieldName): Error {
  return new Error(`The record of a patron lacks ${name}`);
}

export function decodePreferences(text: string | undefined): Preference[] {
  return text === undefined ? [] : preferencesSchema.parse(JSON.parse(text));
}

function decodeCounts(value: RawItem[string] | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(value?.M ?? {}).map(([medium, count]) => [medium, Number(count.N)]));
}

export async function loadPatron(store: Store, patronId: PatronId): Promise<Patron | undefined> {
  const item = await store.table.get(patronKey(store, patronId));
  if (item === undefined) return undefined;
  const { preferences, ...rest } = item;
  return patronSchema.parse({ ...rest, preferences: preferences === undefined ? [] : JSON.parse(String(preferences)) });
}

/** What filling a service queue needs of a patron, beside the medium record. */
export interface FillingFacts extends Pick<Patron, "mainStatus" | "language" | "preferences"> {
  readonly reading: Reading;
}

/**
 * The item of a patron's reading lists. Facts of the core record stand here once more, so that a fill reads one item less,
 * the largest; imports alone write them, and a chunk that broke off between the two is imported again. The first name is
 * found by it, for an item stands in an index once.
 *
 * Ids have no blanks, so a list of them is kept as one text: a tenth of the cost of a list to store and to decode.
 */
export function readingItem(of: OfLibrary, patron: Patron, { reserves, requests, hasHad }: Reading): Item & Key {
  const joined = (titleIds: readonly string[]) => (titleIds.length === 0 ? undefined : titleIds.join(" "));
  return {
    ...readingKey(of, patron.patronId),
    ...namesKey(of, patron, "first"),
    mainStatus: patron.mainStatus,
    language: patron.language,
    preferences: encodePreferences(patron.preferences),
    reserves: joined(reserves),
    requests: joined(requests),
    hasHad: joined(hasHad),
  };
}

/** Of an item that {@link readingItem} made. */
export function decodeFillingFacts(item: RawItem): FillingFacts {
  return {
    mainStatus: required(item, "mainStatus"),
    language: item["language"]?.S,
    preferences: decodePreferences(item["preferences"]?.S),
    reading: decodeReading(item),
  };
}

/** Checked when it was written, by {@link readingItem} alone. */
export function decodeReading(item: RawItem | undefined): Reading {
  const listOf = (name: keyof Reading) => item?.[name]?.S?.split(" ") ?? [];
  return { reserves: listOf("reserves"), requests: listOf("requests"), hasHad: listOf("hasHad") };
}

export async function loadReading(store: Store, patronId: PatronId): Promise<Reading> {
  const [item] = await store.table.batchGetRaw([readingKey(store, patronId)]);
  return decodeReading(item);
}
