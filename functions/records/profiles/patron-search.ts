import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { keptPatronIdSchema, type OfLibrary, patronIdSchema } from "#domain/ids";
import type { Patron } from "#domain/profile/patron";
import { byCodePoint, folded, searchForm } from "#domain/text";
import { allEnded } from "#platform/side-by-side";
import {
  anyCasePartition,
  inNamesKey,
  type NameKind,
  namesPartition,
  patronKey,
  readingKey,
  shardKey,
  shardNumbers,
} from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";
import { decodePatron, isPatronItem } from "./patrons.ts";

export interface PatronPage {
  readonly items: readonly Patron[];
  /** Where the next page goes on. */
  readonly next?: string;
}

/**
 * Patrons whose id is `q` without case, then those whose last name begins with it, then those whose first name does,
 * without case and accents; each once, the named ones in the order of these names. The index behind it follows the records
 * within moments, not at once.
 */
export async function searchPatrons(
  store: Store,
  q: string,
  limit: number,
  after: string | undefined,
): Promise<PatronPage> {
  const ways = waysTo(q);
  const { ids, way: first, from } = placeOf(after);
  const withId = ids === undefined ? [] : await patronsWithId(store, q);
  const items = withId.slice(ids, (ids ?? 0) + limit);
  if (ids !== undefined && ids + limit < withId.length) return { items, next: `i${ids + limit}` };
  const isWithId = ({ patronId }: Patron) => patronId.toLowerCase() === q.toLowerCase();
  for (let way = first, start = from; way < ways.length; way++, start = undefined) {
    if (items.length >= limit) return { items, next: `${way}` };
    const { found, next } = await namedPage(store, ways[way] ?? noWay, limit - items.length, start);
    items.push(...found.filter((patron) => !isWithId(patron)));
    if (next !== undefined) return { items, next: `${way}${next}` };
  }
  return { items };
}

/** Where a page begins: among those with the id, or on one of the walks, at its beginning or after an entry. */
function placeOf(after = "i0") {
  const [, ids] = /^i(\d+)$/.exec(after) ?? [];
  if (ids !== undefined) return { ids: Number(ids), way: 0, from: undefined };
  return { ids: undefined, way: Number(after.slice(0, 1)), from: after.length > 1 ? after.slice(1) : undefined };
}

/** One walk through the index. */
interface Way {
  readonly kind: NameKind;
  /** What the entries begin with. */
  readonly beginning: string;
  /** Whether a patron found here is not among those of an earlier way. */
  readonly isNew: (patron: Patron) => boolean;
}

const noWay: Way = { kind: "last", beginning: "", isNew: () => false };

/** Walks by last name, by last name as earlier versions wrote it (with accents) until its next import, by first name. */
function waysTo(q: string): Way[] {
  const beginning = searchForm(q);
  const accented = folded(q);
  const isByLast = ({ lastName }: Patron) => searchForm(lastName).startsWith(beginning);
  const byLast: Way = { kind: "last", beginning, isNew: isByLast };
  const before: Way = { kind: "last", beginning: accented, isNew: isByLast };
  const isByFirst = ({ firstName = "" }: Patron) => searchForm(firstName).startsWith(beginning);
  const byFirst: Way = { kind: "first", beginning, isNew: (patron) => isByFirst(patron) && !isByLast(patron) };
  return accented === beginning ? [byLast, byFirst] : [byLast, before, byFirst];
}

/** Entries of one walk from a place on, as far as a page has room; a very long beginning is compared with whole names. */
async function namedPage(store: Store, { kind, beginning, isNew }: Way, limit: number, after: string | undefined) {
  if (beginning === "" || limit < 1) return { found: [], next: undefined };
  const pk = namesPartition(store, beginning, kind);
  const { Items = [], LastEvaluatedKey } = await store.table.client.send(
    new QueryCommand({
      TableName: store.table.name,
      IndexName: "names",
      KeyConditionExpression: "namesPk = :pk AND begins_with(namesSk, :beginning)",
      ExpressionAttributeValues: marshall({ ":pk": pk, ":beginning": inNamesKey(beginning) }),
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: startKey(store, kind, pk, after) }),
    }),
  );
  const found = await patronsOf(store, Items.map(idOf));
  const last = Items.at(-1)?.namesSk?.S;
  return { found: found.filter(isNew), next: LastEvaluatedKey === undefined ? undefined : last };
}

