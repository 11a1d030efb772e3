import type { PatronId } from "#domain/ids";
import { type ImportedPatron, readingProblem, readPatronLine } from "#domain/import/patron-line";
import type { Patron } from "#domain/profile/patron";
import { allEnded } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { erasedAmong } from "#records/erasures/erasures";
import type { Catalogues, WholeCatalogue } from "#records/imports/catalogue";
import { loadImportLock } from "#records/imports/import-lock";
import {
  type ImportResult,
  loadImportDecisions,
  type RejectedLine,
  saveImportDecisions,
  saveImportResult,
} from "#records/imports/import-objects";
import { type Import, noCounts } from "#records/imports/imports";
import { requireLibrary } from "#records/library/libraries";
import { changeItem } from "#records/profiles/medium-changes";
import { putItems } from "#records/profiles/patron-writer";
import type { Store, Writer } from "#records/store/store";
import { readChunk } from "./chunk-lines.ts";
import {
  compareProfiles,
  type Difference,
  loadProfiles,
  type PresentItems,
  type Profile,
  type Replaced,
  replacedRecords,
  toRaw,
  wholeReading,
  writeProfiles,
} from "./profiles.ts";

export interface PatronsChunk {
  readonly store: Store;
  readonly writer: Writer;
  readonly catalogues: Catalogues;
}

/**
 * Imports the patrons of one chunk: reads what is there, writes only what differs. May be run again at any point; what it
 * told at its first look (created, replaced, unchanged) is what counts. A dry run ends with that look.
 */
export async function importPatrons(
  { store, writer, catalogues }: PatronsChunk,
  it: Pick<Import, "importId" | "dryRun" | "startedAt" | "createdAt" | "createdBy">,
  chunk: number,
): Promise<void> {
  const { importId, dryRun = false, startedAt } = it;
  const settings = await requireLibrary(store);
  const checked = await readChunk(store, importId, chunk, "patronId", (it) => readPatronLine(it, settings));
  const catalogue = await catalogues.ofLibrary(store);
  const all = checked.records.map(({ line, record }) => ({ line, profile: profileOf(record, catalogue) }));
  const erased = await erasedSince(store, startedAt, all);
  const lines = all.filter(({ profile }) => !erased.has(profile.patron.patronId));
  const rejected = [...checked.rejected, ...all.flatMap((line) => erasedLine(line, erased))];
  // A line can name no other media than the library's.
  const media = settings.media.map((it) => it.code);
  const profiles = lines.map(({ profile }) => profile);
  const present = await loadProfiles(store, profiles, media);
  const overflowing = lines.flatMap((line) => overflowOf(store, line, present));
  const rejectedLines = new Set(overflowing.map(({ line }) => line));
  const wanted = lines.flatMap(({ line, profile }) => (rejectedLines.has(line) ? [] : [profile]));
  const differences = compareProfiles(store, wanted, present);
  const result = resultOf(differences, [...rejected, ...overflowing]);
  if (dryRun) return await saveImportResult(store, importId, chunk, result);
  const first = await loadImportDecisions(store, importId, chunk);
  if (first === undefined) await saveImportDecisions(store, importId, chunk, result);
  await tellHistory(store, it, replacedRecords(differences, present));
  await writeProfiles(store, writer, differences);
  count({ patronsImported: differences.length });
  await saveImportResult(store, importId, chunk, first ?? result);
}

/** Before the records are written: told again, after whatever happened, it is the same. */
async function tellHistory(
  store: Store,
  { importId, startedAt, createdAt, createdBy }: Pick<Import, "importId" | "startedAt" | "createdAt" | "createdBy">,
  replaced: readonly Replaced[],
): Promise<void> {
  const told = { kind: "IMPORT", id: importId, by: createdBy, at: startedAt ?? createdAt } as const;
  const items = replaced.map(({ patronId, medium, before, after }) =>
    changeItem(store, patronId, { ...told, medium }, before, after),
  );
  await putItems(store, (await allEnded(items)).map(toRaw));
}

/**
 * Patrons of a chunk that were erased since the import was started: the file is from before, and brings nobody back. Where
 * nobody was, this takes one look.
 */
async function erasedSince(
  store: Store,
  startedAt: string | undefined,
  lines: readonly Line[],
): Promise<Set<PatronId>> {
  const { erasedAt } = await loadImportLock(store, "patrons");
  if (erasedAt === undefined || startedAt === undefined || erasedAt < startedAt) return new Set();
  const instants = await erasedAmong(
    store,
    lines.map(({ profile }) => profile.patron.patronId),
  );
  return new Set([...instants].flatMap(([patronId, at]) => (at < startedAt ? [] : [patronId])));
}

/** What stood in the line is not shown: it is about somebody who was erased. */
function erasedLine({ line, profile }: Line, erased: ReadonlySet<PatronId>): RejectedLine[] {
  const { patronId: id } = profile.patron;
  return erased.has(id) ? [{ line, id, reason: "the patron was erased since this import was started" }] : [];
}

/** A line whose lists do not fit into a record together with what the patron has had and the line does not say. */
function overflowOf(store: Store, { line, profile }: Line, present: PresentItems): RejectedLine[] {
  if (profile.reading.hasHad !== undefined) return [];
  const reason = readingProblem(wholeReading(store, profile, present));
  return reason === undefined ? [] : [{ line, id: profile.patron.patronId, reason }];
}

interface Line {
  readonly line: number;
  readonly profile: Profile;
}

function resultOf(differences: readonly Difference[], rejected: readonly RejectedLine[]): ImportResult {
  const counts = { ...noCounts, read: differences.length + rejected.length, rejected: rejected.length };
  for (const { is } of differences) counts[is] += 1;
  return { counts, rejected: [...rejected] };
}

/** A line with what the catalogue knows about its titles at this moment: how many wait, per medium. */
function profileOf({ patron, media, reading }: ImportedPatron, catalogue: WholeCatalogue): Profile {
  const counted: Patron = {
    ...patron,
    reserveCounts: countsByMedium(reading.reserves, catalogue),
    requestCounts: countsByMedium(reading.requests, catalogue),
  };
  return { patron: counted, media, reading };
}

function countsByMedium(titleIds: readonly string[], catalogue: WholeCatalogue): Record<string, number> {
  const counts = new Map<string, number>();
  for (const titleId of new Set(titleIds)) {
    const medium = catalogue.mediumOf(titleId);
    if (medium !== undefined) counts.set(medium, (counts.get(medium) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
