import { effectiveInput, passedOn, resultOutput } from "./data-flow.ts";
import type { ChoiceState, FailState, Graph, PassState, State, WaitState } from "./definition.ts";
import { runDistributedMap } from "./distributed-map.ts";
import { type Data, readPath } from "./path.ts";
import { caught, retrierFor, retryDelay } from "./retry.ts";
import { mark, type Position, record, type Scope } from "./scope.ts";
import { runBranches, runIterations } from "./side-by-side.ts";
import { asStatesError, StatesError } from "./states-error.ts";
import { runTask } from "./task.ts";
import { pause } from "./timing.ts";

/** AWS ends an execution at 25,000 events of its history, of which every state leaves at least two. */
const mostSteps = 12_500;

type MendedState = Extract<State, { Retry: unknown }>;

interface Step {
  readonly output: unknown;
  readonly next: string | undefined;
}

/**
 * Runs states from a position to the end and answers with the output of the last one.
 *
 * @param resumed true where another process had entered the position's state already.
 * @throws StatesError where the graph fails; the signal's reason when halted.
 */
export async function runGraph(graph: Graph, from: Position, scope: Scope, resumed = false): Promise<unknown> {
  let position = from;
  let entered = resumed;
  for (let steps = 0; ; steps += 1) {
    if (scope.signal.aborted) throw scope.signal.reason;
    if (steps === mostSteps) throw new StatesError("States.Runtime", `It went through ${mostSteps} states.`);
    const state = graph.states.get(position.state);
    if (state === undefined) throw new StatesError("States.Runtime", `There is no state "${position.state}".`);
    if (!entered) {
      record(
        scope,
        `${state.Type}StateEntered`,
        detailsOf(scope, "stateEnteredEventDetails", state, position.input),
        position,
      );
    }
    entered = false;
    const { output, next } = await runState(state, position, scope);
    record(scope, `${state.Type}StateExited`, detailsOf(scope, "stateExitedEventDetails", state, output));
    if (next === undefined) return output;
    position = { state: next, input: output };
  }
}

function detailsOf(scope: Scope, key: string, state: State, data: unknown): Record<string, unknown> | undefined {
  if (scope.log === undefined) return undefined;
  const field = key === "stateEnteredEventDetails" ? "input" : "output";
  return { [key]: { name: state.name, [field]: JSON.stringify(data) } };
}

async function runState(state: State, position: Position, scope: Scope): Promise<Step> {
  switch (state.Type) {
    case "Task":
    case "Map":
    case "Parallel":
      return runMended(state, position, scope);
    case "Wait":
      return runWait(state, position, scope);
    case "Pass":
      return runPass(state, dataFor(state, position, scope, 0));
    case "Choice":
      return runChoice(state, dataFor(state, position, scope, 0));
    case "Succeed":
      return { output: passedOn(state, dataFor(state, position, scope, 0)), next: undefined };
    case "Fail":
      return runFail(state, dataFor(state, position, scope, 0));
  }
}

function dataFor(state: State, position: Position, scope: Scope, retryCount: number): Data {
  const State = { Name: state.name, EnteredTime: new Date(scope.timing.now()).toISOString(), RetryCount: retryCount };
  const { execution: Execution, stateMachine: StateMachine } = scope;
  return { input: position.input, context: { Execution, StateMachine, State } };
}

function runPass(state: PassState, data: Data): Step {
  const worked = { ...data, input: effectiveInput(state, data) };
  const result = state.Parameters?.(worked) ?? (state.Result === undefined ? worked.input : state.Result);
  return { output: resultOutput(state, data, result), next: state.Next };
}

function runChoice(state: ChoiceState, data: Data): Step {
  const worked = { ...data, input: effectiveInput(state, data) };
  const next = state.Choices.find((rule) => rule.holds(worked))?.next ?? state.Default;
  if (next === undefined)
    throw new StatesError("States.NoChoiceMatched", `No rule of the state "${state.name}" holds.`);
  return { output: passedOn(state, data), next };
}

function runFail(state: FailState, data: Data): never {
  throw new StatesError(
    String(state.ErrorPath?.(data) ?? state.Error ?? ""),
    String(state.CausePath?.(data) ?? state.Cause ?? ""),
  );
}

async function runWait(state: WaitState, position: Position, scope: Scope): Promise<Step> {
  const data = dataFor(state, position, scope, 0);
  const wakeAt =
    position.wakeAt ?? wakeTime(state, { ...data, input: effectiveInput(state, data) }, scope.timing.now());
  mark(scope, { ...position, wakeAt });
  await pause(wakeAt - scope.timing.now(), scope);
  return { output: passedOn(state, data), next: state.Next };
}

function wakeTime(state: WaitState, data: Data, now: number): number {
  const seconds = state.SecondsPath === undefined ? state.Seconds : readPath(state.SecondsPath, data);
  const timestamp = state.TimestampPath === undefined ? state.Timestamp : readPath(state.TimestampPath, data);
  const wakeAt = typeof seconds === "number" ? now + seconds * 1000 : Date.parse(String(timestamp));
  if (Number.isNaN(wakeAt))
    throw new StatesError("States.Runtime", `The state "${state.name}" has no time to wait for.`);
  return wakeAt;
}

/** Runs a state that can fail and be mended: tries it, waits and tries again as Retry says, and leaves by Catch. */
async function runMended(state: MendedState, from: Position, scope: Scope): Promise<Step> {
  const attempts = state.Retry.map((_retrier, place) => from.attempts?.[place] ?? 0);
  let position = from;
  for (;;) {
    if (position.wakeAt !== undefined) await pause(position.wakeAt - scope.timing.now(), scope);
    try {
      const data = dataFor(
        state,
        position,
        scope,
        attempts.reduce((sum, used) => sum + used, 0),
      );
      const result = await work(state, { ...data, input: effectiveInput(state, data) }, position, scope);
      return { output: resultOutput(state, data, result), next: state.Next };
    } catch (error) {
      // What a halted task throws is no failure of the task, and not for Retry and Catch to mend.
      if (scope.signal.aborted) throw scope.signal.reason;
      const failure = asStatesError(error);
      const place = retrierFor(state.Retry, attempts, failure);
      const retrier = place === undefined ? undefined : state.Retry[place];
      if (place === undefined || retrier === undefined) {
        const way = caught(state.Catch, position.input, failure);
        if (way === undefined) throw failure;
        return way;
      }
      const delay = retryDelay(retrier, attempts[place] ?? 0, scope.timing.random());
      attempts[place] = (attempts[place] ?? 0) + 1;
      position = { state: state.name, input: from.input, attempts: [...attempts], wakeAt: scope.timing.now() + delay };
      mark(scope, position);
    }
  }
}

function work(state: MendedState, data: Data, position: Position, scope: Scope): Promise<unknown> {
  switch (state.Type) {
    case "Task":
      return runTask(state, data, scope);
    case "Parallel":
      return runBranches(state, data, scope, runGraph);
    case "Map":
      return state.mode === "INLINE"
        ? runIterations(state, data, scope, runGraph)
        : runDistributedMap(state, data, position, scope, runGraph);
  }
}
