import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LibraryId } from "#domain/ids";
import { Cache } from "#platform/cache";
import { librariesPartition, libraryPrefix, openPartition } from "./keys.ts";

/** What requests to DynamoDB are sent with. */
export type Sender = Pick<DynamoDBClient, "send">;

/** A key of another library, or of none, was about to be used in a library's store. Nothing was sent. */
export class OutsideLibrary extends Error {
  override name = "OutsideLibrary";

  constructor(library: LibraryId, what: string) {
    super(`The store of ${library || "no library"} does not reach ${what}`);
  }
}

/** Whether an item is one of the library's: its partition begins with the library, or it is the library's in a shared one. */
export function isOwnItem(library: LibraryId, { pk, sk }: { readonly pk: string; readonly sk: string }): boolean {
  if (pk === openPartition) return sk.startsWith(`${library}#`);
  if (pk === librariesPartition) return sk === library;
  return pk.startsWith(libraryPrefix({ library }));
}

/** @throws OutsideLibrary where an object, or everything under a prefix, is not the library's */
export function requireOwnObject(library: LibraryId, key: string): void {
  if (!key.startsWith(`${library}/`)) throw new OutsideLibrary(library, `the object ${key}`);
}

/**
 * Sends what names this library's items alone.
 *
 * @throws OutsideLibrary instead of sending anything else, and what it cannot tell the keys of
 */
export function fenced(client: Sender, library: LibraryId): Sender {
  const send = (command: { readonly input: object }, ...rest: unknown[]) => {
    for (const key of keysOf(command.input)) {
      if (!isOwnItem(library, key)) throw new OutsideLibrary(library, `the item ${key.pk} ${key.sk}`);
    }
    return (client.send as (...all: unknown[]) => unknown).call(client, command, ...rest);
  };
  // Safe: it takes and gives back what the client does, whichever of its overloads is called.
  return { send: send as DynamoDBClient["send"] };
}

type Attributes = Record<string, AttributeValue>;
interface Named {
  readonly Key?: Attributes;
  readonly Item?: Attributes;
}

/** Where requests to DynamoDB name items: what the commands have in common, and each its own. */
interface Asked extends Named {
  readonly RequestItems?: Record<string, { readonly Keys?: Attributes[] } | readonly Changed[]>;
  readonly TransactItems?: readonly Readonly<Record<string, Named>>[];
  readonly Statements?: readonly { readonly Statement?: string; readonly Parameters?: AttributeValue[] }[];
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Attributes;
  readonly ExclusiveStartKey?: Attributes;
}
interface Changed {
  readonly PutRequest?: Named;
  readonly DeleteRequest?: Named;
}

/** The keys of every item that a request reads or writes, a beginning of the sort key where it names many. */
function keysOf(input: Asked): { pk: string; sk: string }[] {
  const { Key, Item, RequestItems, TransactItems, Statements, KeyConditionExpression } = input;
  if (KeyConditionExpression !== undefined) return [askedFor(KeyConditionExpression, input), ...startOf(input)];
  if (TransactItems !== undefined) return TransactItems.flatMap((one) => Object.values(one).map(keyOf));
  if (Statements !== undefined) return Statements.map(keyOfStatement);
  if (RequestItems !== undefined) return Object.values(RequestItems).flatMap(keysOfMany);
  if (Key !== undefined || Item !== undefined) return [keyOf(input)];
  throw new Error("A library's store sends no request whose keys it cannot tell");
}

function keyOf({ Key, Item }: Named): { pk: string; sk: string } {
  return textKey(Key ?? Item);
}

function textKey(attributes: Attributes | undefined): { pk: string; sk: string } {
  return { pk: attributes?.pk?.S ?? "", sk: attributes?.sk?.S ?? "" };
}

function keysOfMany(many: { readonly Keys?: Attributes[] } | readonly Changed[]): { pk: string; sk: string }[] {
  if ("Keys" in many) return (many.Keys ?? []).map(textKey);
  return Array.isArray(many) ? many.map((it: Changed) => keyOf(it.PutRequest ?? it.DeleteRequest ?? {})) : [];
}

/** Of the table or of the index `names`, whose partitions begin with the library too. */
function askedFor(condition: string, { ExpressionAttributeValues: values = {} }: Asked): { pk: string; sk: string } {
  const [, partition = ""] = /^\w+ = (:\w+)/.exec(condition) ?? [];
  const [, beginning = ""] = /begins_with\(\w+, (:\w+)\)/.exec(condition) ?? [];
  return { pk: values[partition]?.S ?? "", sk: values[beginning]?.S ?? "" };
}

function startOf({ ExclusiveStartKey }: Asked): { pk: string; sk: string }[] {
  return ExclusiveStartKey === undefined ? [] : [textKey(ExclusiveStartKey)];
}

/** Where among a statement's values the parts of its key stand: asked of every statement, and there are few texts. */
const places = new Cache<{ readonly pk: number; readonly sk: number }>(1000);

/** Of a statement that has a question mark for each value, as those of statements.ts. */
function keyOfStatement({ Statement = "", Parameters = [] }: NonNullable<Asked["Statements"]>[number]) {
  const known = places.get(Statement);
  const { pk, sk } = known ?? {
    pk: placeOf(Statement, /["']pk["'](?::|=) ?\?/),
    sk: placeOf(Statement, /["']sk["'](?::|=) ?\?/),
  };
  if (known === undefined) places.set(Statement, { pk, sk });
  return { pk: Parameters[pk]?.S ?? "", sk: Parameters[sk]?.S ?? "" };
}

function placeOf(statement: string, name: RegExp): number {
  const at = statement.search(name);
  return at < 0 ? -1 : statement.slice(0, at).split("?").length - 1;
}
