import { appendFileSync } from "node:fs";
import { ClientRequest } from "node:http";
import type { Need } from "#infra/local/iam/need";
import { deletionNeed, s3Needs } from "#infra/local/iam/s3-needs";
import { serviceNeeds } from "#infra/local/iam/service-needs";

/**
 * Loaded into each function's worker before its bundle: writes down what every request to AWS asks for, as the rights it
 * needs, and whose credentials it is signed with.
 */
const file = String(process.env.FAULTS_RECORD);

function note(request: ClientRequest, needs: readonly Need[], more: object = {}): void {
  const [content = ""] = String(request.getHeader("x-amz-security-token") ?? "").split(".");
  if (content === "") throw new Error(`Nobody's request: ${request.method} ${request.path}`);
  const { role, tags }: { role: unknown; tags: unknown } = JSON.parse(Buffer.from(content, "base64url").toString());
  for (const need of needs) appendFileSync(file, `${JSON.stringify({ role, tags, ...need, ...more })}\n`);
}

function ofS3(request: ClientRequest, body: string): Need[] {
  const url = new URL(request.path, "http://localhost");
  const [, bucket = "", ...rest] = url.pathname.split("/");
  const copySource = request.getHeader("x-amz-copy-source");
  const asked = {
    method: request.method,
    bucket,
    key: decodeURIComponent(rest.join("/")),
    parameters: new Map(url.searchParams),
    ...(copySource !== undefined && { copySource: String(copySource) }),
  };
  const deleted = [...body.matchAll(/<Key>([^<]+)<\/Key>(<VersionId>)?/g)].map(([, key = "", version]) =>
    deletionNeed(bucket, key, version),
  );
  return [...s3Needs(asked), ...deleted];
}

function ofSts(body: string): Need[] {
  const form = new URLSearchParams(body);
  const resource = String(form.get("RoleArn"));
  const sessionTags = { [String(form.get("Tags.member.1.Key"))]: String(form.get("Tags.member.1.Value")) };
  return ["sts:AssumeRole", "sts:TagSession"].map((action) => ({ action, resource, sessionTags }));
}

function record(request: ClientRequest, body: string): void {
  const target = request.getHeader("x-amz-target");
  if (typeof target === "string") {
    const asked: unknown = JSON.parse(body);
    note(request, serviceNeeds(target, asked));
    noteAuditPuts(request, asked);
    return;
  }
  const authorization = String(request.getHeader("authorization"));
  if (authorization.includes("/s3/")) note(request, ofS3(request, body));
  if (authorization.includes("/sts/")) note(request, ofSts(body));
}

/** IAM cannot tell a put in place of an entry from a first one, so the condition is written down too. */
function noteAuditPuts(request: ClientRequest, asked: unknown): void {
  const part = (of: unknown, name: string): unknown => Reflect.get(Object(of), name);
  const transacted = Object.values(Object(part(asked, "TransactItems"))).map((it) => part(it, "Put"));
  for (const put of [asked, ...transacted]) {
    const pk = String(part(part(part(put, "Item"), "pk"), "S"));
    if (!/^(LIB#[^#]+|KEYSTONE)#AUDIT/.test(pk)) continue;
    const condition = part(put, "ConditionExpression") ?? "none";
    note(request, [{ action: "audit put", resource: pk }], { condition });
  }
}

const bodies = new WeakMap<ClientRequest, Buffer[]>();
const remember = (request: ClientRequest, chunk: unknown): void => {
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
  bodies.set(request, [...(bodies.get(request) ?? []), Buffer.from(chunk)]);
};
/** Requests whose body says what is asked for: all but those to S3 that name one object. */
const isTold = (request: ClientRequest): boolean =>
  request.getHeader("x-amz-target") !== undefined ||
  request.path.includes("?delete") ||
  String(request.getHeader("authorization")).includes("/sts/");
const { write, end } = ClientRequest.prototype;
ClientRequest.prototype.write = function (this: ClientRequest, ...given: unknown[]) {
  if (isTold(this)) remember(this, given[0]);
  return Reflect.apply(write, this, given);
};
ClientRequest.prototype.end = function (this: ClientRequest, ...given: unknown[]) {
  if (isTold(this)) remember(this, given[0]);
  record(this, Buffer.concat(bodies.get(this) ?? []).toString("utf8"));
  return Reflect.apply(end, this, given);
};
