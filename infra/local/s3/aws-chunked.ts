import { createHash, timingSafeEqual } from "node:crypto";
import { hmac, sha256, type Verified } from "../signing/signature.ts";
import { S3Error } from "./s3-error.ts";

const LONGEST_LINE = 16 * 1024;
const NO_BYTES = sha256("");

const malformed = () => new S3Error(400, "IncompleteBody", "The aws-chunked body is not well formed.");

/** Reads lines and stretches of bytes from a stream, holding no more than one piece of it. */
class Pieces {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  /** The next line without its CRLF; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > LONGEST_LINE) throw malformed();
      if (!(await this.#more())) {
        if (this.#rest.length > 0) throw malformed();
        return undefined;
      }
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw malformed();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

/** Signatures of chunks: each is made over its bytes and the signature before it, beginning with the request's. */
class ChunkSignatures {
  readonly #request: Verified;
  #previous: string;

  constructor(request: Verified) {
    this.#request = request;
    this.#previous = request.signature;
  }

  check(signature: string | undefined, kind: "PAYLOAD" | "TRAILER", contentHash: string): void {
    const { timestamp, scope, signingKey } = this.#request;
    const middle = kind === "PAYLOAD" ? [this.#previous, NO_BYTES] : [this.#previous];
    const text = [`AWS4-HMAC-SHA256-${kind}`, timestamp, scope, ...middle, contentHash].join("\n");
    const expected = hmac(signingKey, text);
    const given = Buffer.from(signature ?? "", "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new S3Error(403, "SignatureDoesNotMatch", "The signature of a chunk of the body does not match.");
    }
    this.#previous = expected.toString("hex");
  }
}

/**
 * Unwraps an `aws-chunked` body, signed or not, as it streams by.
 *
 * @param trailers filled with the trailing headers once the body has been read
 * @throws S3Error where the framing is broken or a chunk's signature does not match
 */
export async function* unwrapChunks(
  source: AsyncIterable<Buffer>,
  request: Verified,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const signatures = request.payload.startsWith("STREAMING-AWS4-") ? new ChunkSignatures(request) : undefined;
  const pieces = new Pieces(source);
  for (;;) {
    const header = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec((await pieces.line()) ?? "");
    if (header === null) throw malformed();
    const size = Number.parseInt(header[1] ?? "", 16);
    const hash = signatures ? createHash("sha256") : undefined;
    for await (const bytes of pieces.bytes(size)) {
      hash?.update(bytes);
      yield bytes;
    }
    if (hash) signatures?.check(header[2], "PAYLOAD", hash.digest("hex"));
    if (size === 0) break;
    if ((await pieces.line()) !== "") throw malformed();
  }
  let signed = "";
  for (let line = await pieces.line(); line; line = await pieces.line()) {
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    trailers.set(name, value);
    if (name !== "x-amz-trailer-signature") signed += `${name}:${value}\n`;
  }
  if (signatures && request.payload.endsWith("-TRAILER")) {
    signatures.check(trailers.get("x-amz-trailer-signature"), "TRAILER", sha256(signed));
  }
}