function idOf(item: RawItem): string {
  return item["namesSk"]?.S?.split("\0")[2] ?? "";
}

function startKey(of: OfLibrary, kind: NameKind, namesPk: string, namesSk: string): RawItem {
  const patronId = keptPatronIdSchema.parse(namesSk.split("\0")[2] ?? "");
  const { pk, sk } = kind === "last" ? patronKey(of, patronId) : readingKey(of, patronId);
  return marshall({ namesPk, namesSk, pk, sk });
}

/** Several ids may differ in case alone: the one that was typed comes first. */
async function patronsWithId(store: Store, q: string): Promise<Patron[]> {
  const small = q.toLowerCase();
  if (!patronIdSchema.safeParse(q).success) return [];
  const { Items = [] } = await store.table.client.send(
    new QueryCommand({
      TableName: store.table.name,
      IndexName: "names",
      KeyConditionExpression: "namesPk = :pk AND begins_with(namesSk, :id)",
      ExpressionAttributeValues: marshall({ ":pk": anyCasePartition(store, small), ":id": `${small}\0` }),
      Limit: mostInAnyCase,
    }),
  );
  return await patronsOf(store, [...new Set([q, q.toUpperCase(), small, ...Items.map(idOf)])]);
}

/** Patrons whose ids differ in case alone that a search shows. */
const mostInAnyCase = 20;

/** Core records in the order of the ids; ids of nobody are left out, and so are names the index is behind with. */
async function patronsOf(store: Store, ids: readonly string[]): Promise<Patron[]> {
  const asked = ids.flatMap((id) => patronIdSchema.safeParse(id).data ?? []);
  const items = await store.table.batchGetRaw(asked.map((id) => patronKey(store, id)));
  const found = new Map(items.map((item) => [item.patronId?.S, decodePatron(item)]));
  return asked.flatMap((id) => found.get(id) ?? []);
}

/** All patrons of a library by id. Each page looks into every shard, and reads no further than it must. */
export async function listPatrons(store: Store, limit: number, after: string | undefined): Promise<PatronPage> {
  const shards = await allEnded(
    shardNumbers.map(async (shard) => {
      const ids = patronsOfShard(store, shard, after, limit);
      return { patrons: ids, head: (await ids.next()).value };
    }),
  );
  const items: Patron[] = [];
  while (items.length < limit) {
    let first: (typeof shards)[number] | undefined;
    for (const shard of shards) {
      if (shard.head === undefined) continue;
      if (first?.head === undefined || byCodePoint(shard.head.patronId, first.head.patronId) < 0) first = shard;
    }
    if (first?.head === undefined) return { items };
    items.push(first.head);
    first.head = (await first.patrons.next()).value;
  }
  const last = items.at(-1);
  const more = shards.some((shard) => shard.head !== undefined);
  return { items, ...(more && last !== undefined && { next: last.patronId }) };
}

/** Items that a page asks each shard for: a patron's share of a page with some medium records each. Few shards hold more. */
export function itemsOfShard(limit: number): number {
  return Math.ceil(limit / shardNumbers.length) * 3;
}

/** Core records of a shard after an id, with the medium records between them passed over. */
async function* patronsOfShard(
  store: Store,
  shard: number,
  after: string | undefined,
  limit: number,
): AsyncGenerator<Patron, undefined> {
  const pk = shardKey(store, shard);
  const pageSize = itemsOfShard(limit);
  // "~" sorts after every character of the medium records' keys: what follows is the next patron.
  let start: RawItem | undefined = after === undefined ? undefined : marshall({ pk, sk: `PATRON#${after}#~` });
  do {
    const { Items = [], LastEvaluatedKey } = await store.table.client.send(
      new QueryCommand({
        TableName: store.table.name,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :patron)",
        ExpressionAttributeValues: marshall({ ":pk": pk, ":patron": "PATRON#" }),
        ConsistentRead: true,
        Limit: pageSize,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of Items) if (isPatronItem(item)) yield decodePatron(item);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return undefined;
}
