import { GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { unforeseen } from "#infra/local/s3/server";
import { bucket, clientOf, credentials, failure, openS3 } from "./local-s3-bed.ts";

const s3 = openS3();
const { endings, get, put } = s3;

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
    await expect(s3.client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: "{}" }))).rejects.toMatchObject(
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
    getSignedUrl(s3.client, command, { expiresIn, signingDate });

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
