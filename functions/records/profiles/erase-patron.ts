import type { PatronId } from "#domain/ids";
import { slices } from "#platform/slices";
import { emptyQueue } from "#records/service-queues/service-queues";
import { formatField } from "#records/store/format";
import { mediumRecordKey, ownPartition, patronKey, queueKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { type Condition, type Item, ifAbsent, ifRevision, type Write } from "#records/store/table";

/** DynamoDB takes 100 writes in a transaction. */
const mostTogether = 90;
const mostRounds = 20;

/** How many items hold anything of a patron beside the id. */
export async function patronItems(store: Store, patronId: PatronId): Promise<number> {
  return (await erasingWrites(store, patronId, [])).filter(({ isThere }) => isThere).length;
}

/**
 * Takes a patron out of the table: core record with its place in the index of names, reading list, history. Of each medium
 * a tombstone stays, and of each service queue its revision, so that numbers never go back and whatever was read before finds
 * that it was written since. The core record goes first and with as much as fits into one transaction. Repeating it changes
 * nothing; whoever writes in between makes it look again.
 *
 * @param media of the library: also where there is no record yet none comes by a write that was under way
 */
export async function erasePatron(store: Store, patronId: PatronId, media: readonly string[]): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const writes = await erasingWrites(store, patronId, media);
    if (writes.length === 0) return;
    for (const some of slices(writes, mostTogether)) {
      if (!(await store.table.write(...some.map(({ write }) => write))).done) break;
    }
  }
  throw new Error("Records of a patron kept changing while they were erased");
}

/** A write that erases, and whether there is something to erase: else it only keeps others from writing. */
interface Erasing {
  readonly write: Write;
  readonly isThere: boolean;
}

async function erasingWrites(store: Store, patronId: PatronId, media: readonly string[]): Promise<Erasing[]> {
  const core = patronKey(store, patronId);
  const writes: Erasing[] = [];
  const add = (write: Write, isThere = true) => writes.push({ write, isThere });
  if ((await store.table.get(core)) !== undefined) add({ delete: core });
  const records = await allUnder(store, mediumRecordKey(store, patronId, "").pk, `${core.sk}#`);
  const own = await allUnder(store, ownPartition(store, patronId));
  const held = records.map((item) => String(item["sk"]).slice(mediumRecordKey(store, patronId, "").sk.length));
  for (const medium of new Set([...held, ...media])) {
    const found = records[held.indexOf(medium)];
    if (found === undefined || !isTombstone(found)) {
      add(tombstone(store, patronId, medium, found), found !== undefined);
    }
  }
  const queues = own.filter(isQueue);
  for (const item of own) if (!isQueue(item)) add({ delete: { pk: String(item["pk"]), sk: String(item["sk"]) } });
  const queued = queues.map((item) => String(item["sk"]).slice(queuePrefix.length));
  for (const medium of new Set([...queued, ...held, ...media])) {
    const found = queues[queued.indexOf(medium)];
    if (found === undefined || !isEmpty(found)) {
      add(emptied(store, patronId, medium, found), found !== undefined);
    }
  }
  return writes;
}

async function allUnder(store: Store, pk: string, begins?: string): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of store.table.queryAll({ pk, ...(begins !== undefined && { begins }) })) found.push(item);
  return found;
}

/** What a tombstone is made of: nothing else of a record stays. */
const ofTombstones = new Set(["pk", "sk", "medium", "version", "removed", formatField]);

function isTombstone(item: Item): boolean {
  return item["removed"] === true && Object.keys(item).every((name) => ofTombstones.has(name));
}

function tombstone(store: Store, patronId: PatronId, medium: string, found: Item | undefined): Write {
  const version = Number(found?.["version"] ?? 0);
  const asRead: Condition =
    found === undefined
      ? ifAbsent
      : { expression: "#version = :version", names: { "#version": "version" }, values: { ":version": version } };
  return {
    put: { ...mediumRecordKey(store, patronId, medium), medium, version: version + 1, removed: true },
    if: asRead,
  };
}

const queuePrefix = "QUEUE#";

function isQueue(item: Item): boolean {
  return String(item["sk"]).startsWith(queuePrefix);
}

function isEmpty({ content, filledAt, filledBy }: Item): boolean {
  return content === emptyQueue.content && filledAt === undefined && filledBy === undefined;
}

function emptied(store: Store, patronId: PatronId, medium: string, found: Item | undefined): Write {
  const revision = Number(found?.["revision"] ?? 0);
  return {
    put: { ...queueKey(store, patronId, medium), ...emptyQueue, revision: revision + 1 },
    if: found === undefined ? ifAbsent : ifRevision(revision),
  };
}
