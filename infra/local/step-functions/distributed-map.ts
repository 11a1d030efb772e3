import { setMaxListeners } from "node:events";
import type { DistributedMapState } from "./definition.ts";
import { readItems } from "./item-reader.ts";
import type { MapRun } from "./map-run.ts";
import type { Data } from "./path.ts";
import { type Position, record, type Scope } from "./scope.ts";
import { itemInput, type RunGraph } from "./side-by-side.ts";
import { asStatesError, Halted, StatesError } from "./states-error.ts";
import { Deadline, settle } from "./timing.ts";

/** An Express execution lives five minutes at most. */
const longestChild = 5 * 60 * 1000;
/** Items read ahead of the children, so that the total is soon known and memory does not grow with the list. */
const readAhead = 1000;
/** AWS would run 10,000 children at a time where MaxConcurrency is 0; one machine has no use for that many. */
const mostChildren = 1000;

/**
 * Runs a distributed Map: each item of the reader as one child execution, and answers with the outputs of those that
 * succeeded (nothing where the result is thrown away). Children whose end an earlier process wrote down are not run again.
 *
 * @throws StatesError `States.ExceedToleratedFailureThreshold` when more children failed than is tolerated,
 * `States.ItemReaderFailed` when the items cannot be read; the signal's reason when halted.
 */
export async function runDistributedMap(
  state: DistributedMapState,
  data: Data,
  position: Position,
  scope: Scope,
  runGraph: RunGraph,
): Promise<unknown> {
  if (scope.log === undefined) throw new StatesError("States.Runtime", "A child execution has no map runs.");
  const run = await scope.log.openMapRun(state, position.mapRun);
  if (position.mapRun === undefined) {
    const mapRun = run.head.mapRunArn;
    record(scope, "MapStateStarted");
    record(scope, "MapRunStarted", { mapRunStartedEventDetails: { mapRunArn: mapRun } }, { ...position, mapRun });
  }
  try {
    await new Children(state, data, scope, run, runGraph).runAll();
    await run.finish("SUCCEEDED", scope.timing.now());
  } catch (error) {
    if (error instanceof Halted && error.kind === "CLOSED") {
      await run.leave();
      throw error;
    }
    await run.finish(error instanceof Halted ? "ABORTED" : "FAILED", scope.timing.now());
    if (error instanceof Halted) record(scope, "MapRunAborted");
    else {
      const failure = asStatesError(error);
      record(scope, "MapRunFailed", { mapRunFailedEventDetails: { error: failure.error, cause: failure.reason } });
    }
    throw error;
  }
  record(scope, "MapRunSucceeded");
  record(scope, "MapStateSucceeded");
  return [...run.outputs].sort(([left], [right]) => left - right).map(([, output]) => output);
}

/** The children of one map run: started in the order of the items as places become free. */
class Children {
  readonly #state: DistributedMapState;
  readonly #data: Data;
  readonly #scope: Scope;
  readonly #run: MapRun;
  readonly #runGraph: RunGraph;
  readonly #halting = new AbortController();
  readonly #concurrency: number;
  readonly #waiting: { child: number; value: unknown }[] = [];
  #allRead = false;
  #wake: (() => void) | undefined;

