import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { DistributedMapState, StateMachine } from "./definition.ts";
import { ExecutionLog, type ExecutionStatus, readExecution } from "./execution-log.ts";
import { runGraph } from "./interpreter.ts";
import { MapRun } from "./map-run.ts";
import type { Invoke, Position, PutItem, ReadObject, Scope } from "./scope.ts";
import { asStatesError, Halted } from "./states-error.ts";
import { Store } from "./store.ts";
import type { Timing } from "./timing.ts";

/** AWS keeps a closed execution, and its name taken, for 90 days. */
const retention = 90 * 24 * 3600 * 1000;

/** One execution of a state machine, running or ended. Times are epoch milliseconds. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  /** Grows with each execution: the order in which lists page. */
  readonly sequence: number;
  readonly started: number;
  readonly file: string;
  status: ExecutionStatus;
  stopped: number | undefined;
  /** There while it runs in this process. */
  live?: { readonly halting: AbortController; readonly ended: Promise<void> };
}

export interface EngineOptions {
  readonly directory: string;
  readonly machines: readonly StateMachine[];
  readonly invoke: Invoke;
  readonly readObject: ReadObject;
  readonly putItem: PutItem;
  readonly timing: Timing;
  /** Told of each execution that has come to its end. */
  readonly onEnd?: ((execution: Execution) => void) | undefined;
}

/** Starts, holds and goes on with the executions of all state machines. */
export class Engine {
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly store: Store;
  /** Map runs at work in this process, by ARN. */
  readonly mapRuns = new Map<string, MapRun>();
  readonly #options: EngineOptions;
  readonly #executions = new Map<string, Execution>();
  readonly #starting = new Map<string, Promise<Execution>>();
  #sequence = 0;

  private constructor(options: EngineOptions) {
    this.#options = options;
    this.machines = new Map(options.machines.map((machine) => [machine.arn, machine]));
    this.store = new Store(options.directory);
  }

  /** Opens the engine over what its directory holds; unfinished executions stand still until resume(). */
  static async open(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    for (const machine of options.machines) {
      await engine.store.open(machine.name);
      for (const { name, started, status, stopped } of await engine.store.executions(machine.name)) {
        const execution = engine.#hold(machine, name, started, ++engine.#sequence);
        execution.status = status;
        execution.stopped = stopped;
        if (engine.#hasExpired(execution)) await engine.#forget(execution);
      }
    }
    return engine;
  }

  find(arn: string): Execution | undefined {
    return this.#executions.get(arn);
  }

  /** Executions of a machine, newest first. */
  list(machine: StateMachine): Execution[] {
    return [...this.#executions.values()]
      .filter((execution) => execution.machine === machine)
      .sort((left, right) => right.sequence - left.sequence);
  }

  /**
   * Starts an execution; it is on disk when this returns. Of two starts of one name at once, the second gets the
   * first one's execution: whether that is an answer or an error is the caller's to say.
   */
  async start(machine: StateMachine, name: string, input: string): Promise<{ execution: Execution; existed: boolean }> {
    const arn = executionArn(machine, name);
    const starting = this.#starting.get(arn);
    if (starting !== undefined) return { execution: await starting, existed: true };
    const existing = this.#executions.get(arn);
    if (existing !== undefined && !this.#hasExpired(existing)) return { execution: existing, existed: true };
    const created = this.#create(machine, name, input, existing);
    this.#starting.set(arn, created);
    try {
      return { execution: await created, existed: false };
    } finally {
      this.#starting.delete(arn);
    }
  }

  /** Ends an execution before its time. What its tasks had begun is not undone. */
  async stop(execution: Execution, error: string | undefined, cause: string | undefined): Promise<void> {
    if (execution.status === "RUNNING" && execution.live === undefined) await this.#goOn(execution);
    execution.live?.halting.abort(new Halted("STOPPED", error, cause));
    await execution.live?.ended;
  }

  /**
   * Goes on with every execution that an earlier process left unfinished.
   *
   * @throws DamagedFolder where the log of one is damaged.
   */
  async resume(): Promise<void> {
    const open = [...this.#executions.values()].filter(
      ({ status, live }) => status === "RUNNING" && live === undefined,
    );
    for (const execution of open) {
      await this.#goOn(execution);
    }
  }

  /** Stands still: what runs is left as it is on disk, for the next process. */
  async close(): Promise<void> {
    const live = [...this.#executions.values()].flatMap((execution) => execution.live ?? []);
    for (const { halting } of live) halting.abort(new Halted("CLOSED"));
    await Promise.allSettled(live.map(({ ended }) => ended));
  }

  #hold(machine: StateMachine, name: string, started: number, sequence: number): Execution {
    const arn = executionArn(machine, name);
    const file = this.store.executionFile(machine.name, name);
    const execution: Execution = { arn, name, machine, sequence, started, file, status: "RUNNING", stopped: undefined };
    this.#executions.set(arn, execution);
    return execution;
  }

  #hasExpired({ stopped }: Execution): boolean {
    return stopped !== undefined && stopped < this.#options.timing.now() - retention;
  }

  async #forget(execution: Execution): Promise<void> {
    this.#executions.delete(execution.arn);
    await this.store.removeExecution(execution.machine.name, execution.name);
  }

  async #create(machine: StateMachine, name: string, input: string, old: Execution | undefined): Promise<Execution> {
    if (old !== undefined) await this.#forget(old);
    const { timing } = this.#options;
    // Together, before anything is waited for: of two that start at once, the order of the list is that of their times.
    const started = timing.now();
    const sequence = ++this.#sequence;
    const log = await ExecutionLog.create(this.store.executionFile(machine.name, name), { name, started }, timing);
    const position: Position = { state: machine.graph.startAt, input: JSON.parse(input) };
    log.record("ExecutionStarted", { executionStartedEventDetails: { input, roleArn: roleOf(machine) } }, position);
    await log.publish();
    const execution = this.#hold(machine, name, started, sequence);
    this.#run(execution, log, position, position.input, false);
    return execution;
  }

