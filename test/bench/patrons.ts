import { marshall } from "@aws-sdk/util-dynamodb";
import { type ImportedPatron, readPatronLine } from "#domain/import/patron-line";
import { isClosed, type Library } from "#domain/library";
import { sendImport, signIn } from "#infra/local/samples/import-client";
import { sampleLibraries } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { generateTitles } from "#infra/local/samples/titles";
import { mediumRecordKey } from "#records/keys";
import { encodeValue } from "#records/medium-records";
import { putItems } from "#records/patron-writer";
import { patronItem, readingItem } from "#records/patrons";
import type { RawItem } from "#records/table";
import type { Bed } from "./bed.ts";

const seed = "bench";
const titleCount = 5000;

export type LibraryName = "piedmont" | "lakeshore";

export function libraryNamed(name: LibraryName): Library {
  const found = sampleLibraries.find(({ library }) => library === name);
  if (found === undefined) throw new Error(`There is no sample library ${name}`);
  return found;
}

/** Lines of an import of a library's titles. */
export function titleLines(): string {
  return inLines(generateTitles({ count: titleCount, seed }));
}

/** Lines of an import of a library's patrons. */
export function patronLines(name: LibraryName, count: number): string {
  return inLines(generatePatrons({ library: libraryNamed(name), count, seed }));
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
export async function seedPatrons(bed: Bed, name: LibraryName, count: number): Promise<string[]> {
  const library = libraryNamed(name);
  const open: string[] = [];
  let items: RawItem[] = [];
  for (const line of generatePatrons({ library, count, seed })) {
    const read = readPatronLine(line, library);
    if (!("record" in read)) throw new Error(read.reason);
    items.push(...itemsOf(name, read.record));
    const { patronId, mainStatus } = read.record.patron;
    if (!isClosed(library, mainStatus)) open.push(patronId);
    if (items.length < 4000) continue;
    await putItems(bed.store, items);
    items = [];
  }
  await putItems(bed.store, items);
  return open;
}

function itemsOf(library: string, { patron, media, reading }: ImportedPatron): RawItem[] {
  const { patronId } = patron;
  const plain = { removeUndefinedValues: true };
  const counted = { ...patron, reserveCounts: countsOf(reading.reserves), requestCounts: countsOf(reading.requests) };
  return [
    marshall(patronItem(library, counted), plain),
    marshall(readingItem(library, counted, reading), plain),
    ...[...media].map(([medium, fields]): RawItem => {
      const { pk, sk } = mediumRecordKey(library, patronId, medium);
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
