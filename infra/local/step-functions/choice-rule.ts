import { type Data, type Path, parsePath, readPath } from "./path.ts";
import { StatesError } from "./states-error.ts";

/** One rule of a Choice state, compiled: does it hold for this data? */
export type Rule = (data: Data) => boolean;

interface Operator {
  readonly accepts: (operand: unknown) => boolean;
  readonly holds: (value: unknown, operand: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;
const isInstant = (value: unknown): value is string =>
  isText(value) && instantPattern.test(value) && !Number.isNaN(Date.parse(value));

function operator<T>(accepts: (value: unknown) => value is T, holds: (value: T, operand: T) => boolean): Operator {
  return { accepts, holds: (value, operand) => accepts(value) && accepts(operand) && holds(value, operand) };
}

function ordered<T>(
  kind: string,
  accepts: (value: unknown) => value is T,
  sign: (left: T, right: T) => number,
): [string, Operator][] {
  return [
    [`${kind}Equals`, operator(accepts, (value, operand) => sign(value, operand) === 0)],
    [`${kind}LessThan`, operator(accepts, (value, operand) => sign(value, operand) < 0)],
    [`${kind}GreaterThan`, operator(accepts, (value, operand) => sign(value, operand) > 0)],
    [`${kind}LessThanEquals`, operator(accepts, (value, operand) => sign(value, operand) <= 0)],
    [`${kind}GreaterThanEquals`, operator(accepts, (value, operand) => sign(value, operand) >= 0)],
  ];
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function matchesPattern(value: string, pattern: string): boolean {
  const source = pattern.replace(/\\([*\\])|(\*)|([\\^$.+?()[\]{}|])/gu, (_all, escaped, star, special) =>
    star === undefined ? `\\${escaped ?? special}` : "[\\s\\S]*",
  );
  return new RegExp(`^${source}$`, "u").test(value);
}

const comparisons = new Map<string, Operator>([
  ...ordered("String", isText, (left, right) => (left < right ? -1 : left > right ? 1 : 0)),
  ...ordered("Numeric", isNumber, (left, right) => left - right),
  ...ordered("Timestamp", isInstant, (left, right) => Date.parse(left) - Date.parse(right)),
  ["BooleanEquals", operator(isFlag, (value, operand) => value === operand)],
]);
const patterns = new Map<string, Operator>([["StringMatches", operator(isText, matchesPattern)]]);

const typeTests = new Map<string, (value: unknown) => boolean>([
  ["IsPresent", (value) => value !== undefined],
  ["IsNull", (value) => value === null],
  ["IsString", isText],
  ["IsNumeric", isNumber],
  ["IsBoolean", isFlag],
  ["IsTimestamp", isInstant],
]);

/**
 * Compiles one choice rule (the part of it without Next): And, Or, Not, or a variable with exactly one comparison.
 *
 * @throws Error with one sentence where it is anything else.
 */
export function compileRule(source: unknown): Rule {
  if (typeof source !== "object" || source === null) throw new Error("a choice rule has to be an object");
  const fields = Object.entries(source).filter(([name]) => name !== "Comment" && name !== "Variable");
  const [field] = fields;
  if (field === undefined || fields.length > 1) throw new Error("a choice rule has to hold exactly one comparison");
  const [name, operand]: [string, unknown] = field;
  if (name === "And" || name === "Or" || name === "Not") {
    if ("Variable" in source) throw new Error(`the choice rule ${name} has no Variable`);
    return compileConnective(name, operand);
  }
  if (!("Variable" in source) || !isText(source.Variable)) throw new Error("a choice rule has to name its Variable");
  return compileComparison(parsePath(source.Variable), name, operand);
}

function compileConnective(name: "And" | "Or" | "Not", operand: unknown): Rule {
  if (name === "Not") {
    const rule = compileRule(operand);
    return (data) => !rule(data);
  }
  if (!Array.isArray(operand) || operand.length === 0) throw new Error(`the choice rule ${name} has to hold a list`);
  const rules = operand.map(compileRule);
  return name === "And" ? (data) => rules.every((rule) => rule(data)) : (data) => rules.some((rule) => rule(data));
}

function compileComparison(variable: Path, name: string, operand: unknown): Rule {
  const typeTest = typeTests.get(name);
  if (typeTest !== undefined) {
    if (!isFlag(operand)) throw new Error(`the comparison ${name} has to be true or false`);
    // Only IsPresent may look at what is not there.
    if (name === "IsPresent") return (data) => typeTest(readPath(variable, data)) === operand;
    return (data) => typeTest(required(variable, data)) === operand;
  }
  const byPath = name.endsWith("Path") ? comparisons.get(name.slice(0, -"Path".length)) : undefined;
  if (byPath !== undefined) {
    if (!isText(operand)) throw new Error(`the comparison ${name} has to hold a path`);
    const other = parsePath(operand);
    return (data) => byPath.holds(required(variable, data), required(other, data));
  }
  const comparison = comparisons.get(name) ?? patterns.get(name);
  if (comparison === undefined) throw new Error(`the comparison ${name} is not supported here`);
  if (!comparison.accepts(operand)) throw new Error(`the comparison ${name} holds a value of another type`);
  return (data) => comparison.holds(required(variable, data), operand);
}

function required(path: Path, data: Data): unknown {
  const value = readPath(path, data);
  if (value === undefined) throw new StatesError("States.Runtime", `Invalid path '${path.source}': there is no value.`);
  return value;
}
