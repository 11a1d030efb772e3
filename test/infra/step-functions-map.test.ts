import { Readable } from "node:stream";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test, vi } from "vitest";
import { patience, processorTime } from "#test/patience";
import { chunked, chunkLines, failure, functionArn, gate, ManualTiming, only, startBed } from "./step-functions-bed.ts";

interface Chunk {
  chunk: number;
}
const input = { key: "chunks.jsonl" };
const objectsOf = (count: number) => ({ "bucket/chunks.jsonl": chunkLines(count) });

describe("a distributed Map", () => {
  test("runs one child for each line and gives their outputs in the order of the lines", async () => {
    const seen: number[] = [];
    const bed = await startBed({
      definition: chunked({ MaxConcurrency: 3 }),
      objects: objectsOf(20),
      work: ({ chunk }: Chunk) => {
        seen.push(chunk);
        return chunk * 10;
      },
    });
    const ended = await bed.run(input);
    expect(JSON.parse(ended.output ?? "")).toEqual(Array.from({ length: 20 }, (_none, n) => n * 10));
    expect(seen.sort((left, right) => left - right)).toEqual(Array.from({ length: 20 }, (_none, n) => n));
    expect(await bed.events(String(ended.executionArn))).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapRunStarted",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("keeps no outputs where the result is thrown away", async () => {
    const bed = await startBed({ definition: chunked({ ResultPath: null }), objects: objectsOf(3) });
    const ended = await bed.run(input);
    expect(JSON.parse(ended.output ?? "")).toEqual(input);
    const mapRunArn = await bed.mapRun(String(ended.executionArn));
    const { executions = [] } = await bed.client.send(new ListExecutionsCommand({ mapRunArn }));
    const child = await bed.client.send(new DescribeExecutionCommand({ executionArn: executions[0]?.executionArn }));
    expect(child).toMatchObject({ status: "SUCCEEDED" });
    expect(child.output).toBeUndefined();
  });

  test("runs exactly as many children at a time as MaxConcurrency says", async () => {
    let atWork = 0;
    let most = 0;
    const doors = new Set<() => void>();
    const bed = await startBed({
      definition: chunked({ MaxConcurrency: 4, ResultPath: null }),
      objects: objectsOf(30),
      work: async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        const { opened, open } = gate();
        doors.add(open);
        await opened;
        atWork -= 1;
      },
    });
    const arn = await bed.start(input);
    const mapRunArn = await bed.mapRun(arn);
    await vi.waitFor(() => expect(atWork).toBe(4), patience);
    const { itemCounts } = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(itemCounts).toMatchObject({ total: 30, running: 4, pending: 26, succeeded: 0 });
    const letGo = setInterval(() => {
      for (const open of doors) open();
    }, 1);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    clearInterval(letGo);
    expect(most).toBe(4);
  });

  test("hands each child what ItemSelector makes of its line", async () => {
    const bed = await startBed({
      definition: chunked({
        ItemSelector: {
          "n.$": "$$.Map.Item.Index",
          "line.$": "$$.Map.Item.Value.chunk",
          "key.$": "$.key",
          task: "chunk",
        },
      }),
      objects: objectsOf(2),
    });
    const { output = "" } = await bed.run(input);
    expect(JSON.parse(output)).toEqual([
      { n: 0, line: 0, key: "chunks.jsonl", task: "chunk" },
      { n: 1, line: 1, key: "chunks.jsonl", task: "chunk" },
    ]);
  });

  test("a child's own execution stands in its context object", async () => {
    const bed = await startBed({
      definition: chunked({}, { Parameters: { "id.$": "$$.Execution.Id", "input.$": "$$.Execution.Input" } }),
      objects: objectsOf(1),
    });
    const ended = await bed.run(input);
    const mapRunArn = await bed.mapRun(String(ended.executionArn));
    const { executions = [] } = await bed.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(JSON.parse(ended.output ?? "")).toEqual([{ id: executions[0]?.executionArn, input: { chunk: 0 } }]);
  });

  test.each([
    ["an empty object", "", 0],
    ["a last line without a line break", '{"chunk":0}\n{"chunk":1}', 2],
    ["CRLF and blank lines", '{"chunk":0}\r\n\r\n{"chunk":1}\r\n', 2],
    ["letters of more than one byte", '{"chunk":"é漢"}\n', 1],
  ])("reads %s", async (_name, text, count) => {
    const bytes = Buffer.from(text);
    const byteByByte = Readable.from(Array.from(bytes, (byte) => Buffer.from([byte])));
    const bed = await startBed({ definition: chunked(), objects: { "bucket/chunks.jsonl": byteByByte } });
    const ended = await bed.run(input);
    expect(ended.status).toBe("SUCCEEDED");
    expect(JSON.parse(ended.output ?? "")).toHaveLength(count);
    if (text.includes("é")) expect(ended.output).toBe('[{"chunk":"é漢"}]');
  });

  test("does not read thousands of lines ahead of its children", async () => {
    let read = 0;
    const lines = Readable.from(
      (function* () {
        for (; read < 50_000; read += 1) yield `{"chunk":${read}}\n`;
      })(),
    );
    const { opened, open } = gate();
    const bed = await startBed({
      definition: chunked({ MaxConcurrency: 2, ResultPath: null }),
      objects: { "bucket/chunks.jsonl": lines },
      work: () => opened,
    });
    const arn = await bed.start(input);
    const mapRunArn = await bed.mapRun(arn);
    await vi.waitFor(async () => {
      const { itemCounts } = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
      expect(itemCounts?.total).toBeGreaterThanOrEqual(1000);
    }, patience);
    expect(read).toBeLessThan(2000);
    open();
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    const { itemCounts } = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(itemCounts).toMatchObject({ total: 50_000, succeeded: 50_000, running: 0, pending: 0 });
  });

  test.each([
    ["a line that is not JSON", { "bucket/chunks.jsonl": '{"chunk":0}\n{"chu\n' }],
    ["an object that is not there", {}],
  ])("%s is States.ItemReaderFailed, which Catch takes", async (_name, objects) => {
    const map = { Type: "Map", Catch: [{ ErrorEquals: ["States.ItemReaderFailed"], Next: "Caught" }] };
    const { States } = chunked(map) as { States: { Only: object } };
    const definition = { StartAt: "Only", States: { ...States, Caught: { Type: "Pass", End: true } } };
    const bed = await startBed({ definition, objects });
    const ended = await bed.run(input);
    expect(JSON.parse(ended.output ?? "")).toMatchObject({ Error: "States.ItemReaderFailed" });
    expect(await bed.events(String(ended.executionArn))).toContain("MapRunFailed");
  });

  test("MaxItems ends the list", async () => {
    const reader = {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSONL", MaxItems: 2 },
      Parameters: { Bucket: "bucket", "Key.$": "$.key" },
    };
    const bed = await startBed({ definition: chunked({ ItemReader: reader }), objects: objectsOf(5) });
    expect(JSON.parse((await bed.run(input)).output ?? "")).toEqual([{ chunk: 0 }, { chunk: 1 }]);
  });
});

