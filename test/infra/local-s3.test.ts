import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type LocalS3, startS3, unforeseen } from "#infra/local/s3/server";
import { patience } from "#test/patience";

const bucket = "evidence";
const credentials = { accessKeyId: "local", secretAccessKey: "secret" };

let directory: string;
let s3: LocalS3;
let client: S3Client;
const endings: (() => unknown)[] = [];

const serve = (at: string) => startS3({ port: 0, directory: at, buckets: [bucket], ...credentials });
const clientOf = (endpoint: string, config: ConstructorParameters<typeof S3Client>[0] = {}) =>
  new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials, maxAttempts: 1, ...config });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "local-s3-"));
  s3 = await serve(directory);
  client = clientOf(s3.endpoint);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
  await rm(directory, { recursive: true, force: true });
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const put = (Key: string, Body: string | Uint8Array, more = {}) =>
  client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const get = async (Key: string, more = {}) => {
  const { Body, ...rest } = await client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
  return { ...rest, text: (await Body?.transformToString()) ?? "" };
};
const list = (more = {}) => client.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));
const failure = (code: string, status: number) => ({ name: code, $metadata: { httpStatusCode: status } });

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

    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: "a/b.bin", ChecksumMode: "ENABLED" }));
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
    expect(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: "a/b.bin" }))).toMatchObject({
      ETag: etag,
      ContentLength: 300_000,
    });
    expect(await text(await s3.readObject(bucket, "a/b.bin"))).toBe(body.toString());
  });

  test("can be streamed in with its checksum trailing, and be empty", async () => {
    const pieces = Array.from({ length: 40 }, (_, n) => `${n}:`.repeat(5_000));
    const whole = pieces.join("");
    const sent = await client.send(
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
    await expect(client.send(new GetObjectCommand({ Bucket: "elsewhere", Key: "nothing" }))).rejects.toMatchObject(
      failure("NoSuchBucket", 404),
    );
    await expect(client.send(new HeadObjectCommand({ Bucket: bucket, Key: "nothing" }))).rejects.toMatchObject(
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
    await client.send(new CopyObjectCommand({ Bucket: bucket, Key: "to", CopySource }));
    expect(await get("to")).toMatchObject({ text: "content", Metadata: { a: "1" }, ContentType: "text/plain" });
    await client.send(
      new CopyObjectCommand({ Bucket: bucket, Key: "to", CopySource, MetadataDirective: "REPLACE", Metadata: {} }),
    );
    expect((await get("to")).Metadata).toEqual({});
  });

  test("is copied only while it is the one that was read, if that is asked for", async () => {
    const { ETag } = await put("copied", "old");
    const CopySource = `${bucket}/copied`;
    const copy = () =>
      client.send(new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource, CopySourceIfMatch: ETag }));
    await copy();
    expect((await get("copy")).text).toBe("old");
    await put("copied", "new");
    await expect(copy()).rejects.toMatchObject(failure("PreconditionFailed", 412));
    expect((await get("copy")).text).toBe("old");
  });

  test("is gone after its deletion, alone or with others, and deleting nothing is no error", async () => {
    await Promise.all(["d/1", "d/2", "d/3&<>"].map((key) => put(key, "x")));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "d/1" }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "d/1" }));
    const { Deleted } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "d/2" }, { Key: "d/3&<>" }] } }),
    );
    expect(Deleted).toEqual([{ Key: "d/2" }, { Key: "d/3&<>" }]);
    expect((await list({ Prefix: "d/" })).KeyCount).toBe(0);
  });

  test("can be uploaded in parts", async () => {
    const Key = "parts/whole";
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key, ContentType: "application/jsonl" }),
    );
    const bodies = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const Parts = await Promise.all(
      bodies.map(async (Body, n) => {
        const part = { Bucket: bucket, Key, UploadId, PartNumber: n + 1 };
        const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }));
        return { PartNumber: n + 1, ETag };
      }),
    );
    const target = { Bucket: bucket, Key, UploadId };
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: Parts.toReversed() } })),
    ).rejects.toMatchObject(failure("InvalidPartOrder", 400));
    await expect(get(Key)).rejects.toMatchObject(failure("NoSuchKey", 404));
    const { ETag } = await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
    expect(ETag).toMatch(/-2"$/);
    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Buffer.concat(bodies))).toBe(true);
    expect(found.ContentType).toBe("application/jsonl");
    await expect(client.send(new AbortMultipartUploadCommand(target))).rejects.toMatchObject(
      failure("NoSuchUpload", 404),
    );
  });
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
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "f/gone/1" }));
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
    expect((await list({ Prefix: "f/", StartAfter: "f/b/1" })).Contents?.map(({ Key }) => Key)).toEqual([
      "f/b/2",
      "f/d/e/1",
      "f/z",
    ]);
  });
});

