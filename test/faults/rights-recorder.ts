import { appendFileSync } from "node:fs";
import { ClientRequest } from "node:http";

/**
 * Loaded into each function's worker before its bundle: writes down what every request to AWS asks for, as the rights it
 * would need in the cloud.
 */
const file = String(process.env.FAULTS_RECORD);
const functionName = String(process.env.AWS_LAMBDA_FUNCTION_NAME);
const table = String(process.env.TABLE_NAME);
const tableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;

interface Need {
  action: string;
  resource: string;
  leadingKeys?: string[];
  prefix?: string;
}

const part = (of: unknown, name: string): unknown => Reflect.get(Object(of), name);
const parts = (of: unknown): unknown[] => Object.values(Object(of));

function note(needs: readonly Need[]): void {
  for (const need of needs) appendFileSync(file, `${JSON.stringify({ functionName, ...need })}\n`);
}

const operations: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/** Partition keys are told by their names in items and keys, by how they begin among parameters of a statement. */
const pkForm = /"pk":\{"S":"([^"]*)"\}/g;
const parameterForm = /"S":"(LIB#[^"]*|OPEN|LIBRARIES|KEYSTONE#[^"]*)"/g;

function leadingKeys(source: unknown, form: RegExp): string[] {
  return [...new Set([...JSON.stringify(source).matchAll(form)].map(([, key = ""]) => key))];
}

function ofDynamo(operation: string, body: unknown): Need[] {
  const on = (action: string, source: unknown, form = pkForm): Need => ({
    action: `dynamodb:${action}`,
    resource: tableArn,
    leadingKeys: leadingKeys(source, form),
  });
  if (operation === "TransactWriteItems") {
    return parts(part(body, "TransactItems")).flatMap((item) =>
      Object.entries(Object(item)).map(([kind, one]) =>
        on(operations[kind] ?? kind, [part(one, "Item"), part(one, "Key")]),
      ),
    );
  }
  if (operation === "BatchExecuteStatement") {
    return parts(part(body, "Statements")).map((one) => {
      const verb = String(part(one, "Statement")).split(" ")[0]?.toLowerCase() ?? "";
      const action = `PartiQL${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
      return on(action, part(one, "Parameters"), parameterForm);
    });
  }
  if (operation === "BatchGetItem" || operation === "BatchWriteItem")
    return [on(operation, part(body, "RequestItems"))];
  if (operation === "Query") {
    const need = on(operation, part(body, "ExpressionAttributeValues"), parameterForm);
    const index = part(body, "IndexName");
    return [index === undefined ? need : { ...need, resource: `${tableArn}/index/${String(index)}` }];
  }
  return [on(operation, [part(body, "Item"), part(body, "Key")])];
}

function ofS3(method: string, path: string, body: string): Need[] {
  const url = new URL(path, "http://localhost");
  const [, bucket = "", ...rest] = url.pathname.split("/");
  const key = decodeURIComponent(rest.join("/"));
  const resource = `arn:aws:s3:::${bucket}`;
  const onObject = (action: string): Need[] => [{ action: `s3:${action}`, resource: `${resource}/${key}` }];
  if (key === "" && url.searchParams.has("delete")) {
    return [...body.matchAll(/<Key>([^<]+)<\/Key>(<VersionId>)?/g)].map(([, deleted = "", version]) => ({
      action: version === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
      resource: `${resource}/${deleted}`,
    }));
  }
  if (key === "" && url.searchParams.has("versions")) {
    return [{ action: "s3:ListBucketVersions", resource, prefix: url.searchParams.get("prefix") ?? "" }];
  }
  if (key === "") return [{ action: "s3:ListBucket", resource, prefix: url.searchParams.get("prefix") ?? "" }];
  if (method === "DELETE") return onObject(url.searchParams.has("uploadId") ? "AbortMultipartUpload" : "DeleteObject");
  return onObject(method === "GET" || method === "HEAD" ? "GetObject" : "PutObject");
}

function needs(request: ClientRequest, body: string): Need[] {
  const target = request.getHeader("x-amz-target");
  if (typeof target !== "string") {
    return String(request.getHeader("authorization")).includes("/s3/") ? ofS3(request.method, request.path, body) : [];
  }
  const [service = "", operation = ""] = target.split(".");
  const parsed: unknown = JSON.parse(body);
  if (service.startsWith("DynamoDB")) return ofDynamo(operation, parsed);
  if (service === "AmazonSQS") {
    const queue = String(part(parsed, "QueueUrl")).split("/").at(-1);
    const action = `sqs:${operation.replace(/Batch$/, "")}`;
    return [{ action, resource: `arn:aws:sqs:us-east-1:000000000000:${queue}` }];
  }
  if (service === "AWSCognitoIdentityProviderService") {
    const pool = String(part(parsed, "UserPoolId"));
    const resource = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool}`;
    return [{ action: `cognito-idp:${operation}`, resource }];
  }
  const resource = part(parsed, "stateMachineArn") ?? part(parsed, "executionArn") ?? part(parsed, "mapRunArn");
  return [{ action: `states:${operation}`, resource: String(resource) }];
}

const bodies = new WeakMap<ClientRequest, Buffer[]>();
const remember = (request: ClientRequest, chunk: unknown): void => {
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
  bodies.set(request, [...(bodies.get(request) ?? []), Buffer.from(chunk)]);
};
/** Requests whose body says what is asked for: all but those to S3 that name one object. */
const isTold = (request: ClientRequest): boolean =>
  request.getHeader("x-amz-target") !== undefined || request.path.includes("?delete");
const { write, end } = ClientRequest.prototype;
ClientRequest.prototype.write = function (this: ClientRequest, ...given: unknown[]) {
  if (isTold(this)) remember(this, given[0]);
  return Reflect.apply(write, this, given);
};
ClientRequest.prototype.end = function (this: ClientRequest, ...given: unknown[]) {
  if (isTold(this)) remember(this, given[0]);
  note(needs(this, Buffer.concat(bodies.get(this) ?? []).toString("utf8")));
  return Reflect.apply(end, this, given);
};
