import { isDeepStrictEqual } from "node:util";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { OfLibrary, PatronId } from "#domain/ids";
import type { ImportedReading } from "#domain/import/patron-line";
import { storedFieldNames } from "#domain/profile/medium-fields";
import { type MediumFields, type MediumRecord, mediumFieldsSchema } from "#domain/profile/medium-record";
import { inKinds, type Patron, type Reading } from "#domain/profile/patron";
import { decodeMediumRecord } from "#records/profiles/medium-records";
import { type MediumWrite, wholeRecord, writeMediumRecords } from "#records/profiles/medium-writer";
import { putItems } from "#records/profiles/patron-writer";
import { decodePreferences, decodeReading, patronItem, readingItem } from "#records/profiles/patrons";
import { anyCaseItem, anyCaseKey, type Key, mediumRecordKey, patronKey, readingKey } from "#records/store/keys";
import type { Store, Writer } from "#records/store/store";
import type { RawItem } from "#records/store/table";

/** Everything that is kept of a patron, but for service queues. */
export interface Profile {
  readonly patron: Patron;
  readonly media: ReadonlyMap<string, MediumFields>;
  readonly reading: ImportedReading;
}

/** Items of patrons as they are, by key. */
export type PresentItems = ReadonlyMap<string, RawItem>;

/** What has to be written so that a patron is as the line says. */
export interface Difference {
  readonly is: "created" | "replaced" | "unchanged";
  readonly profile: Profile;
  /** Core record and reading lists, where they differ. */
  readonly puts: readonly RawItem[];
  readonly media: readonly MediumWrite[];
}

const mostRounds = 5;

