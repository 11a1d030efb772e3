import { createHash, randomUUID } from "node:crypto";
import { type Data, parsePath, readPath } from "./path.ts";
import { StatesError } from "./states-error.ts";

/** Something that yields a value from a state's data: a path, a literal or an intrinsic function over others. */
export type Expression = (data: Data) => unknown;

const token =
  /\s*(?:(States\.[A-Za-z0-9]+)\s*\(|('(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|(\$[^,()\s]*))/uy;

/**
 * Compiles what may stand right of a `"name.$"` key: a path, or an intrinsic function such as `States.Format('{}', $.a)`.
 *
 * @throws Error with one sentence where the text is neither, or names a function that is not in the closed list below.
 */
export function compileExpression(source: string): Expression {
  if (source.startsWith("$")) return pathExpression(source);
  const { expression, end } = parseArgument(source, 0);
  if (!source.startsWith("States.") || source.slice(end).trim() !== "") {
    throw new Error(`${source} is neither a path nor an intrinsic function`);
  }
  return expression;
}

function pathExpression(source: string): Expression {
  const path = parsePath(source);
  return (data) => {
    const value = readPath(path, data);
    if (value === undefined) throw new StatesError("States.ParameterPathFailure", `The path ${source} was not found.`);
    return value;
  };
}

function parseArgument(source: string, start: number): { expression: Expression; end: number } {
  token.lastIndex = start;
  const found = token.exec(source);
  if (found === null) throw new Error(`${source} is neither a path nor an intrinsic function`);
  const [whole, name, text, number, word, path] = found;
  const end = start + whole.length;
  if (name !== undefined) return parseCall(source, name, end);
  if (path !== undefined) return { expression: pathExpression(path), end };
  const literal: unknown =
    text !== undefined ? text.slice(1, -1).replace(/\\(.)/gsu, "$1") : JSON.parse(number ?? word ?? "null");
  return { expression: () => literal, end };
}

function parseCall(source: string, name: string, start: number): { expression: Expression; end: number } {
  const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (call === undefined) throw new Error(`the intrinsic function ${name} is not supported here`);
  const inputs: Expression[] = [];
  let at = start;
  for (;;) {
    const rest = /\s*([,)])?/uy;
    rest.lastIndex = at;
    const mark = rest.exec(source)?.[1];
    if (mark === ")") {
      at = rest.lastIndex;
      break;
    }
    if (mark === "," ? inputs.length === 0 : inputs.length > 0) throw new Error(`${source} is not well formed`);
    const { expression, end } = parseArgument(source, mark === "," ? rest.lastIndex : at);
    inputs.push(expression);
    at = end;
  }
  const expression: Expression = (data) => {
    const values = inputs.map((input) => input(data));
    try {
      return call(values);
    } catch (error) {
      if (error instanceof StatesError) throw error;
      throw new StatesError("States.IntrinsicFailure", `${name}: ${error instanceof Error ? error.message : "failed"}`);
    }
  };
  return { expression, end: at };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("an argument has to be text");
  return value;
}

function whole(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw new Error("an argument has to be a whole number");
  return value;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error("an argument has to be an array");
  return value;
}

function record(value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("an argument has to be an object");
  }
  return value;
}

function format(values: readonly unknown[]): string {
  const [template, ...rest] = values;
  let used = 0;
  const filled = text(template).replace(/\\([{}\\])|\{\}/gu, (_match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (used >= rest.length) throw new Error("there are more placeholders than arguments");
    const value = rest[used++];
    return typeof value === "string" ? value : JSON.stringify(value);
  });
  if (used < rest.length) throw new Error("there are more arguments than placeholders");
  return filled;
}

function hash(value: unknown, algorithm: unknown): string {
  const name = { MD5: "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" }[
    text(algorithm)
  ];
  if (name === undefined) throw new Error("the algorithm is not known");
  return createHash(name)
    .update(typeof value === "string" ? value : JSON.stringify(value))
    .digest("hex");
}

function item(value: unknown, index: unknown): unknown {
  const found = list(value)[whole(index)];
  if (found === undefined) throw new Error("the index is outside the array");
  return found;
}

function merge(left: unknown, right: unknown, deep: unknown): object {
  if (deep !== false) throw new Error("only a shallow merge (false) exists");
  return { ...record(left), ...record(right) };
}

const sameJson = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const functions: Record<string, (values: readonly unknown[]) => unknown> = {
  "States.Format": format,
  "States.JsonToString": ([value]) => JSON.stringify(value),
  "States.StringToJson": ([value]): unknown => JSON.parse(text(value)),
  "States.Array": (values) => [...values],
  "States.ArrayLength": ([value]) => list(value).length,
  "States.ArrayGetItem": ([value, index]) => item(value, index),
  "States.ArrayContains": ([value, sought]) => list(value).some((each) => sameJson(each, sought)),
  "States.ArrayUnique": ([value]) => [...new Map(list(value).map((each) => [JSON.stringify(each), each])).values()],
  "States.MathAdd": ([left, right]) => whole(left) + whole(right),
  "States.StringSplit": ([value, splitters]) =>
    text(value)
      .split(new RegExp(`[${text(splitters).replace(/[\\\]^-]/gu, "\\$&")}]`, "u"))
      .filter((part) => part !== ""),
  "States.JsonMerge": ([left, right, deep]) => merge(left, right, deep),
  "States.Hash": ([value, algorithm]) => hash(value, algorithm),
  "States.Base64Encode": ([value]) => Buffer.from(text(value), "utf8").toString("base64"),
  "States.Base64Decode": ([value]) => Buffer.from(text(value), "base64").toString("utf8"),
  "States.UUID": () => randomUUID(),
};
