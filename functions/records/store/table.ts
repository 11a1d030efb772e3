import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import type { Sender } from "./fence.ts";
import { firstFormat, formatField } from "./format.ts";
import type { Key } from "./keys.ts";

/** An item as plain values. Read it by `readItem` before use: the table is an edge. */
export type Item = Record<string, unknown>;
export type RawItem = Record<string, AttributeValue>;

/** A condition on the stored item, such as `{ expression: "revision = :r", values: { ":r": 3 } }`. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, unknown>;
}

export type Write =
  | { readonly put: Item & Key; readonly if?: Condition }
  | { readonly set: Item; readonly remove?: readonly string[]; readonly key: Key; readonly if?: Condition }
  | { readonly delete: Key; readonly if?: Condition }
  /** Writes nothing: holds a transaction back where the condition does not hold. */
  | { readonly check: Key; readonly if: Condition };

/** `refused` holds the places of the writes whose conditions did not hold; then nothing was written. */
export type WriteOutcome = { readonly done: true } | { readonly done: false; readonly refused: readonly number[] };

export interface QueryOptions {
  readonly pk: string;
  readonly begins?: string;
  readonly after?: string | undefined;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

export interface Table {
  readonly client: Sender;
  readonly name: string;
  get(key: Key): Promise<Item | undefined>;
  /** Writes that stand or fall together, at most 100. Retried by the SDK under one token, so applied once. */
  write(...writes: Write[]): Promise<WriteOutcome>;
  /** One page in the order of `sk`; `next` is the `sk` to go on after. */
  queryPage(options: QueryOptions): Promise<{ items: Item[]; next?: string }>;
  queryAll(options: QueryOptions): AsyncGenerator<Item>;
  /** Items by key, any number, in no order, as the raw attributes: the hot paths decode only what they need. */
  batchGetRaw(keys: readonly Key[], attributes?: readonly string[]): Promise<RawItem[]>;
  batchGet(keys: readonly Key[]): Promise<Item[]>;
}

const marshallOptions = { removeUndefinedValues: true };
const longestBatchGet = 100;
/** As many as a chunk of any job asks for together; more wait, so that no list takes every connection. */
const getsAtOnce = 20;
const absent: Condition = { expression: "attribute_not_exists(pk)" };
const present: Condition = { expression: "attribute_exists(pk)" };

export const ifAbsent = absent;
export const ifPresent = present;

/** Holds where the item is still as it was read: every kept thing that several may change carries a `revision`. */
export function ifRevision(revision: number): Condition {
  return { expression: "revision = :revision", values: { ":revision": revision } };
}

/** As {@link ifRevision}, for what was also kept at a time when its changes were not counted: it has revision 0. */
export function ifKeptAs(revision: number): Condition {
  return revision === 0
    ? { expression: "attribute_exists(pk) AND attribute_not_exists(revision)" }
    : ifRevision(revision);
}

/**
 * Reads are strongly consistent: after an answer the next read shows the new state.
 *
 * @param options.mostCollisions how often a transaction is tried again that met another one on an item
 */
export function createTable(
  client: Sender,
  name: string,
  { mostCollisions = 8 }: { readonly mostCollisions?: number } = {},
): Table {
  const table: Table = {
    client,
    name,
    async get(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshall(key), ConsistentRead: true }),
      );
      return Item && unmarshall(Item);
    },
    async write(...writes) {
      const [only] = writes;
      return writes.length === 1 && only !== undefined && !("check" in only)
        ? await writeOne(client, name, only)
        : await writeTogether(client, name, writes, mostCollisions);
    },
    async queryPage({ pk, begins, after, limit, newestFirst = false }) {
      const sortCondition = begins === undefined ? "" : " AND begins_with(sk, :begins)";
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: name,
          KeyConditionExpression: `pk = :pk${sortCondition}`,
          ExpressionAttributeValues: marshall({ ":pk": pk, ...(begins !== undefined && { ":begins": begins }) }),
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          ...(limit !== undefined && { Limit: limit }),
          ...(after !== undefined && { ExclusiveStartKey: marshall({ pk, sk: after }) }),
        }),
      );
      const next = LastEvaluatedKey && unmarshall(LastEvaluatedKey)["sk"];
      return { items: Items.map((item) => unmarshall(item)), ...(next !== undefined && { next: String(next) }) };
    },
    async *queryAll(options) {
      let after = options.after;
      do {
        const page = await table.queryPage({ ...options, after });
        yield* page.items;
        after = page.next;
      } while (after !== undefined);
    },
    async batchGetRaw(keys, attributes) {
      const found = await sideBySide(slices(keys, longestBatchGet), getsAtOnce, (some) =>
        batchGetOnce(client, name, some, attributes),
      );
      return found.flat();
    },
    async batchGet(keys) {
      return (await table.batchGetRaw(keys)).map((item) => unmarshall(item));
    },
  };
  return table;
}

