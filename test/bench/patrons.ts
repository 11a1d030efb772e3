import { setImmediate as breathe } from "node:timers/promises";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type ImportedPatron, readPatronLine } from "#domain/import/patron-line";
import { isClosed, type Library } from "#domain/library";
import { signIn } from "#infra/local/samples/api-client";
import { sendImport } from "#infra/local/samples/import-client";
import { sampleLibraries } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { generateTitles } from "#infra/local/samples/titles";
import { encodeValue } from "#records/profiles/medium-records";
import { putItems } from "#records/profiles/patron-writer";
import { patronItem, readingItem } from "#records/profiles/patrons";
import { mediumRecordKey } from "#records/store/keys";
import type { RawItem } from "#records/store/table";
import { libraryId } from "#test/ids";
import type { Bed } from "./bed.ts";

const seed = "bench";

export type LibraryName = "piedmont" | "lakeshore";

export function libraryNamed(name: LibraryName): Library {
  const found = sampleLibraries.find(({ library }) => library === name);
  if (found === undefined) throw new Error(`There is no sample library ${name}`);
  return found;
}

/** Lines of an import of a library's titles. */
export function titleLines(titles: number): string {
  return inLines(generateTitles({ count: titles, seed }));
}

/** How many patrons, and how many titles in the catalogue that their reading lists come from. */
export interface Generated {
  readonly count: number;
  readonly titles: number;
  /** So many of them, from the first on, have their reading lists put as well, which filling alone reads; all if left out. */
  readonly withReading?: number;
}

function generated(name: LibraryName, { count, titles }: Generated) {
  return generatePatrons({ library: libraryNamed(name), count, seed, titles: generateTitles({ count: titles, seed }) });
}

/** Lines of an import of a library's patrons. */
export function patronLines(name: LibraryName, of: Generated): string {
  return inLines(generated(name, of));
}

function inLines(records: Iterable<unknown>): string {
  let text = "";
  for (const record of records) text += `${JSON.stringify(record)}\n`;
  return text;
}

export async function importFile(bed: Bed, name: LibraryName, kind: "titles" | "patrons", file: string): Promise<void> {
  const token = await signIn(bed.product.url, `${name}-administrator`);
  await sendImport(bed.product.url, token, kind, file, async () => undefined);
}

/**
 * Puts generated patrons into the table, record for record as an import leaves them, in a fraction of its time.
 *
 * @returns ids of the patrons that a batch update may change, those with an open main status
 */
export async function seedPatrons(bed: Bed, name: LibraryName, of: Generated): Promise<string[]> {
  const library = libraryNamed(name);
  const { withReading = of.count } = of;
  const open: string[] = [];
  let items: RawItem[] = [];
  // The next patrons are made while the last ones are put.
  let putting: Promise<void> = Promise.resolve();
  for (const line of generated(name, of)) {
    const read = readPatronLine(line, library);
    if (!("record" in read)) throw new Error(read.reason);
    const { patronId, mainStatus } = read.record.patron;
    items.push(...itemsOf(name, read.record));
    if (open.length < withReading) items.push(readingOf(name, read.record));
    if (!isClosed(library, mainStatus)) open.push(patronId);
    if (items.length < 1000) continue;
    await putting;
    putting = putItems(bed.stores.of(library.library), items);
    items = [];
    await breathe();
  }
  await putting;
  await putItems(bed.stores.of(library.library), items);
  return open;
}

const plain = { removeUndefinedValues: true };

function readingOf(library: string, { patron, reading }: ImportedPatron): RawItem {
  return marshall(
    readingItem(
      { library: libraryId(library) },
      { ...patron, reserveCounts: {}, requestCounts: {} },
      { hasHad: [], ...reading },
    ),
    plain,
  );
}

function itemsOf(library: string, { patron, media, reading }: ImportedPatron): RawItem[] {
  const { patronId } = patron;
  const counted = { ...patron, reserveCounts: countsOf(reading.reserves), requestCounts: countsOf(reading.requests) };
  return [
    marshall(patronItem({ library: libraryId(library) }, counted), plain),
    ...[...media].map(([medium, fields]): RawItem => {
      const { pk, sk } = mediumRecordKey({ library: libraryId(library) }, patronId, medium);
      const values = Object.entries(fields).map(([field, value]) => [field, encodeValue(value ?? null)]);
      const key = { pk: { S: pk }, sk: { S: sk }, medium: { S: medium }, version: { N: "1" } };
      return { ...key, ...Object.fromEntries(values) };
    }),
  ];
}

/** Generated ids of titles begin with their medium. */
function countsOf(titleIds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const titleId of new Set(titleIds)) {
    const medium = /^[A-Z]+/.exec(titleId)?.[0] ?? "";
    counts[medium] = (counts[medium] ?? 0) + 1;
  }
  return counts;
}
