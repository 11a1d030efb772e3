import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadPatron } from "#records/profiles/patrons";
import { fenced, OutsideLibrary, type Sender } from "#records/store/fence";
import { heldKey, type Key, libraryPrefix } from "#records/store/keys";
import { createObjects } from "#records/store/objects";
import { writeItems } from "#records/store/statements";
import type { Store } from "#records/store/store";
import { createTable } from "#records/store/table";
import { batchUpdateId, libraryId, patronId } from "#test/ids";

const mine = libraryId("lake");
const theirs = ["lak", "lake2", "lake-shore", "LAKE", "shore", ""];

/** Notes what arrives, and answers nothing. */
function listening() {
  const sent: unknown[] = [];
  const send = async (command: { input: unknown }) => {
    sent.push(command.input);
    return { Items: [], Responses: {} };
  };
  // Safe: a fence calls nothing of a client but `send`, and what gets that far is the finding.
  return { sent, client: { send } as unknown as Sender };
}

const anotherKey: fc.Arbitrary<Key> = fc.constantFrom(...theirs).chain((library) =>
  fc.oneof(
    fc.record({
      pk: fc.constantFrom("SHARD#00", "BATCH_UPDATES", "AUDIT", "").map((rest) => `LIB#${library}#${rest}`),
      sk: fc.string(),
    }),
    fc.string().map((rest) => ({ pk: "OPEN", sk: library === "" ? rest : `${library}#${rest}` })),
    fc.constant({ pk: "LIBRARIES", sk: library }),
    fc.record({ pk: fc.string(), sk: fc.string() }),
  ),
);
const ownKey: fc.Arbitrary<Key> = fc.oneof(
  fc.record({ pk: fc.string().map((rest) => `LIB#lake#${rest}`), sk: fc.string() }),
  fc.string().map((rest) => ({ pk: "OPEN", sk: `lake#${rest}` })),
  fc.constant({ pk: "LIBRARIES", sk: "lake" }),
);

const TableName = "records";
/** Each way in which a request can name items, over the keys that it names. */
const requests: Record<string, (keys: readonly Key[]) => object> = {
  get: ([key]) => new GetItemCommand({ TableName, Key: marshall(key) }),
  put: ([key]) => new PutItemCommand({ TableName, Item: marshall({ ...key, name: "a" }) }),
  update: ([key]) => new UpdateItemCommand({ TableName, Key: marshall(key), UpdateExpression: "SET a = :a" }),
  delete: ([key]) => new DeleteItemCommand({ TableName, Key: marshall(key) }),
  query: ([key]) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :begins)",
      ExpressionAttributeValues: marshall({ ":pk": key?.pk, ":begins": key?.sk }),
    }),
  "batch get": (keys) =>
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys.map((key) => marshall(key)) } } }),
  "batch write": (keys) =>
    new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: keys.map((key, i) =>
          i % 2 === 0 ? { PutRequest: { Item: marshall(key) } } : { DeleteRequest: { Key: marshall(key) } },
        ),
      },
    }),
  transaction: (keys) =>
    new TransactWriteItemsCommand({
      TransactItems: keys.map((key, i) =>
        i % 2 === 0
          ? { Put: { TableName, Item: marshall(key) } }
          : { Update: { TableName, Key: marshall(key), UpdateExpression: "SET a = :a" } },
      ),
    }),
};
const takesMany = new Set(["batch get", "batch write", "transaction"]);
const isMine = ({ pk, sk }: Key) =>
  pk.startsWith("LIB#lake#") || (pk === "OPEN" && sk.startsWith("lake#")) || (pk === "LIBRARIES" && sk === "lake");

describe.each(Object.entries(requests))("a %s of a library's store", (name, requestOf) => {
  test("is not sent where it names an item of another library, wherever it stands", () => {
    fc.assert(
      fc.property(fc.array(ownKey, { maxLength: 3 }), anotherKey, fc.nat(3), (own, other, place) => {
        fc.pre(!isMine(other));
        const keys = takesMany.has(name) ? own.toSpliced(place, 0, other) : [other];
        const { sent, client } = listening();
        const command = requestOf(keys) as Parameters<Sender["send"]>[0];
        expect(() => fenced(client, mine).send(command)).toThrow(OutsideLibrary);
        expect(sent).toEqual([]);
      }),
    );
  });

  test("is sent as it is where every item is the library's", () => {
    fc.assert(
      fc.property(fc.array(ownKey, { minLength: 1, maxLength: 4 }), (own) => {
        const { sent, client } = listening();
        const command = requestOf(own) as Parameters<Sender["send"]>[0];
        void fenced(client, mine).send(command);
        expect(sent).toEqual([command.input]);
      }),
    );
  });
});

