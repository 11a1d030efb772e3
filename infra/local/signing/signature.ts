import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Access } from "../iam/access.ts";
import type { Session } from "../iam/sessions.ts";
import type { Credentials } from "./credentials.ts";

/**
 * AWS Signature Version 4. S3 encodes the path once, names the hash of the body in a header, and takes presigned requests;
 * of the others only POSTs to `/` come here, whose body is hashed by whoever verifies.
 * Sources of the rules: "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API reference, and "AWS
 * Signature Version 4 for API requests" in the IAM User Guide.
 */
const ALGORITHM = "AWS4-HMAC-SHA256";
const SKEW_MS = 15 * 60 * 1000;
const LONGEST_EXPIRY_S = 7 * 24 * 3600;

/** Services as credential scopes name them. */
export type SignedService = "s3" | "dynamodb" | "sqs" | "states" | "cognito-idp" | "sts";

/** A request that is not let in. `status` and `code` as S3 answers them. */
export class SignatureRefused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "SignatureRefused";
    this.status = status;
    this.code = code;
  }
}

export interface SignedRequest {
  service: SignedService;
  method: string;
  /** As received, still encoded. */
  path: string;
  query: readonly (readonly [string, string])[];
  headers: IncomingHttpHeaders;
  /** SHA-256 of the body in hex, where the service does not name it in a header. */
  bodyHash?: string;
}

/** What signatures of the body's chunks build on. */
export interface Verified {
  payload: string;
  signingKey: Buffer;
  scope: string;
  timestamp: string;
  signature: string;
  /** Of which role's session the credentials are; absent for the folder's own. */
  session?: Session | undefined;
}

export const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
export const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const canonicalPath = (path: string) =>
  path
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");

const byText = (a: string, b: string) => Number(a > b) - Number(a < b);

function canonicalQuery(query: SignedRequest["query"]): string {
  return query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => byText(a, b) || byText(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  if (value === undefined) throw denied("SignatureDoesNotMatch", `The signed header ${name} is missing.`);
  return (Array.isArray(value) ? value.join(",") : value).trim().replace(/ +/g, " ");
}

const denied = (code: string, message: string) => new SignatureRefused(403, code, message);

function instant(timestamp: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (parts === null) throw denied("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

interface Claim {
  credential: string;
  signedHeaders: string;
  signature: string;
  timestamp: string;
  payload: string;
  sessionToken: string | undefined;
}

function fromHeader(authorization: string, { headers, bodyHash }: SignedRequest): Claim {
  const parts = /^AWS4-HMAC-SHA256\s+Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
    authorization,
  );
  const [, credential, signedHeaders, signature] = parts ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new SignatureRefused(
      400,
      "AuthorizationHeaderMalformed",
      "The authorization header that you provided is not valid.",
    );
  }
  const payload = bodyHash ?? headers["x-amz-content-sha256"];
  if (typeof payload !== "string") {
    throw new SignatureRefused(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  const token = headers["x-amz-security-token"];
  return {
    credential,
    signedHeaders,
    signature,
    timestamp: headerText(headers, "x-amz-date"),
    payload,
    sessionToken: token === undefined ? undefined : String(token),
  };
}

function fromQuery(query: SignedRequest["query"], now: number): Claim {
  const fields = new Map(query);
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) {
      throw new SignatureRefused(400, "AuthorizationQueryParametersError", `The query parameter ${name} is missing.`);
    }
    return value;
  };
  const timestamp = field("X-Amz-Date");
  const expires = Number(field("X-Amz-Expires"));
  if (field("X-Amz-Algorithm") !== ALGORITHM || !(expires >= 0 && expires <= LONGEST_EXPIRY_S)) {
    throw new SignatureRefused(
      400,
      "AuthorizationQueryParametersError",
      "X-Amz-Algorithm or X-Amz-Expires is not valid.",
    );
  }
  if (now > instant(timestamp) + expires * 1000) throw denied("AccessDenied", "Request has expired");
  if (instant(timestamp) > now + SKEW_MS) throw denied("AccessDenied", "Request is not valid yet");
  return {
    credential: field("X-Amz-Credential"),
    signedHeaders: field("X-Amz-SignedHeaders"),
    signature: field("X-Amz-Signature"),
    timestamp,
    payload: fields.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    sessionToken: fields.get("X-Amz-Security-Token"),
  };
}

/**
 * Verifies a request signed in its Authorization header or, presigned, in its query.
 *
 * @throws SignatureRefused 403 for a signature that is missing, wrong, too old or of another access key
 */
export function verifySignature(request: SignedRequest, access: Access, now: number = Date.now()): Verified {
  const { method, path, query, headers } = request;
  const isPresigned = query.some(([name]) => name === "X-Amz-Signature");
  if (!isPresigned && headers.authorization === undefined) throw denied("AccessDenied", "Access Denied");
  const claim = isPresigned ? fromQuery(query, now) : fromHeader(headers.authorization ?? "", request);
  if (!isPresigned && Math.abs(instant(claim.timestamp) - now) > SKEW_MS) {
    throw denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
  }
  const { session, ...credentials } = signer(claim.sessionToken, access);
  const [accessKeyId, day, region, service, end] = claim.credential.split("/");
  if (accessKeyId !== credentials.accessKeyId) {
    throw denied("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  const names = claim.signedHeaders.split(";");
  const unsigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !names.includes(name));
  if (!names.includes("host") || unsigned.length > 0) {
    throw denied("AccessDenied", "There were headers present in the request which were not signed");
  }
  const canonical = [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headerText(headers, name)}`),
    "",
    claim.signedHeaders,
    claim.payload,
  ].join("\n");
  const scope = [day, region, service, end].join("/");
  const signingKey = [region, service, end].reduce<Buffer>(
    (key, part) => hmac(key, part ?? ""),
    hmac(`AWS4${credentials.secretAccessKey}`, day ?? ""),
  );
  const expected = hmac(signingKey, [ALGORITHM, claim.timestamp, scope, sha256(canonical)].join("\n"));
  const given = Buffer.from(claim.signature, "hex");
  if (service !== request.service || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw denied(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  return { payload: claim.payload, signingKey, scope, timestamp: claim.timestamp, signature: claim.signature, session };
}

/** What a request must be signed with: the credentials of a session where it names one, else the folder's own. */
function signer(sessionToken: string | undefined, access: Access): Credentials & { session?: Session } {
  if (sessionToken === undefined) return access;
  const opened = access.sessions?.open(sessionToken);
  if (opened === undefined)
    throw denied("ExpiredToken", "The security token included in the request is not good, or no longer.");
  return opened;
}
