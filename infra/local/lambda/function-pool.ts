import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { Worker } from "node:worker_threads";
import {
  asInvocationError,
  type CallOptions,
  type InvocationError,
  type InvokeResult,
  longestPayload,
  messageSchema,
  type WorkerSettings,
} from "./invocation.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly bundle: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** MiB */
  readonly memory: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Invocations at the same time; more of them wait. */
  readonly concurrency: number;
  /** Invocations that may wait; one more is refused, as Lambda throttles. Any number where it is absent. */
  readonly mostWaiting?: number;
  /** Modules that are loaded before the bundle. */
  readonly preload: readonly string[];
  readonly log: Writable;
}

interface Waiting {
  readonly event: string;
  readonly resolve: (result: InvokeResult) => void;
  /** Called when it has its place. */
  readonly begin: () => void;
}

interface Environment {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  /** Ends the invocation under way, if there is one. */
  finish: ((result: InvokeResult) => void) | undefined;
  idle: NodeJS.Timeout | undefined;
}

/** Milliseconds for loading a bundle; Lambda allows ten seconds, a busy machine of two cores deserves more. */
const longestStart = 30_000;
/** Milliseconds after which an unused environment ends. */
const longestIdle = 60_000;

/**
 * MiB for new objects in one environment. With V8's own choice a job of 10,000 patrons peaked at 2.1 GiB where one of
 * 1,000 did at 1.3; with this, at 1.4 and 1.2.
 */
const youngGeneration = 16;

const workerFile = new URL("./worker.ts", import.meta.url);

/**
 * One function and its execution environments: worker threads with an environment, a memory limit and a time limit of
 * their own. An environment that fails in any way but by an exception of its handler is thrown away.
 */
export class FunctionPool {
  readonly #settings: FunctionSettings;
  readonly #all = new Set<Environment>();
  readonly #warm: Environment[] = [];
  readonly #waiting = new WaitingLine<Waiting>();
  #atWork = 0;
  #closed = false;

  constructor(settings: FunctionSettings) {
    this.#settings = settings;
  }

