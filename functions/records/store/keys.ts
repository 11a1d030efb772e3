import { hash } from "node:crypto";
import type { BatchUpdateId, OfLibrary, PatronId } from "#domain/ids";
import { searchForm } from "#domain/text";

/** The key of an item. Every `pk` begins with the library, but for {@link openKey}, {@link libraryKey} and who somebody is. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What the partitions of a library begin with. */
export function libraryPrefix({ library }: OfLibrary): string {
  return `LIB#${library}#`;
}

/** Partitions that libraries share: what is open, and which libraries there are. */
export const openPartition = "OPEN";
export const librariesPartition = "LIBRARIES";

/** Patrons are spread over this many partitions for good: a query reads them side by side, writes do not pile up on one. */
export const shardCount = 16;

export const shardNumbers: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** The shard a patron lives in: a hash, so that ids given out in sequence spread evenly. */
export function shardOf(patronId: string): number {
  return (hash("sha1", patronId, "buffer")[0] ?? 0) % shardCount;
}

export function shardKey(of: OfLibrary, shard: number): string {
  return `${libraryPrefix(of)}SHARD#${String(shard).padStart(2, "0")}`;
}

/** Core record of a patron. `#` sorts before every character of an id, so a patron's medium records follow it directly. */
export function patronKey(of: OfLibrary, patronId: PatronId): Key {
  return { pk: shardKey(of, shardOf(patronId)), sk: `PATRON#${patronId}` };
}

export function mediumRecordKey(of: OfLibrary, patronId: PatronId, medium: string): Key {
  return { pk: shardKey(of, shardOf(patronId)), sk: `PATRON#${patronId}#MEDIUM#${medium}` };
}

/** What no query walks over: reading lists, service queues, edits, imports and rare history items of one patron. */
export function ownPartition(of: OfLibrary, patronId: PatronId): string {
  return `${libraryPrefix(of)}PATRON#${patronId}`;
}

export function readingKey(of: OfLibrary, patronId: PatronId): Key {
  return { pk: ownPartition(of, patronId), sk: "READING" };
}

export function queueKey(of: OfLibrary, patronId: PatronId, medium: string): Key {
  return { pk: ownPartition(of, patronId), sk: `QUEUE#${medium}` };
}

/** A write whose record was marked by somebody other than its plan line says; newest last. */
export function historyKey(of: OfLibrary, patronId: PatronId, medium: string, version: number): Key {
  return { pk: ownPartition(of, patronId), sk: `HISTORY#${medium}#${String(version).padStart(12, "0")}` };
}

/** What an edit or an import has changed in one record; newest last. */
export function changeKey(of: OfLibrary, patronId: PatronId, place: string): Key {
  return { pk: ownPartition(of, patronId), sk: `CHANGE#${place}` };
}

/** Notes that a batch update changed a patron's service queue alone, for its values were there already. */
export function heldKey(of: OfLibrary, patronId: PatronId, batchUpdateId: BatchUpdateId): Key {
  return { pk: ownPartition(of, patronId), sk: `HELD#${batchUpdateId}` };
}

/** Kinds of long jobs that a library has, each listed in a partition of its own by ids that sort by time. */
export type JobKind = "query-set" | "batch-update" | "import" | "export" | "erasure";

const jobPartitions: Record<JobKind, string> = {
  "query-set": "QUERY_SETS",
  "batch-update": "BATCH_UPDATES",
  import: "IMPORTS",
  export: "EXPORTS",
  erasure: "ERASURES",
};

/** Every kind of job: whoever goes through all of a library's jobs goes through these. */
// Safe: what stands in a constant is all that it has.
export const jobKinds = Object.keys(jobPartitions) as JobKind[];

export function jobPartition(of: OfLibrary, kind: JobKind): string {
  return `${libraryPrefix(of)}${jobPartitions[kind]}`;
}

export function jobKey(of: OfLibrary, kind: JobKind, id: string): Key {
  return { pk: jobPartition(of, kind), sk: id };
}

/** Where parts of one job are kept. */
export function partsPartition(of: OfLibrary, kind: JobKind, id: string): string {
  return `${jobPartition(of, kind)}#${id}`;
}

/** That a patron was asked to be erased: the id, and nothing else. It outlives what is erased, and a later patron of the id. */
export function erasedKey(of: OfLibrary, patronId: PatronId): Key {
  return { pk: erasedPartition(of), sk: patronId };
}

/** Whom a library had erased. */
export function erasedPartition(of: OfLibrary): string {
  return `${libraryPrefix(of)}ERASED`;
}

/** Since when there are objects of jobs that the table does not know. */
export function unknownJobsKey(of: OfLibrary): Key {
  return { pk: `${libraryPrefix(of)}UNKNOWN_JOBS`, sk: "NOTICED" };
}

/** A part of a job that is kept apart from it, such as the bitmap of excluded members. */
export function jobPartKey(of: OfLibrary, kind: JobKind, id: string, part: string): Key {
  return { pk: partsPartition(of, kind, id), sk: part };
}

/** Kinds of things that a library keeps under names, each in a partition of its own, and their names in one beside it. */
export const shelves = ["SAVED_QUERIES", "PRESETS", "RECIPES"] as const;
export type ShelfName = (typeof shelves)[number];

export function shelfPartition(of: OfLibrary, shelf: ShelfName): string {
  return `${libraryPrefix(of)}${shelf}`;
}

/** Where names are kept that may be there once, beside what has them. */
export function namesBeside(partition: string): string {
  return `${partition}#NAMES`;
}

export function settingsKey(of: OfLibrary): Key {
  return { pk: `${libraryPrefix(of)}SETTINGS`, sk: "SETTINGS" };
}

