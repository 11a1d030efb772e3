import type { LibraryId } from "#domain/ids";
import { batchUpdateIdSchema, keptPatronIdSchema } from "#domain/ids";
import { logger } from "#platform/logger";
import { sideBySide } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { actOfSystem, auditEntry, keystoneEntry } from "#records/library/audit";
import { loadLibrary } from "#records/library/libraries";
import { beginDeletion, endDeletion, type StoredTenant } from "#records/library/tenants";
import { removeClient } from "#records/members/clients";
import { allMembers } from "#records/members/members";
import { type Members, removePerson } from "#records/members/people";
import { allKeysIn, deleteItems, deletePartition, keysIn } from "#records/store/deletions";
import {
  cursorsKey,
  erasedPartition,
  eventsPartition,
  failuresPartition,
  fillsPartition,
  type JobKind,
  jobKinds,
  jobPartition,
  type Key,
  locksPartition,
  membersPartition,
  namesBeside,
  openPartition,
  ownPartition,
  partsPartition,
  settingsKey,
  shardKey,
  shardNumbers,
  shelfPartition,
  shelves,
  unknownJobsKey,
} from "#records/store/keys";
import { objectKinds } from "#records/store/object-kinds";
import { loadOpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { ifPresent } from "#records/store/table";
import { deleteForGood } from "#records/store/versions";
import type { Workflows } from "#workflows/start";

/** What the deletion of a library works with. */
export interface Deleting {
  /** The library's, by credentials that reach no other one. */
  readonly store: Store;
  /** The same by the function's own rights: what is open lies in one partition for all, which those are kept out of. */
  readonly open: Store;
  /** Where people and clients are kept, and the list of libraries. */
  readonly members: Members;
  readonly workflows: Pick<Workflows, "look">;
}

/** WAITS: for a job that still runs. UNDER_WAY: the next call goes on. */
export type Deletion = "DELETED" | "UNDER_WAY" | "WAITS" | "TAKEN_BACK";

/**
 * Deletes everything of a library whose time is over, but its audit, which the table's time to live ends. It never looks
 * for what there is: lists of jobs and of patrons name every partition, so each thing goes after those that it names, and
 * what broke off anywhere is gone on with by the same again. Its place in the list of libraries goes last. What else ends
 * by time to live within two days (keys of idempotency, counts of requests) is left to it.
 *
 * @param mayGoOn asked after each page of items: false leaves the rest to the next call
 */
export async function deleteLibrary(
  deleting: Deleting,
  tenant: StoredTenant,
  now: Date,
  mayGoOn: () => boolean,
): Promise<Deletion> {
  const { store, members } = deleting;
  const { library } = store;
  if (!(await beginDeletion(members.table, tenant, now))) return "TAKEN_BACK";
  if (await isAtWork(deleting)) return "WAITS";
  await removeMembers(members, library);
  for await (const items of itemsDeleted(deleting)) {
    count({ itemsDeleted: items });
    if (!mayGoOn()) return "UNDER_WAY";
  }
  for (const kind of objectKinds) {
    count({ objectsDeleted: await deleteForGood(store, `${library}/${kind}/`) });
    if (!mayGoOn()) return "UNDER_WAY";
  }
  await tellAndEnd(deleting, now);
  return "DELETED";
}

/** An execution at work may still write. All of them come to an end by themselves. */
async function isAtWork({ open, workflows }: Deleting): Promise<boolean> {
  for (const work of await loadOpenWork(open)) {
    if ((await workflows.look(work)) !== "RUNNING") continue;
    logger.warn("A library is deleted when its jobs have ended", { job: work.id, workflow: work.workflow });
    return true;
  }
  return false;
}

/** People and clients, in the table and in the user pool. */
async function removeMembers(members: Members, library: LibraryId): Promise<void> {
  const untold = async () => [];
  for await (const { id } of allMembers(members.table, library, "person")) {
    await removePerson(members, library, id, "support", untold);
  }
  for await (const client of allMembers(members.table, library, "client")) await removeClient(members, client, untold);
}

async function* itemsDeleted({ store, open }: Deleting): AsyncGenerator<number> {
  yield* openDeleted(open);
  for (const shard of shardNumbers) yield* patronsDeleted(store, shardKey(store, shard));
  for (const kind of jobKinds) yield* jobsDeleted(store, kind);
  for (const shelf of shelves) {
    const partition = shelfPartition(store, shelf);
    yield* deletePartition(store, namesBeside(partition));
    yield* deletePartition(store, partition);
  }
  for (const partition of [
    locksPartition(store),
    eventsPartition(store),
    cursorsKey(store).pk,
    unknownJobsKey(store).pk,
    erasedPartition(store),
    membersPartition(store, "person"),
    membersPartition(store, "client"),
  ]) {
    yield* deletePartition(store, partition);
  }
}

async function* openDeleted(open: Store): AsyncGenerator<number> {
  for await (const keys of keysIn(open, openPartition, `${open.library}#`)) {
    for (const key of keys) await open.table.write({ delete: key });
    yield keys.length;
  }
}

/** Patrons whose partitions are looked into side by side. */
const patronsAtOnce = 16;

/** Patrons of a shard, and before them what has a partition of each one's own. */
async function* patronsDeleted(store: Store, shard: string): AsyncGenerator<number> {
  for await (const keys of keysIn(store, shard)) {
    const patronIds = new Set(keys.map(({ sk }) => sk.split("#")[1] ?? ""));
    const own = await sideBySide([...patronIds], patronsAtOnce, (id) =>
      allKeysIn(store, ownPartition(store, keptPatronIdSchema.parse(id))),
    );
    yield await allDeleted(store, own.flat(), keys);
  }
}

const jobsAtOnce = 8;

/** Jobs of a kind, and before them their parts. */
async function* jobsDeleted(store: Store, kind: JobKind): AsyncGenerator<number> {
  for await (const keys of keysIn(store, jobPartition(store, kind))) {
    const parts = await sideBySide(keys, jobsAtOnce, async ({ sk: id }) => {
      const partitions = [
        partsPartition(store, kind, id),
        failuresPartition(store, id),
        ...(kind === "batch-update" ? [fillsPartition(store, batchUpdateIdSchema.parse(id))] : []),
      ];
      return (await sideBySide(partitions, partitions.length, (pk) => allKeysIn(store, pk))).flat();
    });
    yield await allDeleted(store, parts.flat(), keys);
  }
}

async function allDeleted(store: Store, named: readonly Key[], naming: readonly Key[]): Promise<number> {
  await deleteItems(store, named);
  await deleteItems(store, naming);
  return named.length + naming.length;
}

/** The settings go with the word in the library's audit, the place in the list of libraries with that in Keystone's. */
async function tellAndEnd({ store, members }: Deleting, now: Date): Promise<void> {
  const { library } = store;
  const detail = "Everything of it but its audit, which ends by itself when its time is over";
  const act = actOfSystem(now, "LIBRARY_DELETED", "library", detail);
  if ((await loadLibrary(store)) !== undefined) {
    await store.table.write({ delete: settingsKey(store), if: ifPresent }, await auditEntry(store, library, act));
  }
  await endDeletion(members.table, library, keystoneEntry(library, { ...act, subject: `libraries/${library}` }));
  count({ librariesDeleted: 1 });
}
