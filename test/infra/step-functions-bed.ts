import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { onTestFinished, vi } from "vitest";
import type { InvokeResult } from "#infra/local/step-functions/scope";
import { startStepFunctions } from "#infra/local/step-functions/server";
import type { Timing } from "#infra/local/step-functions/timing";
import { patience } from "#test/patience";

/** The function that every Task of these tests calls. */
export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:work";
const machineName = "Work";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };
export const machineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${machineName}`;

/** A clock that stands still until it is told to go on; timers fire in their order when it passes them. */
export class ManualTiming implements Timing {
  chance = 0.5;
  #now = Date.parse("2026-03-02T09:00:00Z");
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.#now + delay, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Delays, in milliseconds from now, of the timers that are set. */
  get waits(): number[] {
    return this.#timers.map(({ at }) => at - this.#now).sort((left, right) => left - right);
  }

  /** Waits until a timer with exactly this delay is set, then goes on so far. */
  async pass(delay: number): Promise<void> {
    await vi.waitFor(() => {
      if (!this.waits.includes(delay)) throw new Error(`No timer of ${delay} ms, only of ${this.waits.join(", ")}`);
    }, patience);
    this.#now += delay;
    for (const timer of this.#timers.filter(({ at }) => at <= this.#now).sort((left, right) => left.at - right.at)) {
      this.#timers = this.#timers.filter((each) => each !== timer);
      timer.callback();
    }
  }
}

export interface Bed {
  readonly client: SFNClient;
  readonly directory: string;
  /** Starts an execution and answers with its ARN. */
  start(input?: unknown, name?: string): Promise<string>;
  /** Starts an execution and waits for its end. */
  run(input?: unknown, name?: string): Promise<DescribeExecutionOutput>;
  ended(executionArn: string): Promise<DescribeExecutionOutput>;
  /** Types of the events of an execution's history, in their order. */
  events(executionArn: string): Promise<string[]>;
  /** ARN of the only map run of an execution, as soon as there is one. */
  mapRun(executionArn: string): Promise<string>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves one state machine over HTTP for one test, with the real SDK as its client.
 *
 * @param options.work what the function does; what it returns is its answer, what it throws is its error.
 * @param options.objects texts of the objects in S3, by `bucket/key`.
 */
export async function startBed(options: {
  definition: unknown;
  work?: (payload: never, functionArn: string) => unknown;
  objects?: Record<string, string | Readable>;
  timing?: Timing;
  directory?: string;
}): Promise<Bed> {
  const { definition, work = (payload: unknown) => payload, objects = {}, timing } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "step-functions-")));
  const server = await startStepFunctions({
    port: 0,
    directory,
    credentials,
    stateMachines: [{ arn: machineArn, name: machineName, definition }],
    invoke: (arn, payload) => answerOf(() => work(payload as never, arn)),
    readObject: async (bucket, key) => {
      const object = objects[`${bucket}/${key}`];
      if (object === undefined) throw new Error("NoSuchKey: The specified key does not exist.");
      return typeof object === "string" ? Readable.from([Buffer.from(object)]) : object;
    },
    ...(timing && { timing }),
  });
  const client = clientOf(server.endpoint);
  const bed: Bed = {
    client,
    directory,
    async start(input = {}, name) {
      const command = new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) });
      return String((await client.send(command)).executionArn);
    },
    run: async (input, name) => bed.ended(await bed.start(input, name)),
    ended: (executionArn) => endOf(client, executionArn),
    async events(executionArn) {
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
      return events.map(({ type }) => String(type));
    },
    mapRun: (executionArn) =>
      vi.waitFor(async () => {
        const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
        if (mapRuns[0]?.mapRunArn === undefined) throw new Error("There is no map run yet.");
        return mapRuns[0].mapRunArn;
      }, patience),
    resume: server.resume,
    async close() {
      client.destroy();
      await server.close();
    },
  };
  onTestFinished(async () => {
    await bed.close().catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  });
  return bed;
}

export function clientOf(endpoint: string): SFNClient {
  return new SFNClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
}

/** Waits for the end of an execution. */
export function endOf(client: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  return vi.waitFor(async () => {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status === "RUNNING") throw new Error(`${executionArn} is still running.`);
    return described;
  }, patience);
}

async function answerOf(work: () => unknown): Promise<InvokeResult> {
  try {
    return { payload: await work() };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { errorType: name, errorMessage: message, trace: [] } };
  }
}

/** An error with a name, as a Lambda function throws it. */
export function failure(name: string, message = "It went wrong."): Error {
  return Object.assign(new Error(message), { name });
}

/** A promise that is settled from outside. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** The definition of a machine of one state that ends it. */
export function only(state: Record<string, unknown>): unknown {
  return {
    StartAt: "Only",
    States: { Only: ["Succeed", "Fail", "Choice"].includes(String(state.Type)) ? state : { End: true, ...state } },
  };
}

/** The definition of a machine that runs one function for each line of an object. */
export function chunked(map: Record<string, unknown> = {}, child: Record<string, unknown> = {}): unknown {
  return only({
    Type: "Map",
    Label: "chunks",
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSONL" },
      Parameters: { Bucket: "bucket", "Key.$": "$.key" },
    },
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
      StartAt: "Chunk",
      States: { Chunk: { Type: "Task", Resource: functionArn, End: true, ...child } },
    },
    ...map,
  });
}

/** JSON lines with the numbers from 0 as `chunk`. */
export function chunkLines(count: number): string {
  return Array.from({ length: count }, (_none, chunk) => `${JSON.stringify({ chunk })}\n`).join("");
}
