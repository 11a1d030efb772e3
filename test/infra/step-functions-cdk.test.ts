import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Fail,
  JitterType,
  JsonPath,
  Pass,
  S3JsonLItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { expect, test } from "vitest";
import { chunkLines, failure, functionArn, startBed } from "./step-functions-bed.ts";

/** A definition with every form that the CDK gives to what the product's workflows are made of. */
function synthesised(): unknown {
  const stack = new Stack(new App(), "Stack", { env: { region: "us-east-1", account: "000000000000" } });
  const lambdaFunction = LambdaFunction.fromFunctionAttributes(stack, "Work", { functionArn, sameEnvironment: true });
  const names = { library: JsonPath.stringAt("$.library"), job: JsonPath.stringAt("$.job") };
  const retry = {
    errors: ["States.ALL"],
    maxAttempts: 1,
    interval: Duration.seconds(1),
    maxDelay: Duration.seconds(2),
    jitterStrategy: JitterType.FULL,
  };
  const split = new LambdaInvoke(stack, "Split", {
    lambdaFunction,
    payloadResponseOnly: true,
    payload: TaskInput.fromObject({ task: "split", ...names }),
    taskTimeout: Timeout.duration(Duration.seconds(900)),
  });
  const chunk = new LambdaInvoke(stack, "Chunk", { lambdaFunction, payloadResponseOnly: true }).addRetry(retry);
  const close = new LambdaInvoke(stack, "Close", {
    lambdaFunction,
    payload: TaskInput.fromObject({ task: "close", ...names }),
    outputPath: "$.Payload",
  });
  const closeAfterError = new LambdaInvoke(stack, "CloseAfterError", {
    lambdaFunction,
    payloadResponseOnly: true,
    payload: TaskInput.fromObject({ task: "close", ...names, error: JsonPath.objectAt("$.error") }),
    resultPath: JsonPath.DISCARD,
  });
  const onError = { errors: ["States.ALL"], resultPath: "$.error" };
  closeAfterError.next(new Fail(stack, "Failed", { errorPath: "$.error.Error", causePath: "$.error.Cause" }));
  const map = new DistributedMap(stack, "Chunks", {
    mapExecutionType: StateMachineType.EXPRESS,
    maxConcurrency: 4,
    toleratedFailurePercentage: 100,
    itemReader: new S3JsonLItemReader({
      bucket: Bucket.fromBucketName(stack, "Bucket", "bucket"),
      key: JsonPath.stringAt("$.key"),
    }),
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(chunk);
  map.addCatch(closeAfterError, onError).next(close);
  split.addCatch(closeAfterError, onError);
  const named = new Pass(stack, "Named", {
    parameters: {
      name: JsonPath.format("{}-{}", JsonPath.stringAt("$.library"), JsonPath.stringAt("$$.Execution.Name")),
    },
    resultPath: "$.named",
  });
  const any = new Choice(stack, "AnyChunks").when(Condition.numberGreaterThan("$.chunks", 0), map);
  split.next(named).next(any.otherwise(close));
  close.next(new Succeed(stack, "Closed"));
  new StateMachine(stack, "Machine", {
    definitionBody: DefinitionBody.fromChainable(split),
    timeout: Duration.hours(5),
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources("AWS::StepFunctions::StateMachine"));
  const text: unknown = machine?.Properties.DefinitionString;
  const parts: unknown[] = typeof text === "string" ? [text] : Reflect.get(Object(text), "Fn::Join")[1];
  return JSON.parse(parts.map((part) => (typeof part === "string" ? part : "aws")).join(""));
}

interface Payload {
  task?: "split" | "close";
  chunk?: number;
  library?: string;
  error?: { Error: string };
}

test("a chunked workflow as the CDK writes it runs from split to close", async () => {
  const calls: Payload[] = [];
  const bed = await startBed({
    definition: synthesised(),
    objects: { "bucket/piedmont/chunks.jsonl": chunkLines(10) },
    work: (payload: Payload) => {
      calls.push(payload);
      if (payload.task === "split") return { library: "piedmont", job: "7", chunks: 10, key: "piedmont/chunks.jsonl" };
      return payload.task === "close" ? { closed: payload.library } : {};
    },
  });
  const ended = await bed.run({ library: "piedmont", job: "7" }, "piedmont-7-plan");
  expect(ended).toMatchObject({ status: "SUCCEEDED", output: '{"closed":"piedmont"}' });
  expect(calls.filter(({ task }) => task === "split")).toEqual([{ task: "split", library: "piedmont", job: "7" }]);
  expect(calls.filter(({ chunk }) => chunk !== undefined)).toHaveLength(10);
  expect(calls.at(-1)).toEqual({ task: "close", library: "piedmont", job: "7" });
});

test("where splitting fails for good it closes with the error and fails", async () => {
  const calls: Payload[] = [];
  const bed = await startBed({
    definition: synthesised(),
    work: (payload: Payload) => {
      calls.push(payload);
      if (payload.task === "split") throw failure("NoQuerySet", "It is gone.");
    },
  });
  const ended = await bed.run({ library: "piedmont", job: "7" });
  expect(ended).toMatchObject({ status: "FAILED", error: "NoQuerySet" });
  expect(calls.at(-1)).toMatchObject({ task: "close", library: "piedmont", error: { Error: "NoQuerySet" } });
});
