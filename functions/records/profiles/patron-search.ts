import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { keptPatronIdSchema, type OfLibrary, patronIdSchema } from "#domain/ids";
import type { Patron } from "#domain/profile/patron";
import { byCodePoint, folded } from "#domain/text";
import { allEnded } from "#platform/side-by-side";
import { inNamesKey, namesPartition, patronKey, shardKey, shardNumbers } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";
import { decodePatron, isPatronItem } from "./patrons.ts";

export interface PatronPage {
  readonly items: readonly Patron[];
  /** Where the next page goes on. */
  readonly next?: string;
}

/**
 * Patrons whose id is `q` or whose last name begins with it, without case: the one with that id first, then by name.
 * The index behind it follows the records within moments, not at once.
 */
export async function searchPatrons(
  store: Store,
  q: string,
  limit: number,
  after: string | undefined,
): Promise<PatronPage> {
  const beginning = folded(q);
  const byId = after === undefined ? await patronsOf(store, [q]) : [];
  const pk = namesPartition(store, beginning);
  const { Items = [], LastEvaluatedKey } = await store.table.client.send(
    new QueryCommand({
      TableName: store.table.name,
      IndexName: "names",
      KeyConditionExpression: "namesPk = :pk AND begins_with(namesSk, :beginning)",
      ExpressionAttributeValues: marshall({ ":pk": pk, ":beginning": inNamesKey(beginning) }),
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: startKey(store, pk, after) }),
    }),
  );
  const ids = Items.map((item) => item.namesSk?.S?.split("\0")[2] ?? "").filter((id) => id !== q);
  const patrons = await patronsOf(store, ids);
  // Very long names are cut in the index, so the rest of a very long beginning is compared here.
  const named = patrons.filter((patron) => folded(patron.lastName).startsWith(beginning));
  const last = Items.at(-1)?.namesSk?.S;
  return {
    items: [...byId, ...named],
    ...(LastEvaluatedKey !== undefined && last !== undefined && { next: last }),
  };
}

function startKey(of: OfLibrary, namesPk: string, namesSk: string): RawItem {
  const { pk, sk } = patronKey(of, keptPatronIdSchema.parse(namesSk.split("\0")[2] ?? ""));
  return marshall({ namesPk, namesSk, pk, sk });
}

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
