import { z } from "zod";
import { type EventStatus, type EventType, eventEnds, eventStatusSchema, eventTypes } from "#domain/event";
import type { OfLibrary } from "#domain/ids";
import { openClock } from "#platform/clock";
import { backOff } from "#platform/pause";
import { readItem } from "#records/store/format";
import { eventsPartition } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Item, ifAbsent, type Write, type WriteOutcome } from "#records/store/table";

const storedSchema = z.object({
  sk: z.string(),
  at: z.string(),
  type: z.enum(eventTypes),
  subject: z.string(),
  status: eventStatusSchema,
  expiresAt: z.number(),
});

/** A change of state that is told: ids alone, no patron data. */
export interface Told {
  readonly type: EventType;
  /** As in the audit, such as `batch-updates/01k2...`. */
  readonly subject: string;
  readonly status: EventStatus;
}

const lastSchema = z.object({ last: z.number().int() });
/** Sorts behind every event. */
const lastKey = "LAST";
const firstLetter = "E#";
/** Changes of state of one library meet only now and then: this is far more than any has to wait for. */
const mostTries = 60;

const clock = openClock();

/**
 * Writes that stand or fall together, and what is told of them among them. Events of a library are numbered one after the
 * other without a gap, each by the transaction that makes it true: whoever has read up to a number has missed nothing, for
 * no lower one can come later. Where two changes meet, one is tried again with the next number.
 */
export async function writeTelling(
  store: Pick<Store, "table" | "library">,
  told: readonly Told[],
  ...writes: readonly Write[]
): Promise<WriteOutcome> {
  const { table } = store;
  const itemKey = { pk: eventsPartition(store), sk: lastKey };
  for (let attempt = 0; ; attempt++) {
    const item = await table.get(itemKey);
    const last = item === undefined ? 0 : readItem(lastSchema, item).last;
    const isAsRead =
      item === undefined
        ? ifAbsent
        : { expression: "#last = :last", names: { "#last": "last" }, values: { ":last": last } };
    const outcome = await table.write(
      ...writes,
      { put: { ...itemKey, last: last + told.length }, if: isAsRead },
      ...told.map((one, i) => ({ put: eventItem(store, last + 1 + i, one), if: ifAbsent })),
    );
    if (outcome.done) return outcome;
    const refused = outcome.refused.filter((place) => place < writes.length);
    if (refused.length > 0) return { done: false, refused };
    if (attempt >= mostTries) throw new Error(`Another change of state was told before, ${mostTries} times in turn`);
    await backOff(Math.min(attempt, 5), 25);
  }
}

function eventItem(of: OfLibrary, number: number, told: Told) {
  const at = clock().toISOString();
  return {
    pk: eventsPartition(of),
    sk: `${firstLetter}${eventId(number)}`,
    at,
    ...told,
    expiresAt: eventEnds(at),
  };
}

function eventId(number: number): string {
  return String(number).padStart(12, "0");
}

function isOver(item: Item | undefined, now: Date): boolean {
  return item === undefined || Number(item["expiresAt"]) <= now.getTime() / 1000;
}

/** The key of the last event that has ended: they are numbered in the order in which they end. */
async function lastOver(store: Store, now: Date): Promise<string> {
  const pk = eventsPartition(store);
  const keyOf = (number: number) => `${firstLetter}${eventId(number)}`;
  const item = await store.table.get({ pk, sk: lastKey });
  let over = 0;
  let kept = (item === undefined ? 0 : readItem(lastSchema, item).last) + 1;
  while (kept - over > 1) {
    const middle = Math.floor((over + kept) / 2);
    if (isOver(await store.table.get({ pk, sk: keyOf(middle) }), now)) over = middle;
    else kept = middle;
  }
  return keyOf(over);
}

/** One page of what was told after an event, in the order in which it came true. What has ended is not told any more. */
export async function listEvents(store: Store, limit: number, after: string | undefined, now: Date) {
  const pk = eventsPartition(store);
  const from = after === undefined ? {} : { after: `${firstLetter}${after}` };
  const query = { pk, begins: firstLetter, limit };
  const asked = await store.table.queryPage({ ...query, ...from });
  // Where the table keeps what has ended, as on one machine, it would be read page by page, all of it and in vain.
  const isVain = asked.next !== undefined && asked.items.every((item) => isOver(item, now));
  const page = isVain ? await store.table.queryPage({ ...query, after: await lastOver(store, now) }) : asked;
  const events = await readableItems(page.items, (item) => readItem(storedSchema, item));
  const kept = events.filter((event) => !isOver(event, now));
  return {
    items: kept.map(({ sk, expiresAt: _, ...event }) => ({ eventId: sk.slice(firstLetter.length), ...event })),
    next: page.next?.slice(firstLetter.length),
  };
}
