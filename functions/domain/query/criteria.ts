import { z } from "zod";
import type { QueryField } from "./fields.ts";
import { queryField } from "./fields.ts";
import type { Operand, Operator } from "./operators.ts";
import { arityOf, isOperand, isOperator, mostValues, operandProblem, operatorsOf } from "./operators.ts";

/** One condition: a field, an operator, and as many values as the operator takes. */
export interface Leaf {
  readonly field: string;
  readonly operator: Operator;
  readonly value?: Operand | readonly Operand[];
}
export type ListKind = "all" | "any" | "none";
/** Exactly one of `all`, `any` and `none`, with at least one member: an empty `all` would mean everyone. */
export type Criteria =
  | { readonly all: readonly Criterion[] }
  | { readonly any: readonly Criterion[] }
  | { readonly none: readonly Criterion[] };
export type Criterion = Criteria | Leaf;

/** What is wrong, and where: `["all", 1, "value"]` below the criteria. */
export interface CriteriaProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export const deepestNesting = 5;
/** Far beyond what a person writes; keeps one query from costing a thousand others. */
export const mostConditions = 1000;
/** Bytes as JSON that a request may hold, so that criteria and their statement fit into the items and answers that carry them. */
export const longestCriteria = 100_000;
/** Bytes of criteria that were kept when a request could hold more. */
const longestKept = 300_000;
const mostProblems = 50;

export const listKinds: readonly ListKind[] = ["all", "any", "none"];

export function isLeaf(criterion: Criterion): criterion is Leaf {
  return "operator" in criterion;
}

export function listOf(criteria: Criteria): { kind: ListKind; members: readonly Criterion[] } {
  if ("all" in criteria) return { kind: "all", members: criteria.all };
  if ("any" in criteria) return { kind: "any", members: criteria.any };
  return { kind: "none", members: criteria.none };
}

/** Reads criteria from outside. All that is wrong is told, each with its path (the first 50). */
export function readCriteria(
  input: unknown,
): { readonly criteria: Criteria } | { readonly problems: readonly CriteriaProblem[] } {
  const reading: Reading = { problems: [], conditions: 0 };
  const criteria = readList(input, [], 1, reading);
  if (reading.conditions > mostConditions) {
    reading.problems.unshift({ path: [], message: `must hold at most ${mostConditions} conditions` });
  }
  if (criteria !== undefined && reading.problems.length === 0) {
    if (new TextEncoder().encode(JSON.stringify(criteria)).length <= longestKept) return { criteria };
    reading.problems.push({ path: [], message: `must be at most ${longestKept / 1000} kB in all` });
  }
  return { problems: reading.problems.slice(0, mostProblems) };
}

/** {@link readCriteria} as a schema, so that request bodies and stored objects can hold criteria. */
export const criteriaSchema = z
  .custom<Criteria>()
  .check((context) => {
    const input: unknown = context.value;
    const outcome = readCriteria(input);
    if ("criteria" in outcome) return;
    for (const { path, message } of outcome.problems) {
      context.issues.push({ code: "custom", input, path: [...path], message });
    }
  })
  .meta({ id: "Criteria" });

interface Reading {
  readonly problems: CriteriaProblem[];
  conditions: number;
}
type Path = readonly (string | number)[];

function readList(input: unknown, path: Path, depth: number, reading: Reading): Criteria | undefined {
  const refuse = (message: string) => void reading.problems.push({ path, message });
  if (depth > deepestNesting) return refuse(`lists may be nested ${deepestNesting} deep`);
  if (!isObject(input)) return refuse("must be an object with one of all, any and none");
  const keys = Object.keys(input);
  const kind = listKinds.find((it) => it === keys[0]);
  if (kind === undefined || keys.length !== 1) return refuse("must have exactly one of all, any and none");
  const members = input[kind];
  const here = [...path, kind];
  if (!Array.isArray(members) || members.length === 0) {
    return void reading.problems.push({ path: here, message: "must be a list with at least one member" });
  }
  const read: Criterion[] = [];
  for (const [n, member] of members.entries()) {
    if (reading.conditions > mostConditions || reading.problems.length >= mostProblems) return undefined;
    const criterion = readMember(member, [...here, n], depth, reading);
    if (criterion !== undefined) read.push(criterion);
  }
  if (kind === "all") return { all: read };
  return kind === "any" ? { any: read } : { none: read };
}

function readMember(input: unknown, path: Path, depth: number, reading: Reading): Criterion | undefined {
  if (isObject(input) && listKinds.some((kind) => Object.hasOwn(input, kind))) {
    return readList(input, path, depth + 1, reading);
  }
  reading.conditions++;
  return readLeaf(input, path, reading.problems);
}

function readLeaf(input: unknown, path: Path, problems: CriteriaProblem[]): Leaf | undefined {
  const refuse = (below: Path, message: string) => void problems.push({ path: [...path, ...below], message });
  if (!isObject(input)) return refuse([], "must be a condition with field, operator and value, or a list");
  const stranger = Object.keys(input).find((key) => key !== "field" && key !== "operator" && key !== "value");
  if (stranger !== undefined) return refuse([], `must not have ${JSON.stringify(stranger.slice(0, 50))}`);
  const name = own(input, "field");
  const field = typeof name === "string" ? queryField(name) : undefined;
  if (field === undefined) return refuse(["field"], "is not a field that can be queried");
  const operator = own(input, "operator");
  if (!isOperator(operator) || !operatorsOf[field.type].includes(operator)) {
    return refuse(["operator"], `must be one of ${operatorsOf[field.type].join(", ")} for ${field.field}`);
  }
  if (arityOf(operator) === "none") {
    if (Object.hasOwn(input, "value")) return refuse(["value"], `${operator} takes no value`);
    return { field: field.field, operator };
  }
  if (!Object.hasOwn(input, "value")) return refuse(["value"], "is required");
  const value = readValue(field, operator, input.value, (below, message) => refuse(["value", ...below], message));
  return value === undefined ? undefined : { field: field.field, operator, value };
}

function readValue(
  field: QueryField,
  operator: Operator,
  value: unknown,
  refuse: (below: Path, message: string) => void,
): Operand | readonly Operand[] | undefined {
  const arity = arityOf(operator);
  if (arity === "one") {
    if (isOperand(field.type, value)) return value;
    return void refuse([], operandProblem(field.type, value) ?? "is not valid");
  }
  if (!Array.isArray(value)) return void refuse([], `${operator} takes a list of values`);
  if (arity === "pair" && value.length !== 2) return void refuse([], "between takes [low, high]");
  if (value.length < 1 || value.length > mostValues) {
    return void refuse([], `${operator} takes 1 to ${mostValues.toLocaleString("en")} values`);
  }
  const operands: Operand[] = [];
  for (const [n, one] of value.entries()) {
    if (!isOperand(field.type, one)) return void refuse([n], operandProblem(field.type, one) ?? "is not valid");
    operands.push(one);
  }
  const [low, high] = operands;
  if (arity === "pair" && low !== undefined && high !== undefined && low > high) {
    return void refuse([], "the first value of between must not be above the second");
  }
  return operands;
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function own(input: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(input, key) ? input[key] : undefined;
}
