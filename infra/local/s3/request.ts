import type { IncomingMessage } from "node:http";
import type { Verified } from "../signing/signature.ts";
import { unwrapChunks } from "./aws-chunked.ts";
import type { ExpectedContent } from "./content-digest.ts";
import type { ObjectDetails } from "./object-file.ts";
import { notImplemented, S3Error } from "./s3-error.ts";

export interface S3Request {
  message: IncomingMessage;
  method: string;
  path: string;
  bucket: string;
  key: string;
  query: [string, string][];
  parameters: Map<string, string>;
}

const invalidUri = () => new S3Error(400, "InvalidURI", "Couldn't parse the specified URI.");

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri();
  }
}

/** Reads a path-style request line: `/bucket/key?query`. */
export function readRequest(message: IncomingMessage): S3Request {
  const url = message.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = (mark < 0 ? "" : url.slice(mark + 1))
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): [string, string] => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? [decode(pair), ""]
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1).replaceAll("+", " "))];
    });
  const slash = path.indexOf("/", 1);
  return {
    message,
    method: message.method ?? "GET",
    path,
    bucket: decode(slash < 0 ? path.slice(1) : path.slice(1, slash)),
    key: slash < 0 ? "" : decode(path.slice(slash + 1)),
    query,
    parameters: new Map(query),
  };
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(",") : value);

const KEPT_HEADERS = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

/** What a write says of the object besides its bytes. */
export function readDetails({ message }: S3Request): Omit<ObjectDetails, "checksum"> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = single(message.headers[name]);
    const kept = name === "content-encoding" ? withoutAwsChunked(value) : value;
    if (kept) headers[name] = kept;
  }
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (name.startsWith("x-amz-meta-")) metadata[name.slice("x-amz-meta-".length)] = single(value) ?? "";
  }
  const tags = readTagging(single(message.headers["x-amz-tagging"]));
  return {
    contentType: message.headers["content-type"] ?? "binary/octet-stream",
    headers,
    metadata,
    ...(tags !== undefined && { tags }),
  };
}

/** S3's limits of an object's tags. */
const MOST_TAGS = 10;
const LONGEST_TAG = { key: 128, value: 256 };

function readTagging(header: string | undefined): Record<string, string> | undefined {
  if (header === undefined) return undefined;
  const tags = [...new URLSearchParams(header)];
  const names = new Set(tags.map(([key]) => key));
  const fits = tags.every(
    ([key, value]) => key !== "" && key.length <= LONGEST_TAG.key && value.length <= LONGEST_TAG.value,
  );
  if (!fits || names.size < tags.length || tags.length > MOST_TAGS) {
    throw new S3Error(400, "InvalidTag", "The tags are too many or too long, or a key stands twice or is empty.");
  }
  return Object.fromEntries(tags);
}

function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked" && one !== "")
    .join(",");
}

/** The body's bytes as the client meant them, and what they are to be held against. */
export function readContent(
  { message }: S3Request,
  verified: Verified,
): { body: AsyncIterable<Buffer>; expected: ExpectedContent } {
  const { headers } = message;
  const { payload } = verified;
  const trailers = new Map<string, string>();
  const isChunked = payload.startsWith("STREAMING-");
  const announced = single(headers["x-amz-trailer"])?.trim().toLowerCase();
  const inHeader = Object.keys(headers).find((name) => /^x-amz-checksum-(?!algorithm|mode|type)/.test(name));
  const checksumName = inHeader ?? (announced?.startsWith("x-amz-checksum-") ? announced : undefined);
  const length = headers[isChunked ? "x-amz-decoded-content-length" : "content-length"];
  if (length === undefined) throw new S3Error(411, "MissingContentLength", "You must provide the length of the body.");
  // A body that is refused half way must not take the connection with it: the client could then not read why.
  const received = message.iterator({ destroyOnReturn: false });
  return {
    body: isChunked ? unwrapChunks(received, verified, trailers) : received,
    expected: {
      size: Number(single(length)),
      md5: single(headers["content-md5"]),
      sha256: /^[0-9a-f]{64}$/.test(payload) ? payload : undefined,
      checksum:
        checksumName === undefined
          ? undefined
          : {
              algorithm: checksumName.slice("x-amz-checksum-".length),
              value: () => (inHeader === undefined ? trailers.get(checksumName) : single(headers[inHeader])),
            },
    },
  };
}

/** Bodies of the operations that speak XML are small; S3 takes at most 2 MB for a deletion of 1,000 keys. */
const LONGEST_XML = 2 * 1024 * 1024;

export async function readText(body: AsyncIterable<Buffer>, judge: (bytes: Buffer) => void): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    judge(piece);
    length += piece.length;
    if (length > LONGEST_XML) throw new S3Error(400, "MalformedXML", "The XML you provided is too long.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** Refuses a request with a parameter or header that asks for something the answer would not honour. */
export function allowOnly(request: S3Request, names: readonly string[]): void {
  for (const name of request.parameters.keys()) {
    if (name.startsWith("X-Amz-") || name.startsWith("x-amz-") || name === "x-id" || names.includes(name)) continue;
    throw notImplemented(`The request parameter ${name}`);
  }
}
