import { describe, expect, test } from "vitest";
import { unwrapChunks } from "#infra/local/s3/aws-chunked";
import { verifySignature } from "#infra/local/signing/signature";

/**
 * The worked example of AWS's own documentation ("Signature Calculations for the Authorization Header: Transferring
 * Payload in Multiple Chunks"): 65 KiB of the letter a in chunks of 64 KiB, each with a signature.
 */
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const request = {
  service: "s3" as const,
  method: "PUT",
  path: "/examplebucket/chunkObject.txt",
  query: [],
  headers: {
    host: "s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
    "content-length": "66824",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
      "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class," +
      "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  },
};
const then = Date.UTC(2013, 4, 24);
const body = [
  "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n",
  "a".repeat(65_536),
  "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n",
  "a".repeat(1_024),
  "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
].join("");

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function unwrap(text: string, size: number): Promise<string> {
  const verified = verifySignature(request, credentials, then);
  let whole = "";
  for await (const piece of unwrapChunks(inPieces(text, size), verified, new Map())) whole += piece.toString();
  return whole;
}

describe("A body sent in signed chunks", () => {
  test.each([7, 1_000, 65_536, 100_000])("is unwrapped from pieces of %i bytes", async (size) => {
    expect(await unwrap(body, size)).toBe("a".repeat(66_560));
  });

  test("is refused where a byte was changed, a chunk is missing or it ends early", async () => {
    await expect(unwrap(body.replace("aaa", "aab"), 1_000)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
    const second = body.indexOf("\r\n400;");
    const last = body.indexOf("\r\n0;");
    await expect(unwrap(body.slice(0, second) + body.slice(last), 1_000)).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
    await expect(unwrap(body.slice(0, last), 1_000)).rejects.toMatchObject({ code: "IncompleteBody" });
  });
});

describe("A signature", () => {
  test("holds for a quarter of an hour and no longer", () => {
    const minutes = (n: number) => then + n * 60_000;
    expect(verifySignature(request, credentials, minutes(14)).payload).toContain("STREAMING");
    expect(() => verifySignature(request, credentials, minutes(16))).toThrow(/difference between the request time/);
  });

  test("does not cover another path, method or header value", () => {
    const changed = [
      { ...request, method: "GET" },
      { ...request, path: "/examplebucket/other.txt" },
      { ...request, query: [["acl", ""]] as const },
      { ...request, headers: { ...request.headers, "x-amz-storage-class": "STANDARD" } },
    ];
    for (const one of changed) expect(() => verifySignature(one, credentials, then)).toThrow(/does not match/);
    const added = { ...request, headers: { ...request.headers, "x-amz-meta-note": "unsigned" } };
    expect(() => verifySignature(added, credentials, then)).toThrow(/not signed/);
  });
});
