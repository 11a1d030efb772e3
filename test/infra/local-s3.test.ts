import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucket, clientOf, failure, openS3, serve } from "./local-s3-bed.ts";

const s3 = openS3();
const { endings, get, list, put } = s3;

describe("An object", () => {
  test("comes back with its bytes, type, headers, metadata, entity tag and checksum", async () => {
    const body = randomBytes(300_000);
    const stored = await put("a/b.bin", body, {
      ContentType: "text/csv; charset=utf-8",
      ContentDisposition: 'attachment; filename="r.csv"',
      CacheControl: "no-store",
      Metadata: { batch: "42" },
    });
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    expect(stored.ETag).toBe(etag);

    const found = await s3.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: "a/b.bin", ChecksumMode: "ENABLED" }),
    );
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(found).toMatchObject({
      ETag: etag,
      ContentType: "text/csv; charset=utf-8",
      ContentDisposition: 'attachment; filename="r.csv"',
      CacheControl: "no-store",
      Metadata: { batch: "42" },
      ContentLength: 300_000,
      ChecksumCRC32: stored.ChecksumCRC32,
    });
    expect(await s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: "a/b.bin" }))).toMatchObject({
      ETag: etag,
      ContentLength: 300_000,
    });
    expect(await text(await s3.readObject("a/b.bin"))).toBe(body.toString());
  });

  test("can be streamed in with its checksum trailing, and be empty", async () => {
    const pieces = Array.from({ length: 40 }, (_, n) => `${n}:`.repeat(5_000));
    const whole = pieces.join("");
    const sent = await s3.client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: "streamed",
        Body: Readable.from(pieces.map((piece) => Buffer.from(piece))),
        ContentLength: whole.length,
      }),
    );
    expect(sent.ETag).toBe(`"${createHash("md5").update(whole).digest("hex")}"`);
    expect((await get("streamed")).text).toBe(whole);
    await put("empty", "");
    expect((await get("empty")).text).toBe("");
  });

  test("that is not there answers NoSuchKey, and one in an unknown bucket NoSuchBucket", async () => {
    await expect(get("nothing")).rejects.toMatchObject(failure("NoSuchKey", 404));
    await expect(s3.client.send(new GetObjectCommand({ Bucket: "elsewhere", Key: "nothing" }))).rejects.toMatchObject(
      failure("NoSuchBucket", 404),
    );
    await expect(s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: "nothing" }))).rejects.toMatchObject(
      failure("NotFound", 404),
    );
  });

  test("gives the range asked for", async () => {
    await put("range", "0123456789");
    expect(await get("range", { Range: "bytes=2-4" })).toMatchObject({ text: "234", ContentRange: "bytes 2-4/10" });
    expect((await get("range", { Range: "bytes=7-" })).text).toBe("789");
    expect((await get("range", { Range: "bytes=-2" })).text).toBe("89");
    expect((await get("range", { Range: "bytes=8-99" })).text).toBe("89");
    await expect(get("range", { Range: "bytes=10-" })).rejects.toMatchObject(failure("InvalidRange", 416));
  });

  test("is read by its entity tag: 304 where it is the one known, 412 where it is not the one wanted", async () => {
    const { ETag } = await put("tagged", "one");
    await expect(get("tagged", { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect((await get("tagged", { IfMatch: ETag })).text).toBe("one");
    await expect(get("tagged", { IfMatch: '"other"' })).rejects.toMatchObject(failure("PreconditionFailed", 412));
    expect((await get("tagged", { IfNoneMatch: '"other"' })).text).toBe("one");
  });

  test("is made by only one of many writers who each want it not to be there", async () => {
    const writers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => put("claimed", `writer ${n}`, { IfNoneMatch: "*" })),
    );
    const won = writers.flatMap((outcome, n) => (outcome.status === "fulfilled" ? [`writer ${n}`] : []));
    expect(won).toEqual([(await get("claimed")).text]);
    for (const outcome of writers) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(failure("PreconditionFailed", 412));
    }
  });

  test("is replaced only while it is the one that was read", async () => {
    const { ETag } = await put("pointer", "old");
    await put("pointer", "new", { IfMatch: ETag });
    await expect(put("pointer", "late", { IfMatch: ETag })).rejects.toMatchObject(failure("PreconditionFailed", 412));
    await expect(put("no pointer", "x", { IfMatch: ETag })).rejects.toMatchObject(failure("NoSuchKey", 404));
    expect((await get("pointer")).text).toBe("new");
  });

  test("can be copied with its metadata or other metadata", async () => {
    await put("from/ü 1", "content", { Metadata: { a: "1" }, ContentType: "text/plain" });
    const CopySource = `${bucket}/${encodeURIComponent("from/ü 1")}`;
    await s3.client.send(new CopyObjectCommand({ Bucket: bucket, Key: "to", CopySource }));
    expect(await get("to")).toMatchObject({ text: "content", Metadata: { a: "1" }, ContentType: "text/plain" });
    await s3.client.send(
      new CopyObjectCommand({ Bucket: bucket, Key: "to", CopySource, MetadataDirective: "REPLACE", Metadata: {} }),
    );
    expect((await get("to")).Metadata).toEqual({});
  });

  test("keeps the tags that it was put with, until it is put again, and a copy takes them over or others", async () => {
    const tagsOf = async (Key: string) =>
      (await s3.client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))).TagSet;
    await put("tags", "x", { Tagging: "kept=passing&of=a%20job" });
    const both = [
      { Key: "kept", Value: "passing" },
      { Key: "of", Value: "a job" },
    ];
    expect(await tagsOf("tags")).toEqual(both);
    const copy = { Bucket: bucket, Key: "tags copied", CopySource: `${bucket}/tags` };
    await s3.client.send(new CopyObjectCommand(copy));
    expect(await tagsOf("tags copied")).toEqual(both);
    await s3.client.send(new CopyObjectCommand({ ...copy, TaggingDirective: "REPLACE", Tagging: "kept=evidence" }));
    expect(await tagsOf("tags copied")).toEqual([{ Key: "kept", Value: "evidence" }]);
    await put("tags", "y");
    expect(await tagsOf("tags")).toEqual([]);
    await expect(put("tags", "z", { Tagging: "a=1&a=2" })).rejects.toMatchObject(failure("InvalidTag", 400));
  });

  test("is copied only while it is the one that was read, if that is asked for", async () => {
    const { ETag } = await put("copied", "old");
    const CopySource = `${bucket}/copied`;
    const copy = () =>
      s3.client.send(new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource, CopySourceIfMatch: ETag }));
    await copy();
    expect((await get("copy")).text).toBe("old");
    await put("copied", "new");
    await expect(copy()).rejects.toMatchObject(failure("PreconditionFailed", 412));
    expect((await get("copy")).text).toBe("old");
  });

  test("is gone after its deletion, alone or with others, and deleting nothing is no error", async () => {
    await Promise.all(["d/1", "d/2", "d/3&<>"].map((key) => put(key, "x")));
    await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "d/1" }));
    await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "d/1" }));
    const { Deleted } = await s3.client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "d/2" }, { Key: "d/3&<>" }] } }),
    );
    expect(Deleted).toEqual([{ Key: "d/2" }, { Key: "d/3&<>" }]);
    expect((await list({ Prefix: "d/" })).KeyCount).toBe(0);
  });

  test("can be uploaded in parts", async () => {
    const Key = "parts/whole";
    const { UploadId } = await s3.client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key, ContentType: "application/jsonl" }),
    );
    const bodies = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const Parts = await Promise.all(
      bodies.map(async (Body, n) => {
        const part = { Bucket: bucket, Key, UploadId, PartNumber: n + 1 };
        const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, Body }));
        return { PartNumber: n + 1, ETag };
      }),
    );
    const target = { Bucket: bucket, Key, UploadId };
    await expect(
      s3.client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: Parts.toReversed() } })),
    ).rejects.toMatchObject(failure("InvalidPartOrder", 400));
    await expect(get(Key)).rejects.toMatchObject(failure("NoSuchKey", 404));
    const { ETag } = await s3.client.send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
    );
    expect(ETag).toMatch(/-2"$/);
    const found = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Buffer.concat(bodies))).toBe(true);
    expect(found.ContentType).toBe("application/jsonl");
    await expect(s3.client.send(new AbortMultipartUploadCommand(target))).rejects.toMatchObject(
      failure("NoSuchUpload", 404),
    );
  });
});

