import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { dataLimit } from "./data-flow.ts";
import type { StateMachine } from "./definition.ts";
import { type Engine, type Execution, roleOf } from "./engine.ts";
import { executionData, executionStatus, readExecution } from "./execution-log.ts";
import { describeChild, describeMapRun, listChildren, listMapRuns } from "./map-run-views.ts";
import { pageOf } from "./paging.ts";
import { listedExecution, seconds } from "./views.ts";

/** An operation of the Step Functions API: checks its input and answers with the output, dates in epoch seconds. */
export type Operation = (engine: Engine, input: unknown) => Promise<object>;

/** Characters that AWS takes in no execution name: white space, brackets, wildcards, `"#%\^|~`$&,;:/` and controls. */
const nameRefused = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

const page = {
  maxResults: z.int().min(0).max(1000).optional(),
  nextToken: z.string().min(1).max(1024).optional(),
};

function operation<Input>(schema: z.ZodType<Input>, run: (engine: Engine, input: Input) => Promise<object>): Operation {
  return (engine, input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(engine, parsed.data);
    const issue = parsed.error.issues[0];
    const field = issue?.path.join(".") ?? "";
    throw new ApiError(
      "ValidationException",
      `1 validation error detected: '${field}': ${issue?.message ?? "invalid"}`,
    );
  };
}

const startExecution = operation(
  z.object({
    stateMachineArn: z.string(),
    name: z.string().min(1).max(80).optional(),
    input: z.string().default("{}"),
    traceHeader: z.string().optional(),
  }),
  async (engine, { stateMachineArn, name = randomUUID(), input }) => {
    if (nameRefused.test(name)) throw new ApiError("InvalidName", `Invalid Name: '${name}'`);
    const machine = machineOf(engine, stateMachineArn);
    checkInput(input);
    const { execution, existed } = await engine.start(machine, name, input);
    // AWS gives a second start the first one's answer while it runs, if it asks for the very same.
    if (existed && (execution.status !== "RUNNING" || (await inputOf(execution)) !== input)) {
      throw new ApiError("ExecutionAlreadyExists", `Execution Already Exists: '${execution.arn}'`);
    }
    return { executionArn: execution.arn, startDate: seconds(execution.started) };
  },
);

const describeExecution = operation(z.object({ executionArn: z.string() }), async (engine, { executionArn }) => {
  const execution = engine.find(executionArn);
  if (execution === undefined) return describeChild(engine, executionArn);
  // First: it has ended only when its log says how, and may end while the log is read.
  const listed = listedExecution(execution);
  const { events } = await readExecution(execution.file);
  const { input, output, error, cause } = executionData(events);
  const included = { included: true };
  const outcome = { output, outputDetails: output === undefined ? undefined : included, error, cause };
  return { ...listed, input, inputDetails: included, ...outcome };
});

const listExecutions = operation(
  z.object({
    stateMachineArn: z.string().optional(),
    mapRunArn: z.string().optional(),
    statusFilter: executionStatus.optional(),
    ...page,
  }),
  async (engine, { stateMachineArn, mapRunArn, statusFilter, ...paging }) => {
    if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
      throw new ApiError("ValidationException", "Exactly one of stateMachineArn and mapRunArn has to be given");
    }
    if (mapRunArn !== undefined) return listChildren(engine, mapRunArn, statusFilter, paging);
    const all = engine.list(machineOf(engine, stateMachineArn ?? ""));
    const wanted = all.filter(({ status }) => statusFilter === undefined || status === statusFilter);
    const { page: executions, nextToken } = pageOf(wanted, ({ sequence }) => sequence, paging);
    return { executions: executions.map(listedExecution), nextToken };
  },
);

const stopExecution = operation(
  z.object({
    executionArn: z.string(),
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  }),
  async (engine, { executionArn, error, cause }) => {
    const execution = executionOf(engine, executionArn);
    if (execution.status === "RUNNING") await engine.stop(execution, error, cause);
    return { stopDate: seconds(execution.stopped ?? execution.started) };
  },
);

const getExecutionHistory = operation(
  z.object({
    executionArn: z.string(),
    reverseOrder: z.boolean().optional(),
    includeExecutionData: z.boolean().optional(),
    ...page,
  }),
  async (engine, { executionArn, reverseOrder, includeExecutionData, ...paging }) => {
    const { events } = await readExecution(executionOf(engine, executionArn).file);
    if (reverseOrder) events.reverse();
    const { page: shown, nextToken } = pageOf(events, ({ id }) => id, paging);
    return { events: includeExecutionData === false ? shown.map(withoutData) : shown, nextToken };
  },
);

const describeStateMachine = operation(z.object({ stateMachineArn: z.string() }), async (engine, input) => {
  const machine = machineOf(engine, input.stateMachineArn);
  const definition = JSON.stringify(machine.source);
  return { ...listedMachine(machine), status: "ACTIVE", definition, roleArn: roleOf(machine) };
});

const listStateMachines = operation(z.object(page), async (engine, paging) => {
  const machines = [...engine.machines.values()].map((machine, number) => ({ machine, number }));
  const { page: shown, nextToken } = pageOf(machines, ({ number }) => number, paging);
  return { stateMachines: shown.map(({ machine }) => listedMachine(machine)), nextToken };
});

/** The operations that are answered here, by their names in the API. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["StartExecution", startExecution],
  ["DescribeExecution", describeExecution],
  ["ListExecutions", listExecutions],
  ["StopExecution", stopExecution],
  ["GetExecutionHistory", getExecutionHistory],
  ["DescribeStateMachine", describeStateMachine],
  ["ListStateMachines", listStateMachines],
  [
    "ListMapRuns",
    operation(z.object({ executionArn: z.string(), ...page }), (engine, { executionArn, ...paging }) =>
      listMapRuns(engine, executionOf(engine, executionArn), paging),
    ),
  ],
  [
    "DescribeMapRun",
    operation(z.object({ mapRunArn: z.string() }), (engine, input) => describeMapRun(engine, input.mapRunArn)),
  ],
]);

function machineOf(engine: Engine, arn: string): StateMachine {
  const machine = engine.machines.get(arn);
  if (machine === undefined) throw new ApiError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function executionOf(engine: Engine, arn: string): Execution {
  const execution = engine.find(arn);
  if (execution === undefined) throw new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return execution;
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > dataLimit) {
    throw new ApiError("ValidationException", `1 validation error detected: 'input' is longer than ${dataLimit} bytes`);
  }
  try {
    JSON.parse(input);
  } catch {
    throw new ApiError("InvalidExecutionInput", "Invalid State Machine Execution Input: it is not JSON");
  }
}

async function inputOf(execution: Execution): Promise<string> {
  return executionData((await readExecution(execution.file)).events).input;
}

function listedMachine({ arn, name }: StateMachine): object {
  return { stateMachineArn: arn, name, type: "STANDARD", creationDate: 0 };
}

/** An event as it is shown where execution data is not asked for. */
function withoutData(event: Record<string, unknown>): Record<string, unknown> {
  const bare = Object.entries(event).map(([key, value]) => {
    if (typeof value !== "object" || value === null) return [key, value];
    const { input: _input, output: _output, parameters: _parameters, ...rest }: Record<string, unknown> = { ...value };
    return [key, rest];
  });
  return Object.fromEntries(bare);
}
