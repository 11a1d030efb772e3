import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDynamoDb } from "#infra/local/dynamodb";
import { openFront } from "#infra/local/dynamodb/front";
import { startSqs } from "#infra/local/sqs";
import { startStepFunctions } from "#infra/local/step-functions/server";

const credentials = { accessKeyId: "LOCALTEST", secretAccessKey: "right" };
const region = "us-east-1";
const endpoints = { dynamodb: "", sqs: "", states: "" };
type Service = keyof typeof endpoints;
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "guard-"));
  const dynamo = await startDynamoDb({ directory: undefined, tables: [], onExit: () => undefined });
  if (dynamo.engine === undefined) throw new Error("There is no engine of our own.");
  const front = await openFront(dynamo.engine, 0, credentials);
  const sqs = await startSqs({ port: 0, credentials, queues: [{ QueueName: "fills" }] });
  const invoke = async () => ({ payload: {} });
  const readObject = () => Promise.reject(new Error("no object"));
  const states = await startStepFunctions({ port: 0, directory, credentials, stateMachines: [], invoke, readObject });
  endpoints.dynamodb = front.endpoint;
  endpoints.sqs = sqs.endpoint;
  endpoints.states = states.endpoint;
  endings.push(
    () => rm(directory, { recursive: true, force: true }),
    () => dynamo.close(),
    () => front.close(),
    () => sqs.close(),
    () => states.close(),
  );
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** Sends one harmless request; answers with the name of the refusal, or "LET_IN". */
async function knock(service: Service, given: typeof credentials): Promise<string> {
  const settings = { endpoint: endpoints[service], region, credentials: given, maxAttempts: 1 };
  const send = {
    dynamodb: () => new DynamoDBClient(settings).send(new ListTablesCommand({})),
    sqs: () => new SQSClient(settings).send(new ListQueuesCommand({})),
    states: () => new SFNClient(settings).send(new ListExecutionsCommand({ stateMachineArn: "arn:none" })),
  }[service];
  try {
    await send();
    return "LET_IN";
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return /^(StateMachineDoesNotExist|InvalidArn)$/.test(name) ? "LET_IN" : name;
  }
}

/** A request as a web page makes it, with any Host header. */
async function asPage(service: Service, method: string, headers: Record<string, string>) {
  return await new Promise<{ status: number | undefined; headers: object }>((resolve, reject) => {
    const sent = request(endpoints[service], { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    sent.once("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

describe.each(["dynamodb", "sqs", "states"] as const)("the port of %s", (service) => {
  test("lets in who signs with the folder's secret, and nobody else", async () => {
    expect(await knock(service, credentials)).toBe("LET_IN");
    expect(await knock(service, { ...credentials, secretAccessKey: "guess" })).toBe("InvalidSignatureException");
    expect(await knock(service, { ...credentials, accessKeyId: "guess" })).toBe("UnrecognizedClientException");
  });

  test("answers no web page, neither its request nor its question whether it may ask", async () => {
    const page = { origin: "http://evil.example", "x-amz-target": "DynamoDB_20120810.ListTables" };
    for (const method of ["POST", "OPTIONS", "GET"]) {
      const answer = await asPage(service, method, page);
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("answers nobody who calls this machine by another name", async () => {
    expect((await asPage(service, "POST", { host: "rebound.example" })).status).toBe(403);
  });
});