function keyText({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}

/** Core records, reading lists and medium records (tombstones included) of patrons, in one reading. */
export async function loadProfiles(
  store: Store,
  profiles: readonly Profile[],
  media: readonly string[],
): Promise<PresentItems> {
  const keys = profiles.flatMap(({ patron: { patronId } }) => [
    patronKey(store, patronId),
    readingKey(store, patronId),
    ...(anyCaseItem(store, patronId) === undefined ? [] : [anyCaseKey(store, patronId)]),
    ...media.map((medium) => mediumRecordKey(store, patronId, medium)),
  ]);
  return byKey(await store.table.batchGetRaw(keys));
}

function byKey(items: readonly RawItem[]): Map<string, RawItem> {
  return new Map(items.map((item) => [keyText({ pk: item.pk?.S ?? "", sk: item.sk?.S ?? "" }), item]));
}

/** A medium record as an import finds it and as it leaves it; undefined on a side without one. */
export interface Replaced {
  readonly patronId: PatronId;
  readonly medium: string;
  readonly before: MediumFields | undefined;
  readonly after: MediumFields | undefined;
}

/** The medium records of patrons who were there that are about to be changed. */
export function replacedRecords(differences: readonly Difference[], present: PresentItems): Replaced[] {
  const mediaPresent = mediumItemsByPatron(present);
  return differences
    .filter(({ is }) => is === "replaced")
    .flatMap(({ profile, media }) => {
      const { patronId } = profile.patron;
      return media.map(({ medium, removed }) => {
        const found = mediaPresent.get(patronId)?.find((record) => record.medium === medium);
        const before = found === undefined || found.removed === true ? undefined : mediumFieldsSchema.parse(found);
        return { patronId, medium, before, after: removed === true ? undefined : profile.media.get(medium) };
      });
    });
}

/** What a patron has had where the line does not say it: what is there. */
export function wholeReading(of: OfLibrary, { patron, reading }: Profile, present: PresentItems): Reading {
  const { hasHad = decodeReading(present.get(keyText(readingKey(of, patron.patronId)))).hasHad } = reading;
  return { ...reading, hasHad };
}

/**
 * Compares what lines say with what is there. A patron with every record identical is not written at all; preferences
 * count as identical in any order that leaves each kind in its own, for a row of CSV has a cell for each kind.
 */
export function compareProfiles(of: OfLibrary, profiles: readonly Profile[], present: PresentItems): Difference[] {
  const mediaPresent = mediumItemsByPatron(present);
  return profiles.map((profile) => {
    const { patronId } = profile.patron;
    const core = toRaw(patronItem(of, profile.patron));
    const reading = toRaw(readingItem(of, profile.patron, wholeReading(of, profile, present)));
    const corePresent = present.get(keyText(patronKey(of, patronId)));
    const readingPresent = present.get(keyText(readingKey(of, patronId)));
    const puts = [
      ...(isAsWritten(corePresent, core) ? [] : [core]),
      ...(isAsWritten(readingPresent, reading) ? [] : [reading]),
      ...anyCasePuts(of, patronId, present),
    ];
    const media = mediumWrites(profile, mediaPresent.get(patronId) ?? []);
    const differs = !saysTheSame(corePresent, core) || !saysTheSame(readingPresent, reading) || media.length > 0;
    return { is: corePresent === undefined ? "created" : differs ? "replaced" : "unchanged", profile, puts, media };
  });
}

/** An entry of the index that earlier versions did not make. */
function anyCasePuts(of: OfLibrary, patronId: PatronId, present: PresentItems): RawItem[] {
  const item = anyCaseItem(of, patronId);
  return item === undefined || present.has(keyText(item)) ? [] : [toRaw({ ...item })];
}

function saysTheSame(present: RawItem | undefined, item: RawItem): boolean {
  if (present === undefined || isDeepStrictEqual(present, item)) return present !== undefined;
  return isDeepStrictEqual(facts(present), facts(item)) && sameInKinds(present, item);
}

/** Whether nothing is to be written: what says the same may still stand in the index as an earlier version wrote it. */
function isAsWritten(present: RawItem | undefined, item: RawItem): boolean {
  return (
    saysTheSame(present, item) &&
    present?.["namesPk"]?.S === item["namesPk"]?.S &&
    present?.["namesSk"]?.S === item["namesSk"]?.S
  );
}

/** Without preferences, and without where the index has it. */
function facts({ preferences: _, namesPk: __, namesSk: ___, ...rest }: RawItem): RawItem {
  return rest;
}

function sameInKinds(a: RawItem, b: RawItem): boolean {
  const [ofA, ofB] = [a, b].map((item) => inKinds(decodePreferences(item["preferences"]?.S)));
  return isDeepStrictEqual(ofA, ofB);
}

export function toRaw(item: Record<string, unknown>): RawItem {
  return marshall(item, { removeUndefinedValues: true });
}

function mediumItemsByPatron(present: PresentItems): Map<string, MediumRecord[]> {
  const found = new Map<string, MediumRecord[]>();
  for (const item of present.values()) {
    const [, patronId = "", isMedium] = item.sk?.S?.split("#") ?? [];
    if (isMedium !== "MEDIUM") continue;
    const records = found.get(patronId);
    if (records === undefined) found.set(patronId, [decodeMediumRecord(item)]);
    else records.push(decodeMediumRecord(item));
  }
  return found;
}

function mediumWrites({ patron: { patronId }, media }: Profile, present: readonly MediumRecord[]): MediumWrite[] {
  const writes: MediumWrite[] = [];
  for (const record of present) {
    const { medium, version } = record;
    const wanted = media.get(medium);
    const removed = record.removed === true;
    if (wanted === undefined) {
      if (!removed) writes.push({ patronId, medium, expected: version, fields: wholeRecord({}), removed: true });
    } else if (removed || !sameFields(record, wanted)) {
      const fields = wholeRecord(wanted);
      writes.push({ patronId, medium, expected: version, fields, ...(removed && { removed: false }) });
    }
  }
  for (const [medium, fields] of media) {
    if (present.some((record) => record.medium === medium)) continue;
    writes.push({ patronId, medium, expected: undefined, fields: wholeRecord(fields) });
  }
  return writes;
}

function sameFields(a: MediumFields, b: MediumFields): boolean {
  return storedFieldNames.every((name) => a[name] === b[name]);
}

/**
 * Writes the differences: first the patron, so that no medium record is ever without one, then the records. Where
 * somebody else wrote a record meanwhile, it is read and compared again: the line replaces what it finds.
 *
 * @throws if a record could not be written; to be tried again from the start
 */
export async function writeProfiles(store: Store, writer: Writer, differences: readonly Difference[]): Promise<void> {
  await putItems(
    store,
    differences.flatMap((it) => it.puts),
  );
  const profiles = new Map(differences.map(({ profile }) => [profile.patron.patronId, profile]));
  let writes = differences.flatMap((it) => it.media);
  for (let round = 0; writes.length > 0; round++) {
    if (round === mostRounds) throw new Error("Medium records of an import kept changing under its hands");
    const outcomes = await writeMediumRecords(writer, writes);
    if (outcomes.includes("FAILED")) throw new Error("DynamoDB did not take medium records of an import");
    const doubtful = writes.filter((_, i) => outcomes[i] !== "WRITTEN");
    writes = await compareAgain(store, profiles, doubtful);
  }
}

async function compareAgain(
  store: Store,
  profiles: ReadonlyMap<string, Profile>,
  writes: readonly MediumWrite[],
): Promise<MediumWrite[]> {
  if (writes.length === 0) return [];
  const items = await store.table.batchGetRaw(
    writes.map(({ patronId, medium }) => mediumRecordKey(store, patronId, medium)),
  );
  const present = byKey(items);
  return writes.flatMap(({ patronId, medium }) => {
    const profile = profiles.get(patronId);
    const item = present.get(keyText(mediumRecordKey(store, patronId, medium)));
    if (profile === undefined) return [];
    const wanted = profile.media.get(medium);
    const only = { ...profile, media: new Map(wanted === undefined ? [] : [[medium, wanted]]) };
    return mediumWrites(only, item === undefined ? [] : [decodeMediumRecord(item)]);
  });
}