/** An item as it is kept: with its format, which is the first one unless its writer says otherwise. */
function stored(item: Item): RawItem {
  return marshall({ [formatField]: firstFormat, ...item }, marshallOptions);
}

async function writeOne(client: Sender, name: string, write: Exclude<Write, { check: Key }>): Promise<WriteOutcome> {
  const input = { TableName: name, ...conditionInput(write.if) };
  try {
    if ("put" in write) {
      await client.send(new PutItemCommand({ ...input, Item: stored(write.put) }));
    } else if ("delete" in write) {
      await client.send(new DeleteItemCommand({ ...input, Key: marshall(write.delete) }));
    } else {
      await client.send(new UpdateItemCommand({ TableName: name, ...updateInput(write) }));
    }
    return { done: true };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { done: false, refused: [0] };
    throw error;
  }
}

async function writeTogether(
  client: Sender,
  name: string,
  writes: readonly Write[],
  mostCollisions: number,
): Promise<WriteOutcome> {
  const TransactItems = writes.map((write): TransactWriteItem => {
    if ("put" in write) {
      return { Put: { TableName: name, Item: stored(write.put), ...conditionInput(write.if) } };
    }
    if ("delete" in write) {
      return { Delete: { TableName: name, Key: marshall(write.delete), ...conditionInput(write.if) } };
    }
    if ("check" in write) {
      const { ConditionExpression = "", ...input } = conditionInput(write.if);
      return { ConditionCheck: { TableName: name, Key: marshall(write.check), ConditionExpression, ...input } };
    }
    return { Update: { TableName: name, ...updateInput(write) } };
  });
  for (let attempt = 0; ; attempt++) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { done: true };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
      const refused = reasons.flatMap((code, place) => (code === "ConditionalCheckFailed" ? [place] : []));
      if (refused.length > 0) return { done: false, refused };
      // Another transaction was at work on one of the items. The SDK does not retry these by itself.
      const collided = reasons.some((code) => code === "TransactionConflict" || code === "ThrottlingError");
      if (!collided || attempt >= mostCollisions) throw error;
      await backOff(attempt, 25);
    }
  }
}

async function batchGetOnce(
  client: Sender,
  name: string,
  keys: readonly Key[],
  attributes: readonly string[] | undefined,
): Promise<RawItem[]> {
  const found: RawItem[] = [];
  let Keys = keys.map(({ pk, sk }): RawItem => ({ pk: { S: pk }, sk: { S: sk } }));
  const projection = attributes && {
    ProjectionExpression: attributes.map((_, i) => `#a${i}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((attribute, i) => [`#a${i}`, attribute])),
  };
  for (let attempt = 0; Keys.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt, 25);
    if (attempt > 10) throw new Error("DynamoDB left keys of a BatchGetItem unprocessed eleven times");
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true, ...projection } } }),
    );
    found.push(...(Responses?.[name] ?? []));
    Keys = UnprocessedKeys?.[name]?.Keys ?? [];
  }
  return found;
}

function conditionInput(condition: Condition | undefined): {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: RawItem;
} {
  if (condition === undefined) return {};
  const { expression, names, values } = condition;
  return {
    ConditionExpression: expression,
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: marshall(values, marshallOptions) }),
  };
}

function updateInput(write: Extract<Write, { set: Item }>) {
  const sets = Object.entries(write.set).filter(([, value]) => value !== undefined);
  const removes = write.remove ?? [];
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.map((_, i) => `#s${i} = :s${i}`).join(", ")}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.map((_, i) => `#r${i}`).join(", ")}`] : []),
  ];
  const values = { ...Object.fromEntries(sets.map(([, value], i) => [`:s${i}`, value])), ...write.if?.values };
  return {
    Key: marshall(write.key),
    UpdateExpression: clauses.join(" "),
    ExpressionAttributeNames: {
      ...Object.fromEntries(sets.map(([name], i) => [`#s${i}`, name])),
      ...Object.fromEntries(removes.map((name, i) => [`#r${i}`, name])),
      ...write.if?.names,
    },
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values, marshallOptions) }),
    ...(write.if !== undefined && { ConditionExpression: write.if.expression }),
  };
}
