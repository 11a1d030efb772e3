import { Readable } from "node:stream";
import { DeleteObjectsCommand, GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sideBySide } from "#platform/side-by-side";
import { createObjects, type Objects } from "#records/store/objects";
import { libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

const library = libraryId("piedmont");
let objects: Objects;
let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
  objects = stores.of(library).objects;
});
afterAll(async () => await stores.close());

async function put(folder: string, many: number): Promise<void> {
  const names = Array.from({ length: many }, (_, n) => `${folder}/${n}`);
  await sideBySide(names, 32, async (name) => await objects.putText(name, "x"));
}

async function left(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix)) keys.push(key);
  return keys;
}

describe("Deleting all objects of a prefix", () => {
  test.each([0, 1, 1000, 2001])("takes every one of %d, and none beside them", async (many) => {
    const folder = `${library}/all-${many}`;
    await put(`${folder}/runs`, many);
    await put(`${folder}/runs-of-others`, 1);

    expect(await objects.deleteAll(`${folder}/runs/`)).toBe(many);
    expect(await left(folder)).toEqual([`${folder}/runs-of-others/0`]);
    expect(await objects.deleteAll(`${folder}/runs/`)).toBe(0);
  });

  test("one that is refused is told by its code, and the others are gone all the same", async () => {
    await put(`${library}/refused`, 3);
    const refusing = refusingOne(objects, `${library}/refused/1`);

    await expect(refusing.deleteAll(`${library}/refused/`)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(await left(`${library}/refused/`)).toEqual([`${library}/refused/1`]);
    expect(await objects.deleteAll(`${library}/refused/`)).toBe(1);
  });
});

test("Whatever writes an object says for how long it is kept at most, also in place of another", async () => {
  const key = `${library}/imports/1/chunks/0.jsonl`;
  const keptFor = async (at = key) => {
    const { client, bucket: Bucket } = objects;
    const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket, Key: at }));
    return TagSet.map(({ Key, Value }) => `${Key}=${Value}`).join();
  };
  const writes: readonly (() => Promise<unknown>)[] = [
    () => objects.putText(key, "x"),
    () => objects.putJson(key, {}),
    () => objects.putLines(key, ["{}"]),
    () => objects.putStream(key, Readable.from(["x"]), "text/plain"),
    // Of more than one part.
    () => objects.putStream(key, Readable.from([Buffer.alloc(6 * 1024 * 1024)]), "text/plain"),
    async () => {
      const whole = await objects.getWhole(key);
      return whole && (await objects.replace(key, whole, Buffer.from("y")));
    },
    async () => {
      const { url, method, headers } = await objects.uploadUrl(key, "text/csv");
      expect((await fetch(url, { method, body: "x", headers: { "content-type": "text/csv" } })).status).toBe(403);
      expect((await fetch(url, { method, body: "x", headers })).status).toBe(200);
    },
  ];
  for (const write of writes) {
    await write();
    expect(await keptFor(), String(write)).toBe("kept=passing");
  }
  for (const write of [objects.putLinesOnce, objects.putJsonOnce]) {
    await objects.remove(key);
    await write(key, []);
    expect(await keptFor()).toBe("kept=passing");
  }
  const { etag = "" } = (await objects.describe(key)) ?? {};
  expect(await objects.copy(key, `${library}/query-sets/1/members`, etag)).toBe(true);
  expect(await keptFor(`${library}/query-sets/1/members`)).toBe("kept=evidence");
  await objects.putJson(`${library}/erasures/kept/1.json`, {});
  expect(await keptFor(`${library}/erasures/kept/1.json`)).toBe("");
});

/** S3 refuses one key as it does: inside an answer of 200. */
function refusingOne({ client, bucket }: Objects, refused: string): Objects {
  const partly = Object.create(client, {
    send: {
      value: async (command: Parameters<typeof client.send>[0]) => {
        if (!(command instanceof DeleteObjectsCommand)) return await client.send(command);
        const Objects = (command.input.Delete?.Objects ?? []).filter(({ Key }) => Key !== refused);
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
        return { Errors: [{ Key: refused, Code: "AccessDenied" }] };
      },
    },
  });
  return createObjects(partly, bucket, library);
}
