import { hash } from "node:crypto";
import { folded } from "#domain/text";

/** The key of an item. Every `pk` begins with the library, but for {@link openKey}, {@link libraryKey} and who somebody is. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Patrons are spread over this many partitions for good: a query reads them side by side, writes do not pile up on one. */
export const shardCount = 16;

export const shardNumbers: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** The shard a patron lives in: a hash, so that ids given out in sequence spread evenly. */
export function shardOf(patronId: string): number {
  return (hash("sha1", patronId, "buffer")[0] ?? 0) % shardCount;
}

export function shardKey(library: string, shard: number): string {
  return `LIB#${library}#SHARD#${String(shard).padStart(2, "0")}`;
}

/** Core record of a patron. `#` sorts before every character of an id, so a patron's medium records follow it directly. */
export function patronKey(library: string, patronId: string): Key {
  return { pk: shardKey(library, shardOf(patronId)), sk: `PATRON#${patronId}` };
}

export function mediumRecordKey(library: string, patronId: string, medium: string): Key {
  return { pk: shardKey(library, shardOf(patronId)), sk: `PATRON#${patronId}#MEDIUM#${medium}` };
}

/** What no query walks over: reading lists, service queues and rare history items of one patron. */
export function ownPartition(library: string, patronId: string): string {
  return `LIB#${library}#PATRON#${patronId}`;
}

export function readingKey(library: string, patronId: string): Key {
  return { pk: ownPartition(library, patronId), sk: "READING" };
}

export function queueKey(library: string, patronId: string, medium: string): Key {
  return { pk: ownPartition(library, patronId), sk: `QUEUE#${medium}` };
}

/** A write whose record was marked by somebody other than its plan line says; newest last. */
export function historyKey(library: string, patronId: string, medium: string, version: number): Key {
  return { pk: ownPartition(library, patronId), sk: `HISTORY#${medium}#${String(version).padStart(12, "0")}` };
}

/** Notes that a batch update changed a patron's service queue alone, for its values were there already. */
export function heldKey(library: string, patronId: string, batch: string): Key {
  return { pk: ownPartition(library, patronId), sk: `HELD#${batch}` };
}

/** Kinds of long jobs that a library has, each listed in a partition of its own by ids that sort by time. */
export type JobKind = "query-set" | "batch-update" | "import";

const jobPartitions: Record<JobKind, string> = {
  "query-set": "QUERY_SETS",
  "batch-update": "BATCH_UPDATES",
  import: "IMPORTS",
};

export function jobPartition(library: string, kind: JobKind): string {
  return `LIB#${library}#${jobPartitions[kind]}`;
}

export function jobKey(library: string, kind: JobKind, id: string): Key {
  return { pk: jobPartition(library, kind), sk: id };
}

/** A part of a job that is kept apart from it, such as the bitmap of excluded members. */
export function jobPartKey(library: string, kind: JobKind, id: string, part: string): Key {
  return { pk: `${jobPartition(library, kind)}#${id}`, sk: part };
}

export function settingsKey(library: string): Key {
  return { pk: `LIB#${library}#SETTINGS`, sk: "SETTINGS" };
}

/** Held by the batch update that is PROCESSING or CANCELLING for a medium of a library. */
export function updateLockKey(library: string, medium: string): Key {
  return { pk: `LIB#${library}#LOCKS`, sk: `MEDIUM#${medium}` };
}

/** Names the last import of a kind, and holds others off while it runs. */
export function importLockKey(library: string, kind: string): Key {
  return { pk: `LIB#${library}#LOCKS`, sk: `IMPORT#${kind}` };
}

export function auditPartition(library: string): string {
  return `LIB#${library}#AUDIT`;
}

export function idempotencyKey(library: string, digest: string): Key {
  return { pk: `LIB#${library}#IDEMPOTENCY#${digest}`, sk: "RESULT" };
}

/** Answers of fills of one batch update. */
export function fillsPartition(library: string, batch: string): string {
  return `LIB#${library}#FILLS#${batch}`;
}

/** Why chunks of one job failed: Step Functions writes these, see infra/failure-record.ts. */
export function failuresPartition(library: string, job: string): string {
  return `LIB#${library}#FAILURES#${job}`;
}

/** What a crash may have left unfinished: the sweep walks over it. */
export function openKey(library: string, kind: JobKind | "fills" | "review" | "scratch" | "trouble", id: string): Key {
  return { pk: "OPEN", sk: `${library}#${kind}#${id}` };
}

export function libraryKey(library: string): Key {
  return { pk: "LIBRARIES", sk: library };
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
export function membersPartition(library: string, kind: MemberKind): string {
  return `LIB#${library}#${kind === "person" ? "PEOPLE" : "CLIENTS"}`;
}

/**
 * Key of the index `names`, in the order of lists of patrons. One partition for each first letter, so that an import of a
 * whole library does not write to a single one.
 */
export function namesKey(
  library: string,
  patron: { patronId: string; lastName: string; firstName?: string | undefined },
): { namesPk: string; namesSk: string } {
  const last = folded(patron.lastName);
  return {
    namesPk: namesPartition(library, last),
    namesSk: `${inNamesKey(last)}\0${inNamesKey(folded(patron.firstName ?? ""))}\0${patron.patronId}`,
  };
}

/** Bytes of a name in the key: twice this and an id stay below DynamoDB's 1,024 bytes of a sort key. */
const longestName = 480;

/** As much of a folded name as stands in the key of the index `names`. */
export function inNamesKey(foldedName: string): string {
  if (Buffer.byteLength(foldedName) <= longestName) return foldedName;
  let cut = "";
  let bytes = 0;
  for (const character of foldedName) {
    bytes += Buffer.byteLength(character);
    if (bytes > longestName) break;
    cut += character;
  }
  return cut;
}

export function namesPartition(library: string, foldedBeginning: string): string {
  return `LIB#${library}#NAMES#${[...foldedBeginning][0] ?? ""}`;
}