test("statements of another library's items are not sent, those of the library's are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(ownKey, anotherKey), fc.boolean(), async (key, isNew) => {
      const { sent, client } = listening();
      const write = { key, counter: "version", expected: isNew ? undefined : 3, attributes: { a: { S: "LIB#lake#" } } };
      const answers = await writeItems({ client: fenced(client, mine), name: TableName }, [write as never], {
        rounds: 1,
      });
      expect(sent.length).toBe(isMine(key) ? 1 : 0);
      if (!isMine(key)) expect(answers).not.toEqual(["WRITTEN"]);
    }),
  );
});

test("a page that goes on in another library is not asked for, nor is what names no key", () => {
  const { sent, client } = listening();
  const query = new QueryCommand({
    TableName,
    KeyConditionExpression: "namesPk = :pk",
    ExpressionAttributeValues: marshall({ ":pk": "LIB#lake#NAMES#a" }),
    ExclusiveStartKey: marshall({ pk: "LIB#shore#SHARD#01", sk: "PATRON#1" }),
  });
  expect(() => fenced(client, mine).send(query)).toThrow(OutsideLibrary);
  expect(() => fenced(client, mine).send(new ScanCommand({ TableName }))).toThrow();
  const statements = new BatchExecuteStatementCommand({ Statements: [{ Statement: 'DELETE FROM "records"' }] });
  expect(() => fenced(client, mine).send(statements)).toThrow(OutsideLibrary);
  expect(sent).toEqual([]);
});

test("an object, or a folder, of another library is not reached in any way", async () => {
  const sent: unknown[] = [];
  // Safe for the same reason: objects call `send` alone, and here nothing may arrive.
  const s3 = { send: async (command: unknown) => void sent.push(command) } as unknown as S3Client;
  const objects = createObjects(s3, "objects", mine);
  const key = fc.oneof(
    fc.constantFrom(...theirs).map((library) => `${library}/query-sets/1`),
    fc.string().filter((text) => !text.startsWith("lake/")),
  );
  await fc.assert(
    fc.asyncProperty(key, async (other) => {
      const own = "lake/imports/1/upload";
      const tries: (() => Promise<unknown>)[] = [
        () => objects.putText(other, "x"),
        () => objects.putJson(other, {}),
        () => objects.getText(other),
        () => objects.getBytes(other),
        () => objects.getStream(other),
        () => objects.putLines(other, ["x"]),
        () => objects.putLinesOnce(other, ["x"]),
        () => objects.putJsonOnce(other, {}),
        () => objects.getLines(other),
        () => objects.getLineBytes(other),
        () => objects.list(other).next(),
        () => objects.has(other),
        () => objects.describe(other),
        () => objects.copy(other, own, "e"),
        () => objects.copy(own, other, "e"),
        () => objects.remove(other),
        () => objects.deleteAll(other),
        () => objects.downloadUrl(other, "x", "text/csv"),
        () => objects.uploadUrl(other, "text/csv"),
      ];
      for (const attempt of tries) await expect(attempt()).rejects.toThrow(OutsideLibrary);
      expect(sent).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("a library's id is none of something else, and a plain text is no library's id", () => {
  const { client } = listening();
  const store: Store = {
    library: mine,
    table: createTable(fenced(client, mine), TableName),
    objects: createObjects({} as S3Client, "objects", mine),
  };
  const notCompiling = async () => {
    // @ts-expect-error: a store is bound to its library, and nobody can name another
    await loadPatron(store, libraryId("shore"), patronId("P1"));
    // @ts-expect-error: a text that nobody parsed
    const other: Store = { ...store, library: "shore" };
    // @ts-expect-error: the library's id is no batch update's
    await loadBatchUpdate(store, mine);
    // @ts-expect-error: a text that nobody parsed
    await loadBatchUpdate(store, "b1");
    // @ts-expect-error: a batch update's id is no library's
    libraryPrefix({ library: batchUpdateId("b1") });
    // @ts-expect-error: a batch update's id is no patron's
    await loadPatron(store, batchUpdateId("b1"));
    // @ts-expect-error: the library's id is no patron's
    await loadPatron(store, mine);
    // @ts-expect-error: a patron's id is no batch update's
    await loadBatchUpdate(store, patronId("P1"));
    // @ts-expect-error: one in the other's place
    heldKey(store, batchUpdateId("b1"), patronId("P1"));
    return other;
  };
  expect(notCompiling).toBeTypeOf("function");
});
