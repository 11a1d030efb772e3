import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import type { Retrier } from "#infra/local/step-functions/retry";
import { meansError, retryDelay } from "#infra/local/step-functions/retry";
import { failure, functionArn, ManualTiming, only, startBed } from "./step-functions-bed.ts";

/** A function that fails with the given errors one after the other and then answers "done". */
function failing(...names: string[]): { work: () => unknown; calls: () => number } {
  let calls = 0;
  const work = () => {
    const name = names[calls++];
    if (name !== undefined) throw failure(name);
    return "done";
  };
  return { work, calls: () => calls };
}

const retrying = (...Retry: object[]): unknown => only({ Type: "Task", Resource: functionArn, Retry });

const catching = (...Catch: object[]): unknown => ({
  StartAt: "Try",
  States: {
    Try: { Type: "Task", Resource: functionArn, Catch: Catch.map((each) => ({ Next: "Caught", ...each })), End: true },
    Caught: { Type: "Pass", End: true },
  },
});

describe("Retry", () => {
  test("waits the interval, then longer by the back-off, until the function answers", async () => {
    const timing = new ManualTiming();
    const { work, calls } = failing("A", "A", "A");
    const definition = retrying({ ErrorEquals: ["A"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 });
    const bed = await startBed({ definition, work, timing });
    const arn = await bed.start();
    for (const delay of [2000, 6000, 18_000]) await timing.pass(delay);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '"done"' });
    expect(calls()).toBe(4);
    expect((await bed.events(arn)).filter((type) => type === "LambdaFunctionFailed")).toHaveLength(3);
  });

  test("tries three times, after 1, 2 and 4 seconds, where nothing else is said", async () => {
    const timing = new ManualTiming();
    const { work, calls } = failing("A", "A", "A", "A");
    const bed = await startBed({ definition: retrying({ ErrorEquals: ["States.ALL"] }), work, timing });
    const arn = await bed.start();
    for (const delay of [1000, 2000, 4000]) await timing.pass(delay);
    expect(await bed.ended(arn)).toMatchObject({ status: "FAILED", error: "A" });
    expect(calls()).toBe(4);
  });

  test("never waits longer than MaxDelaySeconds", async () => {
    const timing = new ManualTiming();
    const { work } = failing("A", "A", "A");
    const definition = retrying({ ErrorEquals: ["A"], IntervalSeconds: 4, MaxDelaySeconds: 5, MaxAttempts: 3 });
    const bed = await startBed({ definition, work, timing });
    const arn = await bed.start();
    for (const delay of [4000, 5000, 5000]) await timing.pass(delay);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("with full jitter waits the share of the back-off that chance gives", async () => {
    const timing = new ManualTiming();
    const { work } = failing("A", "A");
    const definition = retrying({ ErrorEquals: ["A"], IntervalSeconds: 10, JitterStrategy: "FULL" });
    const bed = await startBed({ definition, work, timing });
    timing.chance = 0.25;
    const arn = await bed.start();
    await timing.pass(2500);
    await timing.pass(5000);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("counts each retrier for itself, and the first that means the error decides", async () => {
    const timing = new ManualTiming();
    const { work, calls } = failing("A", "B", "A", "B");
    const definition = retrying(
      { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ["B"], IntervalSeconds: 10, MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 100, MaxAttempts: 9 },
    );
    const bed = await startBed({ definition, work, timing });
    const arn = await bed.start();
    for (const delay of [1000, 10_000, 2000]) await timing.pass(delay);
    expect(await bed.ended(arn)).toMatchObject({ status: "FAILED", error: "B" });
    expect(calls()).toBe(4);
  });

  test("with MaxAttempts 0 means: not at all", async () => {
    const { work, calls } = failing("A");
    const definition = retrying({ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] });
    const bed = await startBed({ definition, work });
    expect(await bed.run()).toMatchObject({ status: "FAILED", error: "A" });
    expect(calls()).toBe(1);
  });

  test("tells the state how often it was tried again", async () => {
    const timing = new ManualTiming();
    const seen: number[] = [];
    const bed = await startBed({
      definition: only({
        Type: "Task",
        Resource: functionArn,
        Parameters: { "again.$": "$$.State.RetryCount" },
        Retry: [{ ErrorEquals: ["A"], MaxAttempts: 1 }],
      }),
      work: ({ again }: { again: number }) => {
        seen.push(again);
        if (again === 0) throw failure("A");
      },
      timing,
    });
    const arn = await bed.start();
    await timing.pass(1000);
    await bed.ended(arn);
    expect(seen).toEqual([0, 1]);
  });

  test.each([0, 0.5, 0.999_999])("jitter stays between none and the whole back-off (chance %d)", (chance) => {
    const retrier: Retrier = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 1,
      BackoffRate: 2,
      MaxAttempts: 4,
      MaxDelaySeconds: 20,
      JitterStrategy: "FULL",
    };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const whole = retryDelay({ ...retrier, JitterStrategy: "NONE" }, attempt, chance);
      const delay = retryDelay(retrier, attempt, chance);
      expect(whole).toBe(Math.min(2 ** attempt, 20) * 1000);
      expect(delay).toBe(Math.round(whole * chance));
    }
  });
});

