import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect, onTestFinished, test, vi } from "vitest";
import { patience } from "#test/patience";
import {
  chunked,
  chunkLines,
  clientOf,
  endOf,
  failure,
  functionArn,
  ManualTiming,
  machineArn,
  only,
  startBed,
} from "./step-functions-bed.ts";

const host = fileURLToPath(new URL("./step-functions-crash-host.ts", import.meta.url));
const chunks = 40;
const { States } = chunked({ End: undefined, Next: "Close", MaxConcurrency: 4, ResultPath: null }) as {
  States: { Only: object };
};
const task = (name: string) => ({ Type: "Task", Resource: functionArn, Parameters: { task: name } });
const workflow = {
  StartAt: "Split",
  States: {
    Split: { ...task("split"), Next: "Chunks" },
    Chunks: JSON.parse(JSON.stringify(States.Only)),
    Close: { ...task("close"), End: true },
  },
};

interface Host {
  readonly child: ChildProcess;
  readonly endpoint: string;
}

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), "step-functions-crash-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = chunkLines(chunks).replaceAll('{"chunk"', '{"task":"chunk","chunk"');
  await writeFile(join(folder, "chunks.jsonl"), lines);
  await writeFile(join(folder, "effects"), "");
  return {
    folder,
    /** How often each call of the function was begun, by all processes together. */
    async effects(): Promise<Map<string, number>> {
      const calls = (await readFile(join(folder, "effects"), "utf8")).split("\n").filter((line) => line !== "");
      const counts = new Map<string, number>();
      for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
      return counts;
    },
    async startHost(settings: Record<string, string> = {}): Promise<Host> {
      const child = spawn(process.execPath, [host], {
        env: {
          ...process.env,
          DIRECTORY: join(folder, "data"),
          EFFECTS: join(folder, "effects"),
          CHUNKS: join(folder, "chunks.jsonl"),
          DEFINITION: JSON.stringify(workflow),
          MACHINE_ARN: machineArn,
          ...settings,
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => {
        child.kill("SIGKILL");
      });
      const [endpoint] = await once(createInterface(child.stdout), "line");
      return { child, endpoint: String(endpoint) };
    },
  };
}

async function startExecution(endpoint: string): Promise<string> {
  const client = clientOf(endpoint);
  const command = new StartExecutionCommand({ stateMachineArn: machineArn, name: "job-1", input: '{"key":"key"}' });
  const { executionArn } = await client.send(command);
  client.destroy();
  return String(executionArn);
}

test.each(["split", "chunk 0", "chunk 5", "chunk 39", "close"])(
  "killed as it calls %s, the next process ends the execution with every chunk worked on",
  async (call) => {
    const { startHost, effects } = await makeFolder();
    const first = await startHost({ DIE_AT: call });
    const died = once(first.child, "exit");
    // Dying at the first call, it may not come to answer: whoever asked finds the execution by its name.
    await startExecution(first.endpoint).catch(() => undefined);
    await died;
    const executionArn = `${machineArn.replace("stateMachine", "execution")}:job-1`;
    const { endpoint } = await startHost();
    const client = clientOf(endpoint);
    expect(await endOf(client, executionArn)).toMatchObject({ status: "SUCCEEDED", name: "job-1" });
    const counts = await effects();
    const names = ["split", ...Array.from({ length: chunks }, (_none, chunk) => `chunk ${chunk}`), "close"];
    expect([...counts.keys()].sort()).toEqual(names.sort());
    // At least once, as on AWS: whatever was at work may run again, and nothing that had not been begun.
    expect(counts.get(call)).toBe(2);
    expect(Math.max(...counts.values())).toBe(2);
    if (call === "close") expect([...counts].filter(([, times]) => times > 1)).toEqual([["close", 2]]);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, place) => place + 1));
    expect(events.filter(({ type }) => type === "ExecutionStarted")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "MapRunStarted")).toHaveLength(1);
    client.destroy();
  },
);

test("killed in the middle of a map run, children that had ended do not run again", async () => {
  const { startHost, effects } = await makeFolder();
  const first = await startHost({ HOLD_FROM: "10" });
  const executionArn = await startExecution(first.endpoint);
  const client = clientOf(first.endpoint);
  await vi.waitFor(async () => {
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns[0]?.mapRunArn;
    if (mapRunArn === undefined) throw new Error("There is no map run yet.");
    const { executions } = await client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "SUCCEEDED" }));
    expect(executions).toHaveLength(10);
    expect((await effects()).size).toBe(1 + 10 + 4);
  }, patience);
  client.destroy();
  const died = once(first.child, "exit");
  first.child.kill("SIGKILL");
  await died;

  const second = await startHost();
  const after = clientOf(second.endpoint);
  await endOf(after, executionArn);
  const again = [...(await effects())].filter(([, times]) => times > 1).map(([call]) => call);
  expect(again.sort()).toEqual(["chunk 10", "chunk 11", "chunk 12", "chunk 13"]);
  after.destroy();
});