  constructor(state: DistributedMapState, data: Data, scope: Scope, run: MapRun, runGraph: RunGraph) {
    this.#state = state;
    this.#data = data;
    this.#scope = scope;
    this.#run = run;
    this.#runGraph = runGraph;
    this.#concurrency = Math.min(state.MaxConcurrency === 0 ? mostChildren : state.MaxConcurrency, mostChildren);
    setMaxListeners(0, this.#halting.signal);
  }

  async runAll(): Promise<void> {
    const { signal } = this.#scope;
    const halt = (): void => this.#halt(signal.reason);
    if (signal.aborted) halt();
    signal.addEventListener("abort", halt, { once: true });
    try {
      await this.#read();
      while (this.#run.running.size > 0 || (this.#waiting.length > 0 && !this.#halted)) await this.#change();
    } catch (error) {
      this.#halt(error);
      while (this.#run.running.size > 0) await this.#change();
    } finally {
      signal.removeEventListener("abort", halt);
    }
    if (this.#halted) throw this.#halting.signal.reason;
  }

  get #halted(): boolean {
    return this.#halting.signal.aborted;
  }

  #halt(reason: unknown): void {
    this.#halting.abort(reason);
    this.#wake?.();
  }

  async #read(): Promise<void> {
    const { counts } = this.#run;
    for await (const value of readItems(this.#state, this.#data, this.#scope.readObject)) {
      if (this.#halted) return;
      const child = counts.total++;
      if (this.#run.hasEnded(child)) continue;
      this.#waiting.push({ child, value });
      this.#start();
      while (this.#waiting.length >= readAhead && !this.#halted) await this.#change();
    }
    this.#allRead = true;
    this.#checkTolerance();
  }

  #start(): void {
    while (!this.#halted && this.#run.running.size < this.#concurrency) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#run.running.set(next.child, this.#scope.timing.now());
      void this.#runChild(next.child, next.value);
    }
  }

  async #runChild(child: number, value: unknown): Promise<void> {
    const { timing } = this.#scope;
    const started = timing.now();
    const halting = new AbortController();
    setMaxListeners(0, halting.signal);
    try {
      const input = itemInput(this.#state, this.#data, child, value);
      const deadline = new Deadline(timing, longestChild);
      const work = this.#runProcessor(child, input, started, halting.signal, deadline);
      const output = await settle(work, { signal: this.#halting.signal }, deadline);
      const kept = this.#state.ResultPath === null ? {} : { output };
      this.#run.end({ child, status: "SUCCEEDED", started, stopped: timing.now(), ...kept });
    } catch (error) {
      halting.abort(error);
      this.#endFailed(child, started, error);
    }
    this.#checkTolerance();
    this.#start();
    this.#wake?.();
  }

  #runProcessor(
    child: number,
    input: unknown,
    started: number,
    signal: AbortSignal,
    deadline: Deadline,
  ): Promise<unknown> {
    const { processor } = this.#state;
    const { mapRunArn } = this.#run.head;
    const scope: Scope = {
      ...this.#scope,
      invoke: (functionArn, payload, options) =>
        this.#scope.invoke(functionArn, payload, {
          ...options,
          onWait: (place) => {
            deadline.waitFor(place);
            options?.onWait?.(place);
          },
        }),
      execution: {
        ...this.#scope.execution,
        Id: childArn(mapRunArn, child),
        Name: childName(mapRunArn, child),
        Input: input,
        StartTime: new Date(started).toISOString(),
      },
      signal,
      log: undefined,
      resumable: false,
    };
    return this.#runGraph(processor, { state: processor.startAt, input }, scope);
  }

  #endFailed(child: number, started: number, error: unknown): void {
    const stopped = this.#scope.timing.now();
    // A process that goes down leaves its children open: they run again in the next one.
    if (error instanceof Halted && error.kind === "CLOSED") this.#run.running.delete(child);
    else if (this.#halted) this.#run.end({ child, status: "ABORTED", started, stopped });
    else {
      const { error: name, reason } = asStatesError(error);
      const timedOut = stopped - started >= longestChild && name === "States.Timeout";
      this.#run.end({ child, status: timedOut ? "TIMED_OUT" : "FAILED", started, stopped, error: name, cause: reason });
    }
  }

  /** The share is known only when all items are read; until then only the number counts. */
  #checkTolerance(): void {
    const { counts } = this.#run;
    const { ToleratedFailureCount: most, ToleratedFailurePercentage: share } = this.#state;
    const failed = counts.failed + counts.timedOut;
    const tooMany = most !== undefined || share === undefined ? failed > (most ?? 0) : false;
    const tooLarge = share !== undefined && this.#allRead && failed * 100 > share * counts.total;
    if (!tooMany && !tooLarge) return;
    this.#halt(
      new StatesError(
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
      ),
    );
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The name of a child: the map run's own id and the item's place. */
export function childName(mapRunArn: string, child: number): string {
  return `${mapRunArn.slice(mapRunArn.lastIndexOf(":") + 1)}-${child}`;
}

/** `...:mapRun:Machine/label:id` has the children `...:express:Machine/label:id-0` and so on. */
export function childArn(mapRunArn: string, child: number): string {
  const place = mapRunArn.slice(0, mapRunArn.lastIndexOf(":")).replace(":mapRun:", ":express:");
  return `${place}:${childName(mapRunArn, child)}`;
}