test.each([
  ["States.ALL", "Anything", true],
  ["States.ALL", "States.Timeout", true],
  ["States.ALL", "States.Runtime", false],
  ["States.Runtime", "States.Runtime", false],
  ["States.ALL", "States.DataLimitExceeded", false],
  ["States.DataLimitExceeded", "States.DataLimitExceeded", true],
  ["States.TaskFailed", "Anything", true],
  ["States.TaskFailed", "States.Timeout", false],
  ["Anything", "Anything", true],
  ["Anything", "Something", false],
])("ErrorEquals %s and the error %s: %s", (given, error, means) => {
  expect(meansError([given], error)).toBe(means);
});

describe("Catch", () => {
  const cause = JSON.stringify({ errorType: "A", errorMessage: "It went wrong.", trace: [] });

  test.each([
    ["without ResultPath gives the error alone", {}, { Error: "A", Cause: cause }],
    [
      "with ResultPath puts it into the input",
      { ResultPath: "$.error" },
      { n: 1, error: { Error: "A", Cause: cause } },
    ],
    ["with ResultPath null keeps the input", { ResultPath: null }, { n: 1 }],
  ])("%s", async (_name, fields, output) => {
    const definition = catching({ ErrorEquals: ["B"], Next: "Try" }, { ErrorEquals: ["States.ALL"], ...fields });
    const bed = await startBed({ definition, work: failing("A").work });
    const ended = await bed.run({ n: 1 });
    expect(ended.status).toBe("SUCCEEDED");
    expect(JSON.parse(ended.output ?? "")).toEqual(output);
  });

  test("lets through what none of its lists means", async () => {
    const bed = await startBed({ definition: catching({ ErrorEquals: ["B"] }), work: failing("A").work });
    expect(await bed.run()).toMatchObject({ status: "FAILED", error: "A" });
  });

  test("comes after Retry is used up", async () => {
    const timing = new ManualTiming();
    const { work, calls } = failing("A", "A");
    const definition = {
      StartAt: "Try",
      States: {
        Try: {
          Type: "Task",
          Resource: functionArn,
          Retry: [{ ErrorEquals: ["A"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["A"], Next: "Caught" }],
          End: true,
        },
        Caught: { Type: "Succeed" },
      },
    };
    const bed = await startBed({ definition, work, timing });
    const arn = await bed.start();
    await timing.pass(1000);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    expect(calls()).toBe(2);
  });
});

describe("timeouts", () => {
  test("a task that outlives TimeoutSeconds is States.Timeout, and its late answer changes nothing", async () => {
    const timing = new ManualTiming();
    const late = Promise.withResolvers<string>();
    const bed = await startBed({
      definition: only({ Type: "Task", Resource: functionArn, TimeoutSeconds: 35 }),
      work: () => late.promise,
      timing,
    });
    const arn = await bed.start();
    await timing.pass(35_000);
    const ended = await bed.ended(arn);
    expect(ended).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    late.resolve("too late");
    const { events = [] } = await bed.client.send(new GetExecutionHistoryCommand({ executionArn: arn }));
    expect(events.map(({ type }) => type).slice(-2)).toEqual(["LambdaFunctionTimedOut", "ExecutionFailed"]);
  });

  test("a task in time leaves no timer behind", async () => {
    const timing = new ManualTiming();
    const bed = await startBed({
      definition: only({ Type: "Task", Resource: functionArn, TimeoutSeconds: 35 }),
      timing,
    });
    expect(await bed.run()).toMatchObject({ status: "SUCCEEDED" });
    expect(timing.waits).toEqual([]);
  });

  test("an execution that outlives the machine's TimeoutSeconds is TIMED_OUT", async () => {
    const timing = new ManualTiming();
    const definition = Object.assign({}, only({ Type: "Wait", Seconds: 500 }), { TimeoutSeconds: 100 });
    const bed = await startBed({ definition, timing });
    const arn = await bed.start();
    await timing.pass(100_000);
    expect(await bed.ended(arn)).toMatchObject({ status: "TIMED_OUT" });
    expect((await bed.events(arn)).at(-1)).toBe("ExecutionTimedOut");
  });
});
