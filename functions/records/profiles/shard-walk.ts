import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { keptPatronIdSchema, type PatronId, patronIdSchema } from "#domain/ids";
import { patronKey, shardKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem, Table } from "#records/store/table";

/** A core record with its medium records as they are stored; removed ones are left out. */
export interface RawPatron {
  readonly patronId: PatronId;
  readonly core: RawItem;
  readonly media: RawItem[];
}

interface Page {
  readonly items: RawItem[];
  readonly next: RawItem | undefined;
}

/**
 * Reads every patron of a shard, one page of DynamoDB (1 MB) at a time, with the next one under way meanwhile: memory does
 * not grow with the library. Reads are eventually consistent, at half the price: a query tells how a library stood, and
 * what is written later is decided on what planning and applying read.
 */
export async function* walkShard(store: Store, shard: number): AsyncGenerator<RawPatron[]> {
  const pk = shardKey(store, shard);
  let pending: Promise<Page> | undefined = readPage(store.table, pk, undefined);
  let open: RawPatron | undefined;
  try {
    while (pending !== undefined) {
      const { items, next }: Page = await pending;
      pending = next && readPage(store.table, pk, next);
      const patrons: RawPatron[] = [];
      for (const item of items) {
        const begun = group(item, open);
        if (begun !== undefined && open !== undefined) patrons.push(open);
        open = begun ?? open;
      }
      if (pending === undefined && open !== undefined) patrons.push(open);
      yield patrons;
    }
  } finally {
    await Promise.allSettled([pending]);
  }
}

/** Reads one patron with its medium records; undefined where there is none, also for texts that no id can be. */
export async function readPatron(store: Store, text: string): Promise<RawPatron | undefined> {
  const { data: patronId } = patronIdSchema.safeParse(text);
  if (patronId === undefined) return undefined;
  const { pk, sk } = patronKey(store, patronId);
  const { Items = [] } = await store.table.client.send(
    new QueryCommand({
      TableName: store.table.name,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :core AND :last",
      // "$" is the character after "#": this spans the core record and everything under it, and nobody else's
      ExpressionAttributeValues: { ":pk": { S: pk }, ":core": { S: sk }, ":last": { S: `${sk}$` } },
    }),
  );
  let patron: RawPatron | undefined;
  for (const item of Items) patron = group(item, patron) ?? patron;
  return patron;
}

/** Adds a medium record to the patron it follows, or begins the next patron. */
function group(item: RawItem, open: RawPatron | undefined): RawPatron | undefined {
  const sk = item.sk?.S ?? "";
  const end = sk.indexOf("#", corePrefix.length);
  if (end === -1) return { patronId: keptPatronIdSchema.parse(sk.slice(corePrefix.length)), core: item, media: [] };
  const isOfOpen = open !== undefined && sk.startsWith(open.patronId, corePrefix.length) && isWholeId(open, end);
  if (isOfOpen && item.removed?.BOOL !== true) open.media.push(item);
  return undefined;
}

const corePrefix = "PATRON#";

function isWholeId(patron: RawPatron, end: number): boolean {
  return end - corePrefix.length === patron.patronId.length;
}

async function readPage({ client, name }: Table, pk: string, after: RawItem | undefined): Promise<Page> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: pk } },
      ...(after !== undefined && { ExclusiveStartKey: after }),
    }),
  );
  return { items: Items, next: LastEvaluatedKey };
}
