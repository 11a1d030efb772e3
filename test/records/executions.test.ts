import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, onTestFinished, test } from "vitest";
import { startStepFunctions } from "#infra/local/step-functions/server";
import { findExecution, latestMapRun, listExecutions, readHistory } from "#workflows/executions";
import {
  chunked,
  chunkLines,
  clientOf,
  credentials,
  endOf,
  failure,
  functionArn,
  ManualTiming,
} from "../infra/step-functions-bed.ts";

const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const machines = [arnOf("Plan"), arnOf("Apply")];

/** Two workflows, of which Apply fails on every second chunk and, on demand, altogether. */
async function startWorkflows() {
  const directory = await mkdtemp(join(tmpdir(), "executions-"));
  const timing = new ManualTiming();
  const plan = { StartAt: "Plan", States: { Plan: { Type: "Task", Resource: functionArn, End: true } } };
  const server = await startStepFunctions({
    port: 0,
    directory,
    credentials,
    stateMachines: [
      { arn: arnOf("Plan"), name: "Plan", definition: plan },
      {
        arn: arnOf("Apply"),
        name: "Apply",
        definition: chunked({ ToleratedFailurePercentage: 100, ResultPath: null }),
      },
    ],
    invoke: async (_arn, payload) => {
      const { chunk, bad }: Record<string, unknown> = Object(payload);
      const { name, message } = failure("Broken", "It cannot be planned.");
      if (bad === true || (typeof chunk === "number" && chunk % 2 === 1)) {
        return { error: { errorType: name, errorMessage: message } };
      }
      return { payload: {} };
    },
    readObject: async () => Readable.from([chunkLines(5)]),
    timing,
  });
  const sfn = clientOf(server.endpoint);
  onTestFinished(async () => {
    sfn.destroy();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    sfn,
    async run(workflow: "Plan" | "Apply", name: string, input: object = {}): Promise<string> {
      const command = new StartExecutionCommand({
        stateMachineArn: arnOf(workflow),
        name,
        input: JSON.stringify({ key: "key", ...input }),
      });
      const { executionArn } = await sfn.send(command);
      await endOf(sfn, String(executionArn));
      return String(executionArn);
    },
    async tick(): Promise<void> {
      timing.after(1000, () => undefined);
      await timing.pass(1000);
    },
  };
}

async function namesOf(executions: AsyncIterable<{ name: string }>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of executions) names.push(name);
  return names;
}

test("executions of all workflows stand in one list, newest first, those of one instant by name", async () => {
  const { sfn, run, tick } = await startWorkflows();
  await run("Plan", "a");
  await tick();
  await run("Apply", "c");
  await run("Plan", "b");
  await tick();
  await run("Apply", "d");
  for (const pageSize of [1, 2, 1000]) {
    expect(await namesOf(listExecutions(sfn, machines, { status: undefined, pageSize }))).toEqual(["d", "b", "c", "a"]);
  }
});

test("only executions of the status asked for are listed", async () => {
  const { sfn, run } = await startWorkflows();
  await run("Plan", "good");
  await run("Plan", "bad", { bad: true });
  expect(await namesOf(listExecutions(sfn, machines, { status: "FAILED", pageSize: 10 }))).toEqual(["bad"]);
});

test("an execution tells its error, and its history names states and errors but holds no data", async () => {
  const { sfn, run } = await startWorkflows();
  const arn = await run("Plan", "bad", { bad: true, secret: "a patron's name" });
  expect(await findExecution(sfn, arn)).toMatchObject({ name: "bad", status: "FAILED", error: "Broken" });
  const history = await readHistory(sfn, arn, 1000);
  expect(history.map(({ type }) => type)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionFailed",
    "ExecutionFailed",
  ]);
  expect(history[1]).toMatchObject({ state: "Plan" });
  expect(history[4]).toMatchObject({ error: "Broken", cause: expect.stringContaining("cannot be planned") });
  expect(JSON.stringify(history)).not.toContain("a patron's name");
  expect(await readHistory(sfn, arn, 2)).toHaveLength(2);
  expect(await findExecution(sfn, `${arn}-none`)).toBeUndefined();
});

test("a map run tells how many chunks stand where; without one there is nothing to tell", async () => {
  const { sfn, run } = await startWorkflows();
  expect(await latestMapRun(sfn, await run("Plan", "plan"))).toBeUndefined();
  const counts = await latestMapRun(sfn, await run("Apply", "apply"));
  expect(counts).toEqual({ total: 5, pending: 0, running: 0, succeeded: 3, failed: 2 });
});