describe("A request", () => {
  test("that fails for a full disk may be tried again; any other failure is ours", () => {
    expect(unforeseen(Object.assign(new Error("no space left"), { code: "ENOSPC" }))).toMatchObject({ status: 503 });
    expect(unforeseen(new Error("odd"))).toMatchObject({ status: 500 });
  });

  test("with another secret, another key or no signature is refused", async () => {
    const wrong = clientOf(s3.endpoint, { credentials: { ...credentials, secretAccessKey: "guess" } });
    const unknown = clientOf(s3.endpoint, { credentials: { ...credentials, accessKeyId: "guess" } });
    endings.push(
      () => wrong.destroy(),
      () => unknown.destroy(),
    );
    const read = new GetObjectCommand({ Bucket: bucket, Key: "a" });
    await expect(wrong.send(read)).rejects.toMatchObject(failure("SignatureDoesNotMatch", 403));
    await expect(unknown.send(read)).rejects.toMatchObject(failure("InvalidAccessKeyId", 403));
    const bare = await fetch(`${s3.endpoint}/${bucket}/a`);
    expect(bare.status).toBe(403);
    expect(await bare.text()).toContain("<Code>AccessDenied</Code>");
  });

  test("whose body is not the one announced changes nothing", async () => {
    await put("kept", "before");
    await expect(put("kept", "after", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" })).rejects.toMatchObject(
      failure("BadDigest", 400),
    );
    await expect(put("kept", "after", { ChecksumSHA256: "c2hh" })).rejects.toMatchObject(failure("BadDigest", 400));
    expect((await get("kept")).text).toBe("before");
  });

  test("for something that is not served here is refused, not half done", async () => {
    await expect(client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: "{}" }))).rejects.toMatchObject(
      failure("NotImplemented", 501),
    );
    await expect(get("kept", { VersionId: "1" })).rejects.toMatchObject(failure("NotImplemented", 501));
    await expect(put("crc", "x", { ChecksumAlgorithm: "SHA1" })).resolves.toBeDefined();
    await expect(put("crc", "x", { ChecksumCRC32C: "AAAAAA==" })).rejects.toMatchObject(failure("NotImplemented", 501));
    await expect(put(`long/${"k".repeat(1024)}`, "x")).rejects.toMatchObject(failure("KeyTooLongError", 400));
  });
});

