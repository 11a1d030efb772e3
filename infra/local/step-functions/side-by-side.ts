import { setMaxListeners } from "node:events";
import type { Graph, InlineMapState, ParallelState } from "./definition.ts";
import { type Data, readPath } from "./path.ts";
import { type Position, record, type Scope } from "./scope.ts";
import { StatesError } from "./states-error.ts";

/** How a graph is run; handed in, because running one is what may lead here. */
export type RunGraph = (graph: Graph, from: Position, scope: Scope) => Promise<unknown>;

/** AWS runs at most 40 iterations of an inline Map at a time. */
const mostIterations = 40;

/** Runs the iterations of an inline Map, at most MaxConcurrency at a time, and answers with their outputs in order. */
export async function runIterations(
  state: InlineMapState,
  data: Data,
  scope: Scope,
  run: RunGraph,
): Promise<unknown[]> {
  const items = state.ItemsPath === undefined ? data.input : readPath(state.ItemsPath, data);
  if (!Array.isArray(items))
    throw new StatesError("States.Runtime", `The items of the Map "${state.name}" are no array.`);
  record(scope, "MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const concurrency = state.MaxConcurrency === 0 ? mostIterations : Math.min(state.MaxConcurrency, mostIterations);
  const outputs = await runAll(items.length, concurrency, scope, async (index, within) => {
    const name = { name: state.name, index };
    record(within, "MapIterationStarted", { mapIterationStartedEventDetails: name });
    try {
      const input = itemInput(state, data, index, items[index]);
      const output = await run(state.processor, { state: state.processor.startAt, input }, within);
      record(within, "MapIterationSucceeded", { mapIterationSucceededEventDetails: name });
      return output;
    } catch (error) {
      if (error instanceof StatesError) record(within, "MapIterationFailed", { mapIterationFailedEventDetails: name });
      throw error;
    }
  });
  record(scope, "MapStateSucceeded");
  return outputs;
}

/** What one item of a Map becomes as input: the item itself, or what ItemSelector makes of it. */
export function itemInput(
  state: Pick<InlineMapState, "ItemSelector">,
  data: Data,
  index: number,
  value: unknown,
): unknown {
  if (state.ItemSelector === undefined) return value;
  const context = { ...Object(data.context), Map: { Item: { Index: index, Value: value } } };
  return state.ItemSelector({ input: data.input, context });
}

/** Runs the branches of a Parallel side by side and answers with their outputs in order. */
export async function runBranches(state: ParallelState, data: Data, scope: Scope, run: RunGraph): Promise<unknown[]> {
  const input = state.Parameters === undefined ? data.input : state.Parameters(data);
  record(scope, "ParallelStateStarted");
  const { branches } = state;
  const outputs = await runAll(branches.length, branches.length, scope, async (index, within) => {
    const branch = branches[index];
    return branch === undefined ? null : run(branch, { state: branch.startAt, input }, within);
  });
  record(scope, "ParallelStateSucceeded");
  return outputs;
}

/** The first failure halts the others, and is thrown when all have ended. */
async function runAll(
  count: number,
  concurrency: number,
  scope: Scope,
  runOne: (index: number, within: Scope) => Promise<unknown>,
): Promise<unknown[]> {
  const halting = new AbortController();
  setMaxListeners(0, halting.signal);
  const halt = (): void => halting.abort(scope.signal.reason);
  if (scope.signal.aborted) halt();
  scope.signal.addEventListener("abort", halt, { once: true });
  const within: Scope = { ...scope, signal: halting.signal, resumable: false };
  const outputs: unknown[] = new Array(count);
  let next = 0;
  const runLane = async (): Promise<void> => {
    while (next < count && !halting.signal.aborted) {
      const index = next++;
      try {
        outputs[index] = await runOne(index, within);
      } catch (error) {
        halting.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, runLane));
  scope.signal.removeEventListener("abort", halt);
  if (halting.signal.aborted) throw halting.signal.reason;
  return outputs;
}
