import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Access } from "../iam/access.ts";
import { guarded } from "../signing/guard.ts";
import { ApiError } from "./api-error.ts";
import { compileStateMachine } from "./definition.ts";
import { Engine, type Execution } from "./engine.ts";
import { operations } from "./operations.ts";
import type { Invoke, PutItem, ReadObject } from "./scope.ts";
import { systemTiming, type Timing } from "./timing.ts";

/** A state machine of the template: its definition in the Amazon States Language, parsed, no CloudFormation left in it. */
export interface StateMachineDefinition {
  readonly arn: string;
  readonly name: string;
  readonly definition: unknown;
}

/** Step Functions on this machine. */
export interface StepFunctions {
  readonly endpoint: string;
  /** Goes on with the executions that an earlier process left unfinished. */
  resume(): Promise<void>;
  /** Stops answering and leaves what runs, as it is on disk, to the next process. */
  close(): Promise<void>;
}

/** More than the largest request: an execution's input of 256 KiB, each character of it escaped. */
const largestBody = 2 * 1024 * 1024;

/**
 * Serves the Step Functions API (AWS JSON 1.0) on 127.0.0.1 and runs the state machines.
 *
 * @param options.port 0 for any free one.
 * @param options.directory where the executions are kept.
 * @param options.credentials whose signature lets a request in.
 * @param options.putItem what a task calls that writes an item of DynamoDB; without it there are no tables.
 * @param options.onEnd told of each execution that has come to its end.
 * @param options.timing clock, chance and timers; the system's unless a test gives its own.
 * @throws DefinitionRefused where a definition holds something that would not run here as on AWS.
 */
export async function startStepFunctions(options: {
  port: number;
  directory: string;
  stateMachines: readonly StateMachineDefinition[];
  invoke: Invoke;
  readObject: ReadObject;
  putItem?: PutItem;
  timing?: Timing;
  credentials: Access;
  onEnd?: (execution: Execution) => void;
}): Promise<StepFunctions> {
  const { port, directory, stateMachines, invoke, readObject, credentials, onEnd } = options;
  const { putItem = noTables, timing = systemTiming } = options;
  const machines = stateMachines.map(({ arn, name, definition }) => compileStateMachine(arn, name, definition));
  const engine = await Engine.open({ directory, machines, invoke, readObject, putItem, timing, onEnd });
  const server = createServer(
    guarded("states", credentials, (request, response, body) => answer(engine, request, response, body)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  return {
    endpoint: `http://127.0.0.1:${boundPort}`,
    resume: () => engine.resume(),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await engine.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function noTables(tableName: string): Promise<void> {
  throw new Error(`There is no table ${tableName}`);
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  try {
    const output = await run(engine, request, body);
    send(response, 200, output);
  } catch (error) {
    if (error instanceof ApiError) send(response, 400, { __type: error.type, message: error.message }, error.type);
    else {
      console.error("Step Functions:", error);
      send(response, 500, { __type: "InternalFailure", message: "The request failed." }, "InternalFailure");
    }
  }
}

async function run(engine: Engine, request: IncomingMessage, body: Buffer): Promise<object> {
  const [service, name = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const operation = service === "AWSStepFunctions" ? operations.get(name) : undefined;
  if (operation === undefined) {
    throw new ApiError("UnknownOperationException", `The operation ${JSON.stringify(name)} is not answered here.`);
  }
  return operation(engine, readJson(body));
}

function readJson(body: Buffer): unknown {
  if (body.length > largestBody) throw new ApiError("ValidationException", "The request is too large.");
  try {
    return JSON.parse(body.toString("utf8") || "{}");
  } catch {
    throw new ApiError("SerializationException", "The request is not JSON.");
  }
}

function send(response: ServerResponse, status: number, body: object, errorType?: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/x-amz-json-1.0");
  response.setHeader("x-amzn-requestid", randomUUID());
  if (errorType !== undefined) response.setHeader("x-amzn-errortype", errorType);
  response.end(JSON.stringify(body));
}