export function locksPartition(of: OfLibrary): string {
  return `${libraryPrefix(of)}LOCKS`;
}

/** Held by the batch update that is PROCESSING or CANCELLING for a medium of a library. */
export function updateLockKey(of: OfLibrary, medium: string): Key {
  return { pk: locksPartition(of), sk: `MEDIUM#${medium}` };
}

/** Names the last import of a kind, and holds others off while it runs. */
export function importLockKey(of: OfLibrary, kind: string): Key {
  return { pk: locksPartition(of), sk: `IMPORT#${kind}` };
}

/** The key under which a library's cursors are sealed. */
export function cursorsKey(of: OfLibrary): Key {
  return { pk: `${libraryPrefix(of)}CURSORS`, sk: "KEY" };
}

export function auditPartition(of: OfLibrary): string {
  return `${libraryPrefix(of)}AUDIT`;
}

/** What is told of a library's changes of state, numbered. */
export function eventsPartition(of: OfLibrary): string {
  return `${libraryPrefix(of)}EVENTS`;
}

export function idempotencyKey(of: OfLibrary, digest: string): Key {
  return { pk: `${libraryPrefix(of)}IDEMPOTENCY#${digest}`, sk: "RESULT" };
}

/** How many requests of the library came in a stretch of time, see `rateWindow`. */
export function requestsKey(of: OfLibrary, window: number): Key {
  return { pk: `${libraryPrefix(of)}REQUESTS#${window}`, sk: "COUNT" };
}

/** Answers of fills of one batch update. */
export function fillsPartition(of: OfLibrary, batchUpdateId: BatchUpdateId): string {
  return `${libraryPrefix(of)}FILLS#${batchUpdateId}`;
}

/** Why chunks of one job failed: Step Functions writes these, see infra/failure-record.ts. */
export function failuresPartition(of: OfLibrary, job: string): string {
  return `${libraryPrefix(of)}FAILURES#${job}`;
}

/** What a crash may have left unfinished: the sweep walks over it. */
export function openKey(
  of: OfLibrary,
  kind: JobKind | "fills" | "review" | "schedule" | "follow" | "scratch" | "trouble",
  id: string,
): Key {
  return { pk: openPartition, sk: `${of.library}#${kind}#${id}` };
}

export function libraryKey(of: OfLibrary): Key {
  return { pk: librariesPartition, sk: of.library };
}

/** Who is known to the product: people by their `sub`, a library's systems by their client id. */
export type MemberKind = "person" | "client";

/** Found before anything says which library it is about, so it begins with none. A person and a client may have one id. */
export function memberKey(kind: MemberKind, id: string): Key {
  return { pk: `WHO#${kind.toUpperCase()}#${id}`, sk: "WHO" };
}

/** Says whose an e-mail address is: taken in one library, it is taken in all. */
export function emailKey(digest: string): Key {
  return { pk: `WHO#EMAIL#${digest}`, sk: "WHO" };
}

/** The list of a library's people, or of its clients. */
export function membersPartition(of: OfLibrary, kind: MemberKind): string {
  return `${libraryPrefix(of)}${kind === "person" ? "PEOPLE" : "CLIENTS"}`;
}

/** Stands in the index `names`, which leads from what somebody types to a patron. */
export interface NamesKey {
  readonly namesPk: string;
  readonly namesSk: string;
}

interface NamedPatron {
  readonly patronId: PatronId;
  readonly lastName: string;
  readonly firstName?: string | undefined;
}

/** By which of the names an entry of the index is found. */
export type NameKind = "last" | "first";

/**
 * Keys of the index `names`, in the order of lists of patrons: on the core record by the last name, on the reading list
 * beside it by the first; none where there is no such name. One partition for each first letter, so that an import of a
 * whole library does not write to a single one.
 */
export function namesKey(of: OfLibrary, patron: NamedPatron, kind: NameKind = "last"): Partial<NamesKey> {
  const { lastName, patronId } = patron;
  const firstName = patron.firstName ?? "";
  const [name, other] = (kind === "last" ? [lastName, firstName] : [firstName, lastName]).map(searchForm);
  if (name === undefined || name === "") return {};
  return {
    namesPk: namesPartition(of, name, kind),
    namesSk: `${inNamesKey(name)}\0${inNamesKey(other ?? "")}\0${patronId}`,
  };
}

/** What leads from an id to itself, where it is not found by writing it in small or in capital letters alone. */
export function anyCaseItem(of: OfLibrary, patronId: PatronId): (Key & NamesKey) | undefined {
  const small = patronId.toLowerCase();
  if (patronId === small || patronId === patronId.toUpperCase()) return undefined;
  return {
    ...anyCaseKey(of, patronId),
    namesPk: anyCasePartition(of, small),
    namesSk: `${small}\0\0${patronId}`,
  };
}

export function anyCaseKey(of: OfLibrary, patronId: PatronId): Key {
  return { pk: ownPartition(of, patronId), sk: "ID" };
}

/** By the last character: ids are often given out in sequence. */
export function anyCasePartition(of: OfLibrary, smallId: string): string {
  return `${libraryPrefix(of)}IDS#${smallId.slice(-1)}`;
}

/** Bytes of a name in the key: twice this and an id stay below DynamoDB's 1,024 bytes of a sort key. */
const longestName = 480;

/** As much of a name as stands in the key of the index `names`. */
export function inNamesKey(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  let cut = "";
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > longestName) break;
    cut += character;
  }
  return cut;
}

export function namesPartition(of: OfLibrary, beginning: string, kind: NameKind = "last"): string {
  return `${libraryPrefix(of)}${kind === "last" ? "NAMES" : "FIRST"}#${[...beginning][0] ?? ""}`;
}
