import { z } from "zod";
import type { TaskState } from "./definition.ts";
import type { Data } from "./path.ts";
import { type CallOptions, type InvokeResult, record, type Scope } from "./scope.ts";
import { putItemArn } from "./state-schemas.ts";
import { StatesError } from "./states-error.ts";
import { Deadline, settle } from "./timing.ts";

/**
 * Runs one try of a Task: calls its Lambda function and answers with the result as the language shows it.
 *
 * @throws StatesError named after the function's error, or `States.Timeout` after TimeoutSeconds.
 */
export async function runTask(state: TaskState, data: Data, scope: Scope): Promise<unknown> {
  const parameters = state.Parameters === undefined ? data.input : state.Parameters(data);
  if (putItemArn.test(state.Resource)) return await runPutItem(state, parameters, scope);
  const integrated = state.Resource.includes(":states:");
  const { functionArn, payload } = integrated
    ? readCall(parameters)
    : { functionArn: state.Resource, payload: parameters };
  const events = integrated ? integrationEvents(state, parameters, lambdaInvoke) : functionEvents(state, payload);
  events.started(scope);
  try {
    const answer = await callInTime(state.TimeoutSeconds, scope, functionArn, payload);
    const result = integrated ? { ExecutedVersion: "$LATEST", Payload: answer, StatusCode: 200 } : answer;
    events.succeeded(scope, result);
    return result;
  } catch (error) {
    if (error instanceof StatesError) events.failed(scope, error);
    throw error;
  }
}

const putItemParameters = z.object({ TableName: z.string(), Item: z.record(z.string(), z.unknown()) });

async function runPutItem(state: TaskState, parameters: unknown, scope: Scope): Promise<unknown> {
  const events = integrationEvents(state, parameters, dynamoDbPutItem);
  events.started(scope);
  const deadline =
    state.TimeoutSeconds === undefined ? undefined : new Deadline(scope.timing, state.TimeoutSeconds * 1000);
  try {
    const { TableName, Item } = putItemParameters.parse(parameters);
    await settle(putItem(scope, TableName, Item), scope, deadline);
    const result = {};
    events.succeeded(scope, result);
    return result;
  } catch (error) {
    if (error instanceof StatesError) events.failed(scope, error);
    throw error;
  }
}

async function putItem(scope: Scope, tableName: string, item: Record<string, unknown>): Promise<void> {
  try {
    await scope.putItem(tableName, item);
  } catch (error) {
    // AWS names errors of the optimised integration so.
    const name = error instanceof Error ? error.name : "AmazonDynamoDBException";
    throw new StatesError(`DynamoDB.${name}`, error instanceof Error ? error.message : String(error));
  }
}

function readCall(parameters: unknown): { functionArn: string; payload: unknown } {
  const fields: Record<string, unknown> =
    typeof parameters === "object" && parameters !== null ? { ...parameters } : {};
  if (typeof fields.FunctionName !== "string") {
    throw new StatesError("States.Runtime", "The FunctionName of lambda:invoke is not text.");
  }
  return { functionArn: fields.FunctionName, payload: fields.Payload ?? {} };
}

/** A call that was given up before it had a place never runs; one that had begun goes on, as on AWS. */
async function callInTime(
  seconds: number | undefined,
  scope: Scope,
  functionArn: string,
  payload: unknown,
): Promise<unknown> {
  const deadline = seconds === undefined ? undefined : new Deadline(scope.timing, seconds * 1000);
  const giveUp = new AbortController();
  const onWait = (place: Promise<void>) => deadline?.waitFor(place);
  try {
    return await settle(call(scope, functionArn, payload, { signal: giveUp.signal, onWait }), scope, deadline);
  } catch (error) {
    giveUp.abort();
    throw error;
  }
}

async function call(scope: Scope, functionArn: string, payload: unknown, options: CallOptions): Promise<unknown> {
  let result: InvokeResult;
  try {
    result = await scope.invoke(functionArn, payload, options);
  } catch (error) {
    // The call did not come about: what AWS names so is the caller's side of a Lambda request.
    throw new StatesError("Lambda.SdkClientException", error instanceof Error ? error.message : String(error));
  }
  if ("error" in result) throw new StatesError(result.error.errorType, JSON.stringify(result.error));
  return result.payload ?? null;
}

interface TaskEvents {
  started(scope: Scope): void;
  succeeded(scope: Scope, result: unknown): void;
  failed(scope: Scope, failure: StatesError): void;
}

function functionEvents(state: TaskState, payload: unknown): TaskEvents {
  return {
    started(scope) {
      if (scope.log === undefined) return;
      record(scope, "LambdaFunctionScheduled", {
        lambdaFunctionScheduledEventDetails: {
          resource: state.Resource,
          input: JSON.stringify(payload),
          timeoutInSeconds: state.TimeoutSeconds,
        },
      });
      record(scope, "LambdaFunctionStarted");
    },
    succeeded(scope, result) {
      if (scope.log === undefined) return;
      record(scope, "LambdaFunctionSucceeded", {
        lambdaFunctionSucceededEventDetails: { output: JSON.stringify(result) },
      });
    },
    failed(scope, { error, reason }) {
      if (error === "States.Timeout") {
        record(scope, "LambdaFunctionTimedOut", { lambdaFunctionTimedOutEventDetails: { error, cause: reason } });
      } else {
        record(scope, "LambdaFunctionFailed", { lambdaFunctionFailedEventDetails: { error, cause: reason } });
      }
    },
  };
}

interface Integration {
  readonly resourceType: string;
  readonly resource: string;
}
const lambdaInvoke: Integration = { resourceType: "lambda", resource: "invoke" };
const dynamoDbPutItem: Integration = { resourceType: "dynamodb", resource: "putItem" };

function integrationEvents(state: TaskState, parameters: unknown, resource: Integration): TaskEvents {
  return {
    started(scope) {
      if (scope.log === undefined) return;
      record(scope, "TaskScheduled", {
        taskScheduledEventDetails: {
          ...resource,
          region: "us-east-1",
          parameters: JSON.stringify(parameters),
          timeoutInSeconds: state.TimeoutSeconds,
        },
      });
      record(scope, "TaskStarted", { taskStartedEventDetails: resource });
    },
    succeeded(scope, result) {
      if (scope.log === undefined) return;
      record(scope, "TaskSucceeded", { taskSucceededEventDetails: { ...resource, output: JSON.stringify(result) } });
    },
    failed(scope, { error, reason }) {
      if (error === "States.Timeout") {
        record(scope, "TaskTimedOut", { taskTimedOutEventDetails: { ...resource, error, cause: reason } });
      } else {
        record(scope, "TaskFailed", { taskFailedEventDetails: { ...resource, error, cause: reason } });
      }
    },
  };
}
