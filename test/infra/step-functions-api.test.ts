import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test, vi } from "vitest";
import type { Timing } from "#infra/local/step-functions/timing";
import { patience } from "#test/patience";
import {
  chunked,
  chunkLines,
  functionArn,
  gate,
  ManualTiming,
  machineArn,
  only,
  startBed,
} from "./step-functions-bed.ts";

const succeed = only({ Type: "Succeed" });
const held = only({ Type: "Wait", Seconds: 60 });
const start = (name: string, input?: string) => new StartExecutionCommand({ stateMachineArn: machineArn, name, input });

describe("StartExecution", () => {
  test("asked twice for the same while it runs gives the same execution, also at once", async () => {
    let calls = 0;
    const { opened, open } = gate();
    const bed = await startBed({
      definition: only({ Type: "Task", Resource: functionArn }),
      work: () => {
        calls += 1;
        return opened;
      },
    });
    const answers = await Promise.all([1, 2, 3, 4].map(() => bed.client.send(start("job-1", '{"a":1}'))));
    const later = await bed.client.send(start("job-1", '{"a":1}'));
    expect(
      new Set([...answers, later].map(({ executionArn, startDate }) => `${executionArn} ${startDate?.getTime()}`)).size,
    ).toBe(1);
    expect(calls).toBe(1);
    open();
    await bed.ended(String(later.executionArn));
    await expect(bed.client.send(start("job-1", '{"a":1}'))).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  });

  test("refuses a name in use for another input", async () => {
    const bed = await startBed({ definition: held, timing: new ManualTiming() });
    await bed.client.send(start("job-1", '{"a":1}'));
    await expect(bed.client.send(start("job-1", '{"a":2}'))).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  });

  test("gives a name free again 90 days after the execution was closed", async () => {
    const timing = new ManualTiming();
    const bed = await startBed({ definition: succeed, timing });
    await bed.run({ n: 1 }, "job-1");
    const day = 24 * 3600 * 1000;
    timing.after(90 * day, () => undefined);
    await timing.pass(90 * day);
    await expect(bed.client.send(start("job-1"))).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    timing.after(1, () => undefined);
    await timing.pass(1);
    expect(await bed.run({ n: 2 }, "job-1")).toMatchObject({ status: "SUCCEEDED", input: '{"n":2}' });
  });

  test("makes up a name where none is given", async () => {
    const bed = await startBed({ definition: succeed });
    const { executionArn } = await bed.client.send(new StartExecutionCommand({ stateMachineArn: machineArn }));
    expect(executionArn).toMatch(/:execution:Work:[0-9a-f-]{36}$/u);
    expect(await bed.ended(String(executionArn))).toMatchObject({ input: "{}" });
  });

  test.each(["two words", "a/b", "a:b", "a*", "a#b", 'a"b', "a\nb", "a<b", "a{b", "a~b", "a&b", "a,b", "a\u0007b"])(
    "refuses the name %j",
    async (name) => {
      const bed = await startBed({ definition: succeed });
      await expect(bed.client.send(start(name))).rejects.toMatchObject({ name: "InvalidName" });
    },
  );

  test.each(["..", ".", "-", "Größe", "漢".repeat(80), "a@b'(c)+=!"])("takes the name %j", async (name) => {
    const bed = await startBed({ definition: succeed });
    expect(await bed.run({}, name)).toMatchObject({ status: "SUCCEEDED", name });
    expect(await readdir(join(bed.directory, "Work"))).toEqual(["executions", "map-runs"]);
    expect(await readdir(join(bed.directory, "Work", "executions"))).toHaveLength(1);
  });

  test.each([
    ["a name of 81 letters", start("a".repeat(81)), "ValidationException"],
    ["input that is not JSON", start("a", "{"), "InvalidExecutionInput"],
    ["input of more than 256 KiB", start("a", JSON.stringify("x".repeat(256 * 1024))), "ValidationException"],
    [
      "a machine that is not there",
      new StartExecutionCommand({ stateMachineArn: `${machineArn}2` }),
      "StateMachineDoesNotExist",
    ],
  ])("refuses %s", async (_what, command, name) => {
    const bed = await startBed({ definition: succeed });
    await expect(bed.client.send(command)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

describe("lists", () => {
  test("give executions newest first, page by page, and take no notice of new ones in between", async () => {
    const bed = await startBed({ definition: succeed });
    for (const name of ["a", "b", "c", "d", "e"]) await bed.run({}, name);
    const list = (nextToken?: string) =>
      bed.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn, maxResults: 2, nextToken }));
    const first = await list();
    await bed.run({}, "f");
    const second = await list(first.nextToken);
    const third = await list(second.nextToken);
    const names = [first, second, third].map(({ executions = [] }) => executions.map(({ name }) => name));
    expect(names).toEqual([["e", "d"], ["c", "b"], ["a"]]);
    expect(third.nextToken).toBeUndefined();
  });

  test("keep the order of their starts also where many start at once", async () => {
    let now = Date.parse("2026-03-02T09:00:00Z");
    // Each look at the clock finds it a little further, as on a slow machine.
    const timing: Timing = { now: () => now++, random: () => 0.5, after: () => () => undefined };
    const bed = await startBed({ definition: succeed, timing });
    await Promise.all(Array.from({ length: 40 }, (_, i) => bed.start({}, `started-${i}`)));
    const command = new ListExecutionsCommand({ stateMachineArn: machineArn });
    const { executions = [] } = await bed.client.send(command);
    const starts = executions.map(({ startDate }) => Number(startDate));
    expect(starts).toHaveLength(40);
    expect(starts).toEqual(starts.toSorted((left, right) => right - left));
  });

  test("give only executions of the status asked for", async () => {
    const definition = {
      StartAt: "Which",
      States: {
        Which: { Type: "Choice", Choices: [{ Variable: "$.bad", IsPresent: true, Next: "Bad" }], Default: "Good" },
        Bad: { Type: "Fail" },
        Good: { Type: "Succeed" },
      },
    };
    const bed = await startBed({ definition });
    await bed.run({ bad: 1 }, "bad");
    await bed.run({}, "good");
    const list = async (statusFilter: "FAILED" | "SUCCEEDED" | "RUNNING") => {
      const command = new ListExecutionsCommand({ stateMachineArn: machineArn, statusFilter });
      return (await bed.client.send(command)).executions?.map(({ name }) => name);
    };
    expect(await list("FAILED")).toEqual(["bad"]);
    expect(await list("SUCCEEDED")).toEqual(["good"]);
    expect(await list("RUNNING")).toEqual([]);
  });

  test("give the children of a map run page by page, newest first", async () => {
    const bed = await startBed({ definition: chunked(), objects: { "bucket/key": chunkLines(5) } });
    const { executionArn } = await bed.run({ key: "key" });
    const mapRunArn = await bed.mapRun(String(executionArn));
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await bed.client.send(new ListExecutionsCommand({ mapRunArn, maxResults: 2, nextToken }));
      names.push(...(page.executions ?? []).map(({ name = "" }) => name.slice(-2)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(names.sort()).toEqual(["-0", "-1", "-2", "-3", "-4"]);
    const runs = await bed.client.send(new ListMapRunsCommand({ executionArn }));
    expect(runs.mapRuns).toHaveLength(1);
    expect(runs.mapRuns?.[0]).toMatchObject({ executionArn, mapRunArn, stopDate: expect.any(Date) });
  });

  test("refuse a token that is not theirs", async () => {
    const bed = await startBed({ definition: succeed });
    const command = new ListExecutionsCommand({ stateMachineArn: machineArn, nextToken: "abc" });
    await expect(bed.client.send(command)).rejects.toMatchObject({ name: "InvalidToken" });
  });
});

test("GetExecutionHistory pages forwards and backwards", async () => {
  const bed = await startBed({ definition: only({ Type: "Task", Resource: functionArn }) });
  const { executionArn } = await bed.run();
  const read = async (reverseOrder: boolean) => {
    const ids: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await bed.client.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder, nextToken }),
      );
      ids.push(...(page.events ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return ids;
  };
  expect(await read(false)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await read(true)).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test("StopExecution ends it at once, what the function answers later changes nothing, and stopping twice is no error", async () => {
  const answer = Promise.withResolvers<string>();
  let called = false;
  const bed = await startBed({
    definition: only({ Type: "Task", Resource: functionArn, Retry: [{ ErrorEquals: ["States.ALL"] }] }),
    work: () => {
      called = true;
      return answer.promise;
    },
  });
  const executionArn = await bed.start();
  await vi.waitFor(() => expect(called).toBe(true), patience);
  const stopped = await bed.client.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "By hand." }));
  const described = await bed.client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({
    status: "ABORTED",
    error: "Enough",
    cause: "By hand.",
    stopDate: stopped.stopDate,
  });
  answer.resolve("late");
  const again = await bed.client.send(new StopExecutionCommand({ executionArn }));
  expect(again.stopDate).toEqual(stopped.stopDate);
  expect((await bed.events(executionArn)).at(-1)).toBe("ExecutionAborted");
});

test("state machines can be listed and show their definition", async () => {
  const bed = await startBed({ definition: held });
  const { stateMachines } = await bed.client.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toMatchObject([{ stateMachineArn: machineArn, name: "Work", type: "STANDARD" }]);
  const described = await bed.client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
  expect(described).toMatchObject({ status: "ACTIVE", type: "STANDARD" });
  expect(JSON.parse(described.definition ?? "")).toEqual(held);
});

describe("what is not there is answered as AWS answers it", () => {
  const executionArn = `${machineArn.replace("stateMachine", "execution")}:none`;
  const mapRunArn = `${machineArn.replace("stateMachine", "mapRun")}/chunks:00000000-0000-0000-0000-000000000000`;
  const child = `${machineArn.replace("stateMachine", "express")}/chunks:00000000-0000-0000-0000-000000000000-1`;

  test.each([
    [new DescribeExecutionCommand({ executionArn }), "ExecutionDoesNotExist"],
    [new DescribeExecutionCommand({ executionArn: child }), "ExecutionDoesNotExist"],
    [new StopExecutionCommand({ executionArn }), "ExecutionDoesNotExist"],
    [new GetExecutionHistoryCommand({ executionArn }), "ExecutionDoesNotExist"],
    [new ListMapRunsCommand({ executionArn }), "ExecutionDoesNotExist"],
    [new DescribeMapRunCommand({ mapRunArn }), "ResourceNotFound"],
    [new DescribeStateMachineCommand({ stateMachineArn: `${machineArn}2` }), "StateMachineDoesNotExist"],
    [new ListExecutionsCommand({}), "ValidationException"],
    [new ListTagsForResourceCommand({ resourceArn: machineArn }), "UnknownOperationException"],
  ])("%#", async (command, name) => {
    const bed = await startBed({ definition: succeed });
    const sent: Promise<unknown> = bed.client.send(command as DescribeExecutionCommand);
    await expect(sent).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});