describe("failing children", () => {
  const every =
    (n: number) =>
    ({ chunk }: Chunk) => {
      if (chunk % n === 0) throw failure("Broken", `Chunk ${chunk} is broken.`);
      return chunk;
    };

  test.each([
    ["without tolerance the first ends the Map", {}, 5, "FAILED"],
    ["100 % let all others go on", { ToleratedFailurePercentage: 100 }, 1, "SUCCEEDED"],
    ["exactly the tolerated share is tolerated", { ToleratedFailurePercentage: 50 }, 2, "SUCCEEDED"],
    ["more than the tolerated share is not", { ToleratedFailurePercentage: 49 }, 2, "FAILED"],
    ["exactly the tolerated number is tolerated", { ToleratedFailureCount: 4 }, 5, "SUCCEEDED"],
    ["more than the tolerated number is not", { ToleratedFailureCount: 3 }, 5, "FAILED"],
    ["the number counts beside the share", { ToleratedFailureCount: 3, ToleratedFailurePercentage: 100 }, 5, "FAILED"],
  ])("%s", async (_name, tolerance, n, status) => {
    const bed = await startBed({ definition: chunked(tolerance), objects: objectsOf(20), work: every(n) });
    const ended = await bed.run(input);
    expect(ended.status).toBe(status);
    if (status === "FAILED") expect(ended.error).toBe("States.ExceedToleratedFailureThreshold");
  });

  test("a tolerated failure gives no output, but its error is kept", async () => {
    const definition = chunked({ ToleratedFailurePercentage: 100 });
    const bed = await startBed({ definition, objects: objectsOf(4), work: every(2) });
    const ended = await bed.run(input);
    expect(JSON.parse(ended.output ?? "")).toEqual([1, 3]);
    const mapRunArn = await bed.mapRun(String(ended.executionArn));
    const run = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run).toMatchObject({ status: "SUCCEEDED", toleratedFailurePercentage: 100 });
    expect(run.itemCounts).toMatchObject({ total: 4, succeeded: 2, failed: 2, running: 0, pending: 0 });
    const failed = await bed.client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "FAILED" }));
    expect(failed.executions).toHaveLength(2);
    const executionArn = failed.executions?.[0]?.executionArn;
    const child = await bed.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(child).toMatchObject({ status: "FAILED", error: "Broken", mapRunArn });
    expect(JSON.parse(child.cause ?? "")).toMatchObject({ errorMessage: expect.stringMatching(/^Chunk [02] is/u) });
  });

  test("past the tolerance no child is started, and those at work are aborted", async () => {
    const started: number[] = [];
    const { opened, open } = gate();
    const bed = await startBed({
      definition: chunked({ MaxConcurrency: 2 }),
      objects: objectsOf(10),
      work: async ({ chunk }: Chunk) => {
        started.push(chunk);
        if (chunk === 0) return new Promise(() => undefined);
        await opened;
        throw failure("Broken");
      },
    });
    const arn = await bed.start(input);
    const mapRunArn = await bed.mapRun(arn);
    open();
    expect(await bed.ended(arn)).toMatchObject({ status: "FAILED" });
    expect(started).toEqual([0, 1]);
    const run = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run.status).toBe("FAILED");
    expect(run.itemCounts).toMatchObject({ total: 10, failed: 1, aborted: 1, running: 0, pending: 8 });
  });

  test("a child's own Retry mends it", async () => {
    const timing = new ManualTiming();
    let tries = 0;
    const bed = await startBed({
      definition: chunked({}, { Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }] }),
      objects: objectsOf(1),
      work: () => {
        tries += 1;
        if (tries === 1) throw failure("Lambda.TooManyRequestsException");
        return tries;
      },
      timing,
    });
    const arn = await bed.start(input);
    await timing.pass(1000);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: "[2]" });
  });

  test("a child that lives for five minutes is timed out", async () => {
    const timing = new ManualTiming();
    const definition = chunked({ ToleratedFailurePercentage: 100 });
    const bed = await startBed({ definition, objects: objectsOf(1), work: () => new Promise(() => undefined), timing });
    const arn = await bed.start(input);
    await timing.pass(300_000);
    expect(await bed.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: "[]" });
    const run = await bed.client.send(new DescribeMapRunCommand({ mapRunArn: await bed.mapRun(arn) }));
    expect(run.itemCounts).toMatchObject({ timedOut: 1, failed: 0 });
  });

  test("stopping the execution aborts its map run", async () => {
    const bed = await startBed({
      definition: chunked({ MaxConcurrency: 2 }),
      objects: objectsOf(5),
      work: () => new Promise(() => undefined),
    });
    const executionArn = await bed.start(input);
    const mapRunArn = await bed.mapRun(executionArn);
    await bed.client.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "It was stopped." }));
    const ended = await bed.ended(executionArn);
    expect(ended).toMatchObject({ status: "ABORTED", error: "Enough", cause: "It was stopped." });
    const run = await bed.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run.status).toBe("ABORTED");
    expect(run.itemCounts).toMatchObject({ running: 0, succeeded: 0 });
  });
});

