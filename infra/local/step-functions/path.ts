import { StatesError } from "./states-error.ts";

/** A reference path into a state's input (`$`) or into the context object (`$$`): names and indexes only. */
export interface Path {
  readonly source: string;
  readonly root: "input" | "context";
  readonly segments: readonly (string | number)[];
}

/** What a path or template is evaluated against. */
export interface Data {
  readonly input: unknown;
  readonly context: unknown;
}

/** Fields of the context object that exist here; a path to any other is refused when the definition is read. */
const contextFields: Record<string, readonly string[]> = {
  Execution: ["Id", "Name", "Input", "StartTime", "RoleArn", "RedriveCount"],
  State: ["Name", "EnteredTime", "RetryCount"],
  StateMachine: ["Id", "Name"],
  Map: ["Item"],
};

const segmentPattern = /\.([\p{L}\p{N}_-]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/uy;

/**
 * Reads a reference path such as `$.a.b`, `$['a b']`, `$.list[0]` or `$$.Execution.Name`.
 *
 * @throws Error with one sentence for every other form (wildcards, slices, filters, `..`, variables).
 */
export function parsePath(source: string): Path {
  const root = source.startsWith("$$") ? "context" : "input";
  const start = root === "context" ? 2 : 1;
  if (!source.startsWith("$")) throw new Error(`the path ${source} does not begin with $`);
  const segments: (string | number)[] = [];
  for (let at = start; at < source.length; ) {
    segmentPattern.lastIndex = at;
    const found = segmentPattern.exec(source);
    if (found === null) throw new Error(`the path ${source} uses a form that is not supported here`);
    const [whole, plain, single, double, index] = found;
    segments.push(index === undefined ? (plain ?? (single ?? double ?? "").replace(/\\(.)/gu, "$1")) : Number(index));
    at += whole.length;
  }
  if (root === "context") checkContext(source, segments);
  return { source, root, segments };
}

function checkContext(source: string, segments: readonly (string | number)[]): void {
  const [group, field] = segments;
  if (group === undefined) return;
  const fields = typeof group === "string" && Object.hasOwn(contextFields, group) ? contextFields[group] : undefined;
  if (fields === undefined || (field !== undefined && !fields.includes(String(field)))) {
    throw new Error(`the path ${source} names a field of the context object that is not supported here`);
  }
}

/** The value at the path, or undefined where there is none (JSON itself has no undefined). */
export function readPath(path: Path, data: Data): unknown {
  let value = path.root === "context" ? data.context : data.input;
  for (const segment of path.segments) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = Reflect.get(value, segment);
  }
  return value;
}

/**
 * Puts a result at a path of a copy of the input; objects on the way are made, as ResultPath asks for.
 *
 * @throws StatesError `States.ResultPathMatchFailure` where something else than an object is in the way.
 */
export function writePath(path: Path, input: unknown, result: unknown): unknown {
  return writeAt(path, 0, input, result);
}

function writeAt(path: Path, depth: number, target: unknown, result: unknown): unknown {
  const segment = path.segments[depth];
  if (segment === undefined) return result;
  if (Array.isArray(target) && typeof segment === "number" && segment < target.length) {
    return target.map((item: unknown, index) => (index === segment ? writeAt(path, depth + 1, item, result) : item));
  }
  if (typeof segment === "number" || Array.isArray(target) || (target !== undefined && typeof target !== "object")) {
    throw new StatesError(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path.source} to the input.`,
    );
  }
  const held: unknown = target === undefined || target === null ? undefined : readOwn(target, segment);
  return { ...target, [segment]: writeAt(path, depth + 1, held, result) };
}

function readOwn(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
}
