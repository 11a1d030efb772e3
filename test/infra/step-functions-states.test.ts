import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { failure, functionArn, ManualTiming, machineArn, only, startBed } from "./step-functions-bed.ts";

const outputOf = ({ output }: { output?: string | undefined }): unknown => JSON.parse(output ?? "null");

describe("a Task", () => {
  test("calls its function with its input and passes the answer on", async () => {
    const bed = await startBed({
      definition: only({ Type: "Task", Resource: functionArn }),
      work: ({ n }: { n: number }, arn) => ({ twice: n * 2, arn }),
    });
    const ended = await bed.run({ n: 21 });
    expect(ended.status).toBe("SUCCEEDED");
    expect(outputOf(ended)).toEqual({ twice: 42, arn: functionArn });
    expect(await bed.events(String(ended.executionArn))).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("through lambda:invoke finds the answer under Payload", async () => {
    const bed = await startBed({
      definition: only({
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: functionArn, "Payload.$": "$" },
        ResultSelector: { "said.$": "$.Payload.said", "status.$": "$.StatusCode" },
      }),
      work: ({ word }: { word: string }) => ({ said: word }),
    });
    const ended = await bed.run({ word: "yes" });
    expect(outputOf(ended)).toEqual({ said: "yes", status: 200 });
    expect(await bed.events(String(ended.executionArn))).toContain("TaskSucceeded");
  });

  test("fails the execution with the name and the words of the function's error", async () => {
    const bed = await startBed({
      definition: only({ Type: "Task", Resource: functionArn }),
      work: () => {
        throw failure("CatalogueMissing", "There is no catalogue.");
      },
    });
    const ended = await bed.run();
    expect(ended).toMatchObject({ status: "FAILED", error: "CatalogueMissing" });
    expect(JSON.parse(ended.cause ?? "")).toMatchObject({ errorMessage: "There is no catalogue." });
    expect(await bed.events(String(ended.executionArn))).toContain("LambdaFunctionFailed");
  });
});

describe("data flow", () => {
  const input = { library: "piedmont", job: { id: "7", size: 3 } };

  test.each([
    ["InputPath takes a part", { InputPath: "$.job" }, { id: "7", size: 3 }],
    ["InputPath null takes nothing", { InputPath: null }, {}],
    ["OutputPath cuts the output", { OutputPath: "$.job.size" }, 3],
    ["ResultPath null throws the result away", { Result: "gone", ResultPath: null }, input],
    [
      "ResultPath puts the result into the input",
      { Result: 1, ResultPath: "$.job.done" },
      { ...input, job: { ...input.job, done: 1 } },
    ],
    ["ResultPath makes the way to it", { Result: 1, ResultPath: "$.a['b c']" }, { ...input, a: { "b c": 1 } }],
    ["Result may be null", { Result: null }, null],
    [
      "Parameters are made of paths and constants",
      { Parameters: { a: ["x", { "b.$": "$.job.id" }] } },
      { a: ["x", { b: "7" }] },
    ],
    ["a path with brackets and an index", { Parameters: { "a.$": "$['job']['id']" } }, { a: "7" }],
  ])("%s", async (_name, fields, output) => {
    const bed = await startBed({ definition: only({ Type: "Pass", ...fields }) });
    expect(outputOf(await bed.run(input))).toEqual(output);
  });

  test("the context object says which execution this is", async () => {
    const paths = {
      "execution.$": "$$.Execution.Name",
      "arn.$": "$$.Execution.Id",
      "input.$": "$$.Execution.Input",
      "since.$": "$$.Execution.StartTime",
      "machine.$": "$$.StateMachine.Id",
      "state.$": "$$.State.Name",
    };
    const timing = new ManualTiming();
    const bed = await startBed({ definition: only({ Type: "Pass", Parameters: paths }), timing });
    expect(outputOf(await bed.run({ a: 1 }, "job-1"))).toEqual({
      execution: "job-1",
      arn: "arn:aws:states:us-east-1:000000000000:execution:Work:job-1",
      input: { a: 1 },
      since: "2026-03-02T09:00:00.000Z",
      machine: machineArn,
      state: "Only",
    });
  });

  test.each([
    ["States.Format('{}-{} \\{{}\\}', $.s, $.n, 'x')", "a'b-3 {x}"],
    ["States.JsonToString($.list)", "[1,2,2]"],
    ["States.StringToJson('{\"a\":[1]}')", { a: [1] }],
    ["States.Array($.n, 'x', true, null, -1.5)", [3, "x", true, null, -1.5]],
    ["States.Array()", []],
    ["States.ArrayLength($.list)", 3],
    ["States.ArrayGetItem($.list, States.MathAdd($.n, -3))", 1],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayUnique($.list)", [1, 2]],
    ["States.MathAdd($.n, 4)", 7],
    ["States.StringSplit('a.b-c', '.-')", ["a", "b", "c"]],
    ["States.JsonMerge($.left, $.right, false)", { a: 1, b: 2 }],
    ["States.Hash('abc', 'SHA-256')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["States.Base64Decode(States.Base64Encode('é'))", "é"],
  ])("%s", async (expression, value) => {
    const bed = await startBed({ definition: only({ Type: "Pass", Parameters: { "value.$": expression } }) });
    const given = { s: "a'b", n: 3, list: [1, 2, 2], left: { a: 1, b: 1 }, right: { b: 2 } };
    expect(outputOf(await bed.run(given))).toEqual({ value });
  });

  test("States.UUID gives a new one each time", async () => {
    const bed = await startBed({
      definition: only({ Type: "Pass", Parameters: { "a.$": "States.UUID()", "b.$": "States.UUID()" } }),
    });
    const { a, b } = outputOf(await bed.run()) as { a: string; b: string };
    expect(a).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
    expect(a).not.toBe(b);
  });

  test.each([
    ["a path that leads nowhere", { Parameters: { "a.$": "$.none" } }, "States.ParameterPathFailure"],
    ["a path to an inherited name", { Parameters: { "a.$": "$.constructor" } }, "States.ParameterPathFailure"],
    ["an InputPath that leads nowhere", { InputPath: "$.none" }, "States.Runtime"],
    ["a ResultPath through a text", { Result: 1, ResultPath: "$.library.x" }, "States.ResultPathMatchFailure"],
    [
      "an intrinsic function of the wrong type",
      { Parameters: { "a.$": "States.MathAdd($.library, 1)" } },
      "States.IntrinsicFailure",
    ],
    [
      "a Format with too few arguments",
      { Parameters: { "a.$": "States.Format('{} {}', 1)" } },
      "States.IntrinsicFailure",
    ],
  ])("%s fails the execution", async (_name, fields, error) => {
    const bed = await startBed({ definition: only({ Type: "Pass", ...fields }) });
    expect(await bed.run(input)).toMatchObject({ status: "FAILED", error });
  });

  test("an output of more than 256 KiB is States.DataLimitExceeded, which States.ALL does not catch", async () => {
    const bed = await startBed({
      definition: {
        StartAt: "Large",
        States: {
          Large: {
            Type: "Task",
            Resource: functionArn,
            End: true,
            Catch: [{ ErrorEquals: ["States.ALL"], Next: "After" }],
          },
          After: { Type: "Succeed" },
        },
      },
      work: () => "x".repeat(256 * 1024),
    });
    expect(await bed.run()).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

describe("a Choice", () => {
  const given = { n: 5, s: "abc", t: true, d: "2026-03-01T00:00:00Z", none: null, list: [1] };

  test.each([
    [{ Variable: "$.n", NumericEquals: 5 }, true],
    [{ Variable: "$.n", NumericGreaterThan: 5 }, false],
    [{ Variable: "$.n", NumericGreaterThanEquals: 5 }, true],
    [{ Variable: "$.n", NumericLessThanPath: "$.list[0]" }, false],
    [{ Variable: "$.s", StringEquals: "abc" }, true],
    [{ Variable: "$.s", StringLessThan: "abd" }, true],
    [{ Variable: "$.s", StringLessThanEquals: "abb" }, false],
    [{ Variable: "$.s", StringMatches: "a*" }, true],
    [{ Variable: "$.s", StringMatches: "a.c" }, false],
    [{ Variable: "$.s", StringMatches: "a\\*" }, false],
    [{ Variable: "$.s", NumericEquals: 5 }, false],
    [{ Variable: "$.t", BooleanEquals: true }, true],
    [{ Variable: "$.d", TimestampLessThan: "2026-03-01T01:00:00+00:30" }, true],
    [{ Variable: "$.d", TimestampGreaterThan: "2026-03-01T00:00:00Z" }, false],
    [{ Variable: "$.x", IsPresent: true }, false],
    [{ Variable: "$.none", IsPresent: true }, true],
    [{ Variable: "$.none", IsNull: true }, true],
    [{ Variable: "$.s", IsString: true }, true],
    [{ Variable: "$.s", IsNumeric: false }, true],
    [{ Variable: "$.d", IsTimestamp: true }, true],
    [{ Variable: "$.t", IsBoolean: true }, true],
    [{ Not: { Variable: "$.n", NumericEquals: 5 } }, false],
    [
      {
        And: [
          { Variable: "$.x", IsPresent: true },
          { Variable: "$.x", NumericEquals: 1 },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: "$.n", NumericEquals: 1 },
          { Variable: "$.t", BooleanEquals: true },
        ],
      },
      true,
    ],
    [{ Variable: "$$.Execution.Name", StringMatches: "job-*" }, true],
  ])("%j is %s", async (rule, holds) => {
    const definition = {
      StartAt: "Which",
      States: {
        Which: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
        Yes: { Type: "Pass", Result: true, End: true },
        No: { Type: "Pass", Result: false, End: true },
      },
    };
    const bed = await startBed({ definition });
    expect(outputOf(await bed.run(given, "job-9"))).toBe(holds);
  });

  test("without a rule that holds and without a default fails", async () => {
    const states = {
      Which: { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "End" }] },
      End: { Type: "Succeed" },
    };
    const bed = await startBed({ definition: { StartAt: "Which", States: states } });
    expect(await bed.run({ n: 2 })).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" });
  });

  test("a loop without an end is stopped", async () => {
    const states = { Again: { Type: "Pass", Next: "Again" } };
    const bed = await startBed({ definition: { StartAt: "Again", States: states } });
    expect(await bed.run()).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});

describe("a Wait", () => {
  test.each([
    ["Seconds", { Seconds: 90 }, 90_000],
    ["SecondsPath", { SecondsPath: "$.pause" }, 30_000],
    ["Timestamp", { Timestamp: "2026-03-02T10:00:00Z" }, 3_600_000],
    ["TimestampPath", { TimestampPath: "$.at" }, 60_000],
  ])("by %s lasts so long and no longer", async (_name, fields, delay) => {
    const timing = new ManualTiming();
    const bed = await startBed({ definition: only({ Type: "Wait", ...fields }), timing });
    const input = { pause: 30, at: "2026-03-02T09:01:00Z" };
    const arn = await bed.start(input);
    await timing.pass(delay);
    const ended = await bed.ended(arn);
    expect(ended.status).toBe("SUCCEEDED");
    expect(outputOf(ended)).toEqual(input);
    expect(Number(ended.stopDate) - Number(ended.startDate)).toBe(delay);
  });
});

describe("Succeed, Fail and Parallel", () => {
  test("Succeed ends with its input", async () => {
    const bed = await startBed({ definition: only({ Type: "Succeed", InputPath: "$.a" }) });
    expect(outputOf(await bed.run({ a: 1 }))).toBe(1);
  });

  test("Fail ends with its error and cause, also from paths", async () => {
    const fixed = await startBed({
      definition: only({ Type: "Fail", Error: "NoChunks", Cause: "Nothing was split." }),
    });
    expect(await fixed.run()).toMatchObject({ status: "FAILED", error: "NoChunks", cause: "Nothing was split." });
    const bed = await startBed({
      definition: only({ Type: "Fail", ErrorPath: "$.e.Error", CausePath: "States.Format('because {}', $.e.Cause)" }),
    });
    expect(await bed.run({ e: { Error: "A", Cause: "b" } })).toMatchObject({ error: "A", cause: "because b" });
  });

  const side = (name: string) => ({
    StartAt: name,
    States: { [name]: { Type: "Task", Resource: functionArn, Parameters: { name }, End: true } },
  });

  test("Parallel gives the outputs of its branches in their order", async () => {
    const bed = await startBed({
      definition: only({ Type: "Parallel", Branches: [side("left"), side("right")] }),
      work: ({ name }: { name: string }) => name.toUpperCase(),
    });
    expect(outputOf(await bed.run())).toEqual(["LEFT", "RIGHT"]);
  });

  test("a branch that fails ends the others, which do not catch what ended them", async () => {
    const held = {
      StartAt: "held",
      States: {
        held: {
          Type: "Task",
          Resource: functionArn,
          Parameters: { name: "held" },
          End: true,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "after" }],
        },
        after: { Type: "Task", Resource: functionArn, Parameters: { name: "after" }, End: true },
      },
    };
    const called: string[] = [];
    const bed = await startBed({
      definition: only({ Type: "Parallel", Branches: [held, side("broken")] }),
      work: ({ name }: { name: string }) => {
        called.push(name);
        if (name === "broken") throw failure("Broken");
        return new Promise(() => undefined);
      },
    });
    const ended = await bed.run();
    expect(ended).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(called).toEqual(["held", "broken"]);
    expect(await bed.events(String(ended.executionArn))).not.toContain("TaskStateExited");
  });
});

test("history tells input and output of each state, and leaves them out when they are not asked for", async () => {
  const bed = await startBed({ definition: only({ Type: "Pass", Result: { b: 2 } }) });
  const { executionArn } = await bed.run({ a: 1 });
  const { events = [] } = await bed.client.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(events.map(({ id, previousEventId }) => [id, previousEventId])).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 3],
  ]);
  expect(events[0]?.executionStartedEventDetails?.input).toBe('{"a":1}');
  expect(events[2]?.stateExitedEventDetails).toMatchObject({ name: "Only", output: '{"b":2}' });
  const bare = await bed.client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
  expect(bare.events?.[1]?.stateEnteredEventDetails).toEqual({ name: "Only" });
  expect(bare.events?.[3]?.executionSucceededEventDetails?.output).toBeUndefined();
});