describe("an inline Map", () => {
  const inline = (map: object = {}): unknown =>
    only({
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: { StartAt: "Each", States: { Each: { Type: "Task", Resource: functionArn, End: true } } },
      ...map,
    });

  test("runs over the items of its input, so many at a time", async () => {
    let atWork = 0;
    let most = 0;
    const bed = await startBed({
      definition: inline({
        MaxConcurrency: 2,
        ItemSelector: { "value.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index" },
      }),
      work: async ({ value, at }: { value: string; at: number }) => {
        atWork += 1;
        most = Math.max(most, atWork);
        await new Promise(setImmediate);
        atWork -= 1;
        return `${at}${value}`;
      },
    });
    const { output = "" } = await bed.run({ items: ["a", "b", "c", "d"] });
    expect(JSON.parse(output)).toEqual(["0a", "1b", "2c", "3d"]);
    expect(most).toBe(2);
  });

  test("fails with the first iteration that fails", async () => {
    const bed = await startBed({
      definition: inline({ MaxConcurrency: 1 }),
      work: (item: number) => {
        if (item === 2) throw failure("Broken");
      },
    });
    const ended = await bed.run({ items: [1, 2, 3] });
    expect(ended).toMatchObject({ status: "FAILED", error: "Broken" });
    const events = await bed.events(String(ended.executionArn));
    expect(events.filter((type) => type === "MapIterationStarted")).toHaveLength(2);
    expect(events.filter((type) => type === "MapIterationFailed")).toHaveLength(1);
  });
});

test("a map run costs well under a millisecond for each child", async () => {
  const count = 5000;
  const bed = await startBed({
    definition: chunked({ MaxConcurrency: 40, ResultPath: null }),
    objects: objectsOf(count),
    work: () => ({}),
  });
  const spent = await processorTime(() => bed.run(input));
  expect(spent / count).toBeLessThan(0.5);
});