test("Parts of an upload that was cut off are not there after the next start", async () => {
  const at = await mkdtemp(join(tmpdir(), "local-s3-parts-"));
  endings.push(() => rm(at, { recursive: true, force: true }));
  const served = async () => {
    const { endpoint, close } = await serve(at);
    const client = clientOf(endpoint);
    const end = async () => {
      client.destroy();
      await close();
    };
    return { client, close: end };
  };
  const first = await served();
  const part = { Bucket: bucket, Key: "report", PartNumber: 1, Body: "Marker of a patron" };
  const { UploadId } = await first.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: "report" }));
  await first.client.send(new UploadPartCommand({ ...part, UploadId }));
  await first.close();
  const again = await served();
  endings.push(again.close);
  await expect(again.client.send(new UploadPartCommand({ ...part, UploadId }))).rejects.toMatchObject(
    failure("NoSuchUpload", 404),
  );
  const files = await readdir(at, { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile())).toEqual([]);
});

describe("A list", () => {
  test("is in the order of the keys' bytes, whatever the keys are, and each of them can be read back", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        "",
        ".",
        "..",
        "A",
        "a",
        "CON",
        "ü",
        "u\u0308",
        "\u{1F4DA}",
        "\uFFFD",
        "%2e",
        "a$",
        "a~",
        "-",
        "!",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }).filter((t) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(t)),
      fc.constantFrom("x".repeat(200), `${"x".repeat(200)}-`, `${"x".repeat(200)}~`, "é".repeat(90)),
    );
    const keys = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
      { minLength: 1, maxLength: 8, selector: (key) => key },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 4 }), async (names, MaxKeys) => {
        run += 1;
        const Prefix = `order/${run}/`;
        await Promise.all(names.map((name) => put(Prefix + name, name)));
        const found: (string | undefined)[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await list({ Prefix, MaxKeys, ContinuationToken });
          found.push(...(page.Contents ?? []).map(({ Key }) => Key));
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        const wanted = names.map((name) => Prefix + name);
        wanted.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(found).toEqual(wanted);
        for (const name of names) expect((await get(Prefix + name)).text).toBe(name);
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  test("folds keys under a delimiter, page by page, and shows no folder without an object", async () => {
    const keys = ["f/a", "f/b/1", "f/b/2", "f/b-c", "f/d/e/1", "f/gone/1", "f/z"];
    await Promise.all(keys.map((key) => put(key, "12345")));
    await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "f/gone/1" }));
    const pages = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({ Prefix: "f/", Delimiter: "/", MaxKeys: 2, ContinuationToken });
      pages.push([
        ...(page.Contents ?? []).map(({ Key, Size }) => `${Key} ${Size}`),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ]);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(pages).toEqual([["f/a 5", "f/b-c 5"], ["f/b/", "f/d/"], ["f/z 5"]]);
    const versions = async (KeyMarker?: string) => {
      const asked = { Bucket: bucket, Prefix: "f/", Delimiter: "/", KeyMarker };
      const page = await s3.client.send(new ListObjectVersionsCommand(asked));
      return [
        ...(page.Versions ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ];
    };
    expect(await versions()).toEqual(["f/a", "f/b-c", "f/z", "f/b/", "f/d/"]);
    expect(await versions("f/b/")).toEqual(["f/z", "f/d/"]);
    expect((await list({ Prefix: "f/", StartAfter: "f/b/1" })).Contents?.map(({ Key }) => Key)).toEqual([
      "f/b/2",
      "f/d/e/1",
      "f/z",
    ]);
  });
});
