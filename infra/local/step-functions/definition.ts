import type { z } from "zod";
import * as schemas from "./state-schemas.ts";
import { DefinitionRefused } from "./states-error.ts";

/** States by name and where to begin: a whole machine, a Map's processor or a branch of a Parallel. */
export interface Graph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

interface Named {
  readonly name: string;
}
export type TaskState = Named &
  z.output<typeof schemas.functionTask | typeof schemas.invokeTask | typeof schemas.putItemTask>;
export type DistributedMapState = Named &
  z.output<typeof schemas.distributedMap> & { mode: "DISTRIBUTED"; processor: Graph };
export type InlineMapState = Named & z.output<typeof schemas.inlineMap> & { mode: "INLINE"; processor: Graph };
export type ParallelState = Named & z.output<typeof schemas.parallel> & { branches: readonly Graph[] };
export type PassState = Named & z.output<typeof schemas.pass>;
export type ChoiceState = Named & z.output<typeof schemas.choice>;
export type WaitState = Named & z.output<typeof schemas.wait>;
type SucceedState = Named & z.output<typeof schemas.succeed>;
export type FailState = Named & z.output<typeof schemas.fail>;
export type State =
  | TaskState
  | DistributedMapState
  | InlineMapState
  | ParallelState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState;

/** A state machine that can run here: checked and compiled once, at start. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly source: unknown;
  readonly timeoutSeconds: number | undefined;
  readonly graph: Graph;
}

/**
 * Compiles a definition in the Amazon States Language (JSONPath).
 *
 * @throws DefinitionRefused for every state type, field, path, intrinsic function or resource that would not run here
 * as it runs on AWS.
 */
export function compileStateMachine(arn: string, name: string, source: unknown): StateMachine {
  const place = `State machine "${name}"`;
  const { TimeoutSeconds, StartAt, States } = check(place, schemas.stateMachine, source);
  return { arn, name, source, timeoutSeconds: TimeoutSeconds, graph: compileGraph(place, StartAt, States, true) };
}

function compileGraph(place: string, startAt: string, sources: Record<string, unknown>, top: boolean): Graph {
  const states = new Map<string, State>();
  for (const [name, source] of Object.entries(sources)) {
    states.set(name, compileState(`${place}, state "${name}"`, name, source, top));
  }
  if (!states.has(startAt))
    throw new DefinitionRefused(`${place}: StartAt names the state "${startAt}", which is not there.`);
  for (const state of states.values()) checkTransitions(place, state, states);
  return { startAt, states };
}

function compileState(place: string, name: string, source: unknown, top: boolean): State {
  const type = fieldOf(source, "Type");
  switch (type) {
    case "Task":
      return { name, ...compileTask(place, source) };
    case "Map":
      return compileMap(place, name, source, top);
    case "Parallel": {
      const state = check(place, schemas.parallel, source);
      const branches = state.Branches.map((each) => {
        const { StartAt, States } = check(`${place}, field "Branches"`, schemas.branch, each);
        return compileGraph(place, StartAt, States, false);
      });
      return { name, ...state, branches };
    }
    case "Pass":
      return { name, ...check(place, schemas.pass, source) };
    case "Choice":
      return { name, ...check(place, schemas.choice, source) };
    case "Wait":
      return { name, ...check(place, schemas.wait, source) };
    case "Succeed":
      return { name, ...check(place, schemas.succeed, source) };
    case "Fail":
      return { name, ...check(place, schemas.fail, source) };
    default:
      throw new DefinitionRefused(`${place}: the type ${JSON.stringify(type)} is not supported here.`);
  }
}

function compileMap(place: string, name: string, source: unknown, top: boolean): State {
  const { ProcessorConfig, StartAt, States } = check(
    `${place}, field "ItemProcessor"`,
    schemas.itemProcessor,
    fieldOf(source, "ItemProcessor") ?? {},
  );
  if (ProcessorConfig.Mode === "INLINE") {
    const processor = compileGraph(place, StartAt, States, false);
    return { name, ...check(place, schemas.inlineMap, source), mode: "INLINE", processor };
  }
  // Its children's ends are kept in a file of their own, which only the execution itself goes on with after a crash.
  if (!top)
    throw new DefinitionRefused(`${place}: a distributed Map can only stand at the top of a state machine here.`);
  const processor = compileGraph(place, StartAt, States, false);
  return { name, ...check(place, schemas.distributedMap, source), mode: "DISTRIBUTED", processor };
}

function compileTask(place: string, source: unknown) {
  if (schemas.putItemArn.test(String(fieldOf(source, "Resource")))) return check(place, schemas.putItemTask, source);
  return isInvoke(source) ? check(place, schemas.invokeTask, source) : check(place, schemas.functionTask, source);
}

function isInvoke(source: unknown): boolean {
  const resource = fieldOf(source, "Resource");
  return typeof resource !== "string" || !resource.includes(":lambda:") || resource.includes(":states:");
}

function fieldOf(source: unknown, field: string): unknown {
  return typeof source === "object" && source !== null && Object.hasOwn(source, field)
    ? Reflect.get(source, field)
    : undefined;
}

function checkTransitions(place: string, state: State, states: ReadonlyMap<string, State>): void {
  const here = `${place}, state "${state.name}"`;
  if ("Next" in state || "End" in state || !["Choice", "Succeed", "Fail"].includes(state.Type)) {
    const ways = ["Next", "End"].filter((way) => fieldOf(state, way) !== undefined);
    if (ways.length !== 1) throw new DefinitionRefused(`${here}: it has to hold exactly one of Next and End.`);
  }
  for (const target of targetsOf(state)) {
    if (!states.has(target))
      throw new DefinitionRefused(`${here}: it leads to the state "${target}", which is not there.`);
  }
}

function targetsOf(state: State): string[] {
  const targets: string[] = [];
  if ("Next" in state && state.Next !== undefined) targets.push(state.Next);
  if ("Catch" in state) targets.push(...state.Catch.map((catcher) => catcher.Next));
  if (state.Type === "Choice") targets.push(...state.Choices.map((rule) => rule.next));
  if (state.Type === "Choice" && state.Default !== undefined) targets.push(state.Default);
  return targets;
}

function check<Schema extends z.ZodType>(place: string, schema: Schema, source: unknown): z.output<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new DefinitionRefused(sentence(place, parsed.error.issues[0]));
}

function sentence(place: string, issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return `${place}: it is not well formed.`;
  const field = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const unknown = [field, issue.keys[0]].filter((part) => part !== "" && part !== undefined).join(".");
    return `${place}: the field "${unknown}" is not supported here.`;
  }
  return field === "" ? `${place}: ${issue.message}.` : `${place}, field "${field}": ${issue.message}.`;
}
