import { z } from "zod";
import { type BatchUpdateId, batchUpdateIdSchema, keptPatronIdSchema, type PatronId } from "#domain/ids";
import { queueFunctionNames } from "#domain/library";
import { type QueueEntry, queueEntryStatuses } from "#domain/queue/service-queue";
import { queueKey } from "#records/store/keys";
import { type ItemWrite, type StatementAnswer, writeItems } from "#records/store/statements";
import type { Store } from "#records/store/store";
import { ifAbsent, ifRevision, type RawItem, type Write } from "#records/store/table";

/** How a fill that a batch update asked for was settled for good, so that a doubled or late message does nothing. */
const settlementSchema = z.object({
  as: z.enum(["FILLED", "WITHDRAWN"]),
  at: z.string(),
  /** Entries that the fill added. */
  added: z.number().int().min(0).default(0),
});
type Settlement = z.infer<typeof settlementSchema>;

/** A patron's service queue in one medium, as it is kept. */
export interface ServiceQueue {
  readonly entries: readonly QueueEntry[];
  /** By batch update. */
  readonly settled: Readonly<Record<string, Settlement>>;
  /** Grows with each write; 0 where there is no queue yet. */
  readonly revision: number;
  readonly filledAt?: string;
  /** The batch update whose fill was the last one. */
  readonly filledBy?: BatchUpdateId;
}

export const noQueue: ServiceQueue = { entries: [], settled: {}, revision: 0 };

/** Settlements kept on a queue. The oldest go: their messages have long left the queue and its dead letters (14 days). */
const mostSettlements = 50;

const rowSchema = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.enum(queueFunctionNames),
  z.string(),
  z.enum(queueEntryStatuses),
  z.int().min(0).nullable(),
]);
/** Entries as rows, for the names of their fields would be most of an item that is billed by its size. */
const contentSchema = z.object({
  rows: z.array(rowSchema),
  /** Batch updates that the rows' last column points to. */
  batches: z.array(batchUpdateIdSchema),
  settled: z.record(z.string(), settlementSchema),
});

/** @throws if the item is not one that {@link writeQueues} wrote */
export function decodeQueue(item: RawItem | undefined): ServiceQueue {
  if (item === undefined) return noQueue;
  const { rows, batches, settled } = contentSchema.parse(JSON.parse(item.content?.S ?? ""));
  const filledAt = item.filledAt?.S;
  const filledBy = batchUpdateIdSchema.optional().parse(item.filledBy?.S);
  return {
    entries: rows.map(([titleId, title, author, selectType, source, status, place]) => {
      const batchUpdateId = place === null ? undefined : batches[place];
      return {
        titleId,
        title,
        author,
        selectType,
        source,
        status,
        ...(batchUpdateId !== undefined && { batchUpdateId }),
      };
    }),
    settled,
    revision: Number(item.revision?.N),
    ...(filledAt !== undefined && { filledAt }),
    ...(filledBy !== undefined && { filledBy }),
  };
}

function encodeContent({ entries, settled }: ServiceQueue): string {
  const batches: BatchUpdateId[] = [];
  const placeOf = (batchUpdateId: BatchUpdateId | undefined) => {
    if (batchUpdateId === undefined) return null;
    const known = batches.indexOf(batchUpdateId);
    return known >= 0 ? known : batches.push(batchUpdateId) - 1;
  };
  const rows = entries.map((entry): z.infer<typeof rowSchema> => {
    const { titleId, title, author, selectType, source, status, batchUpdateId } = entry;
    return [titleId, title, author, selectType, source, status, placeOf(batchUpdateId)];
  });
  const newest = Object.entries(settled).sort(([, a], [, b]) => (a.at < b.at ? 1 : -1));
  return JSON.stringify({ rows, batches, settled: Object.fromEntries(newest.slice(0, mostSettlements)) });
}

/** What stays of the queue of a patron who was erased, beside its revision. */
export const emptyQueue = { content: encodeContent(noQueue), size: 0 };

/** Entries that count against maxServiceQueueSize: those not SENT. */
function queueSize(entries: readonly QueueEntry[]): number {
  return entries.filter((entry) => entry.status !== "SENT").length;
}

export async function loadQueue(store: Store, patronId: PatronId, medium: string) {
  const [item] = await store.table.batchGetRaw([queueKey(store, patronId, medium)]);
  return decodeQueue(item);
}

/** The queues of patrons in one medium, by patron id; patrons without a queue are missing. */
export async function loadQueues(
  store: Store,
  medium: string,
  patronIds: readonly PatronId[],
): Promise<Map<PatronId, ServiceQueue>> {
  const items = await store.table.batchGetRaw(patronIds.map((patronId) => queueKey(store, patronId, medium)));
  return new Map(items.map((item) => [queueOwner(item), decodeQueue(item)]));
}

/** Patron id in the partition key `LIB#<library>#PATRON#<id>`. */
function queueOwner(item: RawItem): PatronId {
  return keptPatronIdSchema.parse(item.pk?.S?.split("#")[3] ?? "");
}

/** A queue to write over the revision it was read at. */
export interface QueueWrite {
  readonly patronId: PatronId;
  readonly queue: ServiceQueue;
}

const rounds = 4;

/**
 * Writes queues of one medium, each only if it is still at the revision it was read at. REFUSED and UNKNOWN ones are
 * read again by the caller; their settlements tell what happened. No two writes may name the same patron.
 *
 * @param errors takes the name of the last error by the place of each write that met one
 */
export async function writeQueues(
  store: Store,
  medium: string,
  writes: readonly QueueWrite[],
  errors?: Map<number, string>,
): Promise<StatementAnswer[]> {
  const items = writes.map(({ patronId, queue }): ItemWrite => {
    const { revision, entries, filledAt, filledBy } = queue;
    return {
      key: queueKey(store, patronId, medium),
      counter: "revision",
      expected: revision === 0 ? undefined : revision,
      attributes: {
        content: { S: encodeContent(queue) },
        size: { N: String(queueSize(entries)) },
        ...(filledAt !== undefined && { filledAt: { S: filledAt } }),
        ...(filledBy !== undefined && { filledBy: { S: filledBy } }),
      },
    };
  });
  return await writeItems(store.table, items, { rounds, errors });
}

/**
 * Changes one queue on what it holds at that moment, again and again until nobody came in between.
 *
 * @param change the new queue, or undefined to leave it
 * @param also what is written with it or not at all, given the queue as it was
 * @returns the queue as it stands afterwards
 */
export async function changeQueue(
  store: Store,
  patronId: PatronId,
  medium: string,
  change: (queue: ServiceQueue) => Omit<ServiceQueue, "revision"> | undefined,
  also: (before: ServiceQueue) => Promise<readonly Write[]> = async () => [],
): Promise<ServiceQueue> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const queue = await loadQueue(store, patronId, medium);
    const changed = change(queue);
    if (changed === undefined) return queue;
    const next = { ...changed, revision: queue.revision + 1 };
    const { filledAt, filledBy, revision } = next;
    const item = { content: encodeContent(next), size: queueSize(next.entries), filledAt, filledBy, revision };
    const put = { ...queueKey(store, patronId, medium), ...item };
    const asRead = queue.revision === 0 ? ifAbsent : ifRevision(queue.revision);
    const { done } = await store.table.write({ put, if: asRead }, ...(await also(queue)));
    if (done) return next;
  }
  throw new Error(`The ${medium} queue of patron ${patronId} could not be written`);
}