  async invoke(payload: unknown, { turn = "", signal, onWait }: CallOptions = {}): Promise<InvokeResult> {
    const event = JSON.stringify(payload ?? null);
    if (Buffer.byteLength(event) > longestPayload) {
      return failed("RequestTooLargeException", `Request must be smaller than ${longestPayload} bytes`);
    }
    if (this.#closed) return failed("ServiceException", "The product is stopping");
    if (signal?.aborted === true) return givenUp;
    if (this.#waiting.size >= (this.#settings.mostWaiting ?? Number.POSITIVE_INFINITY)) {
      return failed("TooManyRequestsException", `${this.#waiting.size} invocations wait already`);
    }
    const answered = Promise.withResolvers<InvokeResult>();
    const place = Promise.withResolvers<void>();
    const waiting: Waiting = { event, resolve: answered.resolve, begin: place.resolve };
    const giveUp = () => {
      if (this.#waiting.remove(turn, waiting)) answered.resolve(givenUp);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    if (this.#atWork >= this.#settings.concurrency) onWait?.(place.promise);
    this.#waiting.add(turn, waiting);
    this.#next();
    const result = await answered.promise;
    signal?.removeEventListener("abort", giveUp);
    return result;
  }

  /** Ends all environments at once; invocations under way are told so. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let one = this.#waiting.next(); one !== undefined; one = this.#waiting.next()) {
      one.resolve(failed("ServiceException", "The product is stopping"));
    }
    await Promise.all([...this.#all].map((environment) => this.#drop(environment, stopped)));
  }

  #next(): void {
    while (this.#atWork < this.#settings.concurrency) {
      const task = this.#waiting.next();
      if (task === undefined) return;
      this.#atWork++;
      task.begin();
      void this.#run(task.event).then((result) => {
        this.#atWork--;
        task.resolve(result);
        this.#next();
      });
    }
  }

  async #run(event: string): Promise<InvokeResult> {
    const environment = this.#warm.pop() ?? this.#start();
    clearTimeout(environment.idle);
    const ended = new Promise<InvokeResult>((resolve) => {
      environment.finish = resolve;
    });
    let timer = setTimeout(
      () => void this.#drop(environment, failed("Sandbox.Timedout", "The bundle did not load in time")),
      longestStart,
    );
    void environment.ready.then(() => {
      if (environment.finish === undefined) return;
      clearTimeout(timer);
      const id = randomUUID();
      const { timeoutSeconds } = this.#settings;
      const message = `RequestId: ${id} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      timer = setTimeout(
        () => void this.#drop(environment, failed("Sandbox.Timedout", message)),
        timeoutSeconds * 1000,
      );
      environment.worker.postMessage({ id, event, deadline: Date.now() + timeoutSeconds * 1000 });
    });
    const result = await ended;
    clearTimeout(timer);
    environment.finish = undefined;
    if (this.#all.has(environment) && !this.#closed) {
      this.#warm.push(environment);
      environment.idle = setTimeout(() => void this.#drop(environment, stopped), longestIdle).unref();
    }
    return result;
  }

  #start(): Environment {
    const { name, arn, bundle, handler, memory, environment: env, preload, log } = this.#settings;
    const settings: WorkerSettings = { name, arn, bundle, handler, memory, logStream: randomUUID() };
    const worker = new Worker(workerFile, {
      workerData: settings,
      env: { ...env },
      execArgv: ["--enable-source-maps", ...preload.flatMap((module) => ["--import", module])],
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: youngGeneration },
      stdout: true,
      stderr: true,
    });
    worker.stdout.on("data", (data: Buffer) => log.write(data));
    worker.stderr.on("data", (data: Buffer) => log.write(data));
    const loaded = Promise.withResolvers<void>();
    const environment: Environment = { worker, ready: loaded.promise, finish: undefined, idle: undefined };
    this.#all.add(environment);
    worker.on("message", (message: unknown) => {
      const said = messageSchema.parse(message);
      if ("ready" in said) loaded.resolve();
      else environment.finish?.("error" in said ? { error: said.error } : answered(said.answer));
    });
    worker.on("error", (error: unknown) => void this.#drop(environment, { error: crash(error) }));
    worker.on("exit", (code) =>
      this.#drop(environment, failed("Runtime.ExitError", `Runtime exited with error: exit status ${code}`)),
    );
    return environment;
  }

  async #drop(environment: Environment, result: InvokeResult): Promise<void> {
    if (!this.#all.delete(environment)) return;
    clearTimeout(environment.idle);
    const place = this.#warm.indexOf(environment);
    if (place >= 0) this.#warm.splice(place, 1);
    if ("error" in result && environment.finish !== undefined) {
      this.#settings.log.write(`${JSON.stringify({ level: "ERROR", at: new Date(), ...result.error })}\n`);
    }
    environment.finish?.(result);
    await environment.worker.terminate();
  }
}

const givenUp: InvokeResult = failed("RequestCanceled", "The caller gave up before the call had begun");
const stopped: InvokeResult = failed("Runtime.ExitError", "The environment was ended");

function answered(text: string): InvokeResult {
  if (Buffer.byteLength(text) > longestPayload) {
    return failed(
      "Function.ResponseSizeTooLarge",
      `Response payload size exceeded maximum allowed payload size (${longestPayload} bytes).`,
    );
  }
  return { payload: JSON.parse(text) };
}

function crash(error: unknown): InvocationError {
  const found = asInvocationError(error);
  const outOfMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return outOfMemory ? { ...found, errorType: "Runtime.OutOfMemory" } : found;
}

function failed(errorType: string, errorMessage: string): InvokeResult {
  return { error: { errorType, errorMessage } };
}