  async #goOn(execution: Execution): Promise<void> {
    const { events, position } = await readExecution(execution.file);
    if (execution.live !== undefined) return;
    const started = events[0]?.executionStartedEventDetails;
    if (position === undefined || started === undefined) return this.#forget(execution);
    const log = await ExecutionLog.reopen(execution.file, this.#options.timing, events.at(-1)?.id ?? 0);
    const input: unknown = Reflect.get(Object(started), "input");
    const entered = events.length > 1;
    this.#run(execution, log, position, JSON.parse(String(input)), entered);
  }

  #run(execution: Execution, log: ExecutionLog, position: Position, input: unknown, entered: boolean): void {
    const halting = new AbortController();
    setMaxListeners(0, halting.signal);
    const scope = this.#scopeOf(execution, log, input, halting.signal);
    const ended = this.#runToEnd(execution, log, scope, position, halting, entered).catch((error: unknown) => {
      // Its end cannot be written (disk full, say): it stays open, and the next start goes on with it.
      console.error(`The execution ${execution.name} of ${execution.machine.name} cannot be logged:`, error);
    });
    execution.live = { halting, ended };
  }

  async #runToEnd(
    execution: Execution,
    log: ExecutionLog,
    scope: Scope,
    position: Position,
    halting: AbortController,
    entered: boolean,
  ): Promise<void> {
    const { timing } = this.#options;
    const { timeoutSeconds, graph } = execution.machine;
    const cancel =
      timeoutSeconds === undefined
        ? undefined
        : timing.after(execution.started + timeoutSeconds * 1000 - timing.now(), () =>
            halting.abort(new Halted("TIMED_OUT")),
          );
    const finish = async (status: Exclude<ExecutionStatus, "RUNNING">, fields: Parameters<ExecutionLog["end"]>[1]) => {
      const stopped = timing.now();
      await log.end(status, fields, stopped);
      execution.stopped = stopped;
      execution.status = status;
      delete execution.live;
      this.#options.onEnd?.(execution);
    };
    try {
      const output = await runGraph(graph, position, scope, entered);
      await finish("SUCCEEDED", { output: JSON.stringify(output) });
    } catch (thrown) {
      if (thrown instanceof Halted) {
        if (thrown.kind === "CLOSED") return await log.close();
        await finish(thrown.kind === "STOPPED" ? "ABORTED" : "TIMED_OUT", {
          error: thrown.error,
          cause: thrown.reason,
        });
      } else {
        const { error, reason } = asStatesError(thrown);
        await finish("FAILED", { error, cause: reason });
      }
    } finally {
      cancel?.();
      for (const [arn, { head }] of this.mapRuns) if (head.executionArn === execution.arn) this.mapRuns.delete(arn);
    }
  }

  #scopeOf(execution: Execution, log: ExecutionLog, input: unknown, signal: AbortSignal): Scope {
    const { timing, invoke, readObject, putItem } = this.#options;
    const { machine } = execution;
    return {
      execution: {
        Id: execution.arn,
        Name: execution.name,
        Input: input,
        StartTime: new Date(execution.started).toISOString(),
        RoleArn: roleOf(machine),
        RedriveCount: 0,
      },
      stateMachine: { Id: machine.arn, Name: machine.name },
      signal,
      timing,
      invoke,
      readObject,
      putItem,
      log: {
        record: (type, details, position) => log.record(type, details, position),
        mark: (position) => log.mark(position),
        openMapRun: (state, existing) => this.#openMapRun(execution, state, existing),
      },
      resumable: true,
    };
  }

  async #openMapRun(execution: Execution, state: DistributedMapState, existing: string | undefined): Promise<MapRun> {
    const { machine } = execution;
    const label = state.Label ?? state.name.replace(/[^A-Za-z0-9_-]/gu, "").slice(0, 40);
    const mapRunArn = existing ?? `${machine.arn.replace(":stateMachine:", ":mapRun:")}/${label}:${randomUUID()}`;
    const file = this.store.mapRunFile(machine.name, mapRunId(mapRunArn));
    const head = {
      mapRunArn,
      executionArn: execution.arn,
      stateMachineArn: `${machine.arn}/${label}`,
      started: this.#options.timing.now(),
      maxConcurrency: state.MaxConcurrency,
      toleratedFailurePercentage: state.ToleratedFailurePercentage ?? 0,
      toleratedFailureCount: state.ToleratedFailureCount ?? 0,
    };
    const run = existing === undefined ? await MapRun.create(file, head) : await MapRun.reopen(file, head);
    this.mapRuns.set(mapRunArn, run);
    return run;
  }
}

/** The id at the end of a map run's ARN. */
export function mapRunId(mapRunArn: string): string {
  return mapRunArn.slice(mapRunArn.lastIndexOf(":") + 1);
}

/** The ARN of an execution of a machine by its name. */
function executionArn(machine: StateMachine, name: string): string {
  return `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** AWS answers with a role wherever a machine is described; here nothing is assumed. */
export function roleOf(machine: StateMachine): string {
  const account = machine.arn.split(":")[4] ?? "000000000000";
  return `arn:aws:iam::${account}:role/${machine.name}`;
}