test("a map run whose journal did not come to disk begins anew under its own name", async () => {
  const definition = chunked({ ResultPath: null });
  const objects = { "bucket/key": chunkLines(3) };
  const first = await startBed({ definition, objects, work: () => new Promise(() => undefined) });
  const arn = await first.start({ key: "key" });
  const mapRunArn = await first.mapRun(arn);
  await first.close();
  await rm(join(first.directory, "Work", "map-runs"), { recursive: true });
  const second = await startBed({ definition, objects, directory: first.directory });
  await second.resume();
  expect(await second.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
  const run = await second.client.send(new DescribeMapRunCommand({ mapRunArn }));
  expect(run.itemCounts).toMatchObject({ total: 3, succeeded: 3 });
});

const executionLog = async (directory: string): Promise<string> => {
  const folder = join(directory, "Work", "executions");
  const [file = ""] = await readdir(folder);
  return join(folder, file);
};

test("a process that is told to stop leaves its executions to the next, a wait with the rest of its time", async () => {
  const timing = new ManualTiming();
  const first = await startBed({ definition: only({ Type: "Wait", Seconds: 600 }), timing });
  const arn = await first.start();
  await vi.waitFor(() => expect(timing.waits).toEqual([600_000]), patience);
  timing.after(200_000, () => undefined);
  await timing.pass(200_000);
  await first.close();
  expect(timing.waits).toEqual([]);

  const second = await startBed({
    definition: only({ Type: "Wait", Seconds: 600 }),
    timing,
    directory: first.directory,
  });
  await second.resume();
  await timing.pass(400_000);
  const ended = await second.ended(arn);
  expect(ended.status).toBe("SUCCEEDED");
  expect(Number(ended.stopDate) - Number(ended.startDate)).toBe(600_000);
});

test("tries used up before a stop are not given again after it", async () => {
  const timing = new ManualTiming();
  const definition = only({ Type: "Task", Resource: functionArn, Retry: [{ ErrorEquals: ["A"], MaxAttempts: 2 }] });
  let calls = 0;
  const work = () => {
    calls += 1;
    throw failure("A");
  };
  const first = await startBed({ definition, work, timing });
  const arn = await first.start();
  await timing.pass(1000);
  await vi.waitFor(() => expect(timing.waits).toEqual([2000]), patience);
  await first.close();
  const second = await startBed({ definition, work, timing, directory: first.directory });
  await second.resume();
  await timing.pass(2000);
  expect(await second.ended(arn)).toMatchObject({ status: "FAILED", error: "A" });
  expect(calls).toBe(3);
});

test("half a line at the end of a log does not count and is not written on to", async () => {
  const definition = only({ Type: "Wait", Seconds: 5 });
  const timing = new ManualTiming();
  const first = await startBed({ definition, timing });
  const arn = await first.start();
  await vi.waitFor(() => expect(timing.waits).toEqual([5000]), patience);
  await first.close();
  await appendFile(await executionLog(first.directory), '{"event":{"id":3,"ty');
  const second = await startBed({ definition, timing, directory: first.directory });
  await second.resume();
  await timing.pass(5000);
  expect(await second.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
  const types = await second.events(arn);
  expect(types).toEqual(["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"]);
  await second.close();
  const third = await startBed({ definition, timing, directory: first.directory });
  expect(await third.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
});

test("a start that was not written whole never was: its name is free", async () => {
  const first = await startBed({ definition: only({ Type: "Succeed" }) });
  await first.run({}, "job-1");
  await first.close();
  await writeFile(await executionLog(first.directory), '{"head":{"name":"jo');
  const second = await startBed({ definition: only({ Type: "Succeed" }), directory: first.directory });
  expect(await second.run({ again: true }, "job-1")).toMatchObject({ status: "SUCCEEDED", input: '{"again":true}' });
});

test("an execution whose state is no longer in the definition fails with a sentence", async () => {
  const timing = new ManualTiming();
  const first = await startBed({ definition: only({ Type: "Wait", Seconds: 5 }), timing });
  const arn = await first.start();
  await vi.waitFor(() => expect(timing.waits).toEqual([5000]), patience);
  await first.close();
  const definition = { StartAt: "Other", States: { Other: { Type: "Succeed" } } };
  const second = await startBed({ definition, directory: first.directory });
  await second.resume();
  expect(await second.ended(arn)).toMatchObject({ status: "FAILED", cause: 'There is no state "Only".' });
});

test("ended executions are known after a restart, newest first", async () => {
  const first = await startBed({ definition: only({ Type: "Succeed" }) });
  for (const name of ["a", "b", "c"]) await first.run({ name }, name);
  await first.close();
  const second = await startBed({ definition: only({ Type: "Succeed" }), directory: first.directory });
  const { executions = [] } = await second.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
  expect(executions.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "c SUCCEEDED",
    "b SUCCEEDED",
    "a SUCCEEDED",
  ]);
  const described = await second.client.send(
    new DescribeExecutionCommand({ executionArn: executions[2]?.executionArn }),
  );
  expect(described).toMatchObject({ input: '{"name":"a"}', output: '{"name":"a"}', status: "SUCCEEDED" });
});