describe("A presigned link", () => {
  test("uploads what is sent and nothing else: a header that would copy another object was not signed", async () => {
    await put("secret", "of another library");
    const url = await link(new PutObjectCommand({ Bucket: bucket, Key: "upload" }), 60);
    const answer = await fetch(url, { method: "PUT", headers: { "x-amz-copy-source": `${bucket}/secret` } });
    expect(answer.status).toBe(403);
    await expect(get("upload")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  const link = (command: GetObjectCommand | PutObjectCommand, expiresIn: number, signingDate = new Date()) =>
    getSignedUrl(client, command, { expiresIn, signingDate });

  test("serves a download under the name it was made for", async () => {
    await put("report.csv", "a,b\r\n", { ContentType: "text/plain" });
    const url = await link(
      new GetObjectCommand({
        Bucket: bucket,
        Key: "report.csv",
        ResponseContentType: "text/csv; charset=utf-8",
        ResponseContentDisposition: 'attachment; filename="errors 1.csv"',
      }),
      300,
    );
    const answer = await fetch(url, { headers: { origin: "http://localhost:4000" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="errors 1.csv"');
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-expose-headers")).toContain("ETag");
    expect(await answer.text()).toBe("a,b\r\n");
  });

  test("takes an upload, also from a page of another origin", async () => {
    const plain = clientOf(s3.endpoint, { requestChecksumCalculation: "WHEN_REQUIRED" });
    endings.push(() => plain.destroy());
    const url = await getSignedUrl(plain, new PutObjectCommand({ Bucket: bucket, Key: "up/ids ä.csv" }), {
      expiresIn: 300,
    });
    const asked = await fetch(url, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:4000",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type",
      },
    });
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(asked.headers.get("access-control-allow-headers")).toBe("content-type");
    const sent = await fetch(url, {
      method: "PUT",
      body: "P1\nP2\n",
      headers: { "content-type": "text/csv", origin: "http://localhost:4000" },
    });
    expect(sent.status).toBe(200);
    expect(await get("up/ids ä.csv")).toMatchObject({ text: "P1\nP2\n", ContentType: "text/csv" });
    const refused = await fetch(url, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:4000", "access-control-request-method": "DELETE" },
    });
    expect(refused.status).toBe(403);
  });

  test("is refused once expired, or where anything of it was changed", async () => {
    await put("secret/1", "1");
    await put("secret/2", "2");
    const command = new GetObjectCommand({ Bucket: bucket, Key: "secret/1" });
    const expired = await fetch(await link(command, 60, new Date(Date.now() - 61_000)));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired/);
    const url = await link(command, 60);
    for (const forged of [url.replace("secret/1", "secret/2"), url.replace("Expires=60", "Expires=6000")]) {
      const answer = await fetch(forged);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
    }
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  });
});

describe("A server that is killed", () => {
  async function serveApart(at: string) {
    const source = `
      import { startS3 } from "#infra/local/s3/server";
      const s3 = await startS3(${JSON.stringify({ port: 0, directory: at, buckets: [bucket], ...credentials })});
      console.log(s3.endpoint);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      cwd: join(import.meta.dirname, "../.."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    endings.push(() => child.kill("SIGKILL"));
    const [endpoint] = await once(createInterface(child.stdout), "line");
    return { child, endpoint: String(endpoint) };
  }

  test("half way through a write still has the object as it was, and leaves no rubbish", async () => {
    const at = await mkdtemp(join(tmpdir(), "local-s3-killed-"));
    endings.push(() => rm(at, { recursive: true, force: true }));
    const { child, endpoint } = await serveApart(at);
    const first = clientOf(endpoint, { requestChecksumCalculation: "WHEN_REQUIRED" });
    endings.push(() => first.destroy());
    await first.send(new PutObjectCommand({ Bucket: bucket, Key: "result", Body: "whole" }));

    // A raw socket, because a client would wait for the end of a body that never comes.
    const url = new URL(
      await getSignedUrl(first, new PutObjectCommand({ Bucket: bucket, Key: "result" }), { expiresIn: 60 }),
    );
    const socket = connect(Number(url.port), url.hostname);
    endings.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 9000000\r\n\r\n${"x".repeat(2_000_000)}`,
    );
    const aside = join(at, ".being-written");
    await vi.waitUntil(async () => (await readdir(aside)).length > 0, patience);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await readdir(aside)).toHaveLength(1);

    const again = await serve(at);
    endings.push(() => again.close());
    expect(await text(await again.readObject(bucket, "result"))).toBe("whole");
    expect(await readdir(aside)).toEqual([]);
  });

  test("at any moment under load has every object that it acknowledged, whole", async () => {
    const at = await mkdtemp(join(tmpdir(), "local-s3-killed-"));
    endings.push(() => rm(at, { recursive: true, force: true }));
    const acknowledged = new Map<string, string>();
    for (const round of [1, 2, 3]) {
      const { child, endpoint } = await serveApart(at);
      const loaded = clientOf(endpoint);
      endings.push(() => loaded.destroy());
      let serving = true;
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; serving; n += 1) {
          const Key = `run/${round}/${writer}-${n}`;
          const Body = `${Key} `.repeat(1 + ((n * 7919) % 4000));
          await loaded
            .send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
            .then(() => acknowledged.set(Key, Body))
            .catch(() => undefined);
        }
      });
      await vi.waitUntil(() => acknowledged.size > round * 40, patience);
      child.kill("SIGKILL");
      await once(child, "exit");
      serving = false;
      await Promise.all(writers);
    }
    const again = await serve(at);
    endings.push(() => again.close());
    for (const [key, body] of acknowledged) expect(await text(await again.readObject(bucket, key))).toBe(body);
    const reader = clientOf(again.endpoint);
    endings.push(() => reader.destroy());
    const { Contents } = await reader.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key, Size } of Contents ?? []) {
      const found = await text(await again.readObject(bucket, Key ?? ""));
      expect(found).toHaveLength(Size ?? -1);
      expect(found.startsWith(`${Key} `)).toBe(true);
    }
  });
});
