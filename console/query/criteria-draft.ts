import { z } from "zod";
import {
  type Criteria,
  type Criterion,
  isLeaf,
  type ListKind,
  listKinds,
  listOf,
  readCriteria,
} from "#domain/query/criteria";
import { queryField } from "#domain/query/fields";
import { arityOf, isOperator, type Operator, operatorsOf } from "#domain/query/operators";
import type { FieldError } from "../controls/error-summary.tsx";

/** A condition while it is written: everything is text, and may be missing. */
const leafSchema = z.object({
  id: z.string(),
  field: z.string(),
  operator: z.string(),
  /** One text; for a list one value on each line; for between the low value and the high one. */
  value: z.string(),
  high: z.string(),
});
export type LeafDraft = z.infer<typeof leafSchema>;

export interface ListDraft {
  id: string;
  kind: ListKind;
  members: NodeDraft[];
}
export type NodeDraft = LeafDraft | ListDraft;

export const listDraftSchema: z.ZodType<ListDraft> = z.object({
  id: z.string(),
  kind: z.enum(listKinds as [ListKind, ...ListKind[]]),
  get members() {
    return z.array(z.union([leafSchema, listDraftSchema]));
  },
});

const newId = () => `c${crypto.randomUUID().slice(0, 8)}`;

export function isList(node: NodeDraft): node is ListDraft {
  return "members" in node;
}

export function newLeaf(): LeafDraft {
  return { id: newId(), field: "Media.medium", operator: "equals", value: "", high: "" };
}

export function newList(kind: ListKind = "all"): ListDraft {
  return { id: newId(), kind, members: [newLeaf()] };
}

/** The draft with one node replaced, or taken out where `after` gives nothing. */
export function withNode(list: ListDraft, id: string, after: NodeDraft | undefined): ListDraft {
  const members = list.members.flatMap((member): NodeDraft[] => {
    if (member.id === id) return after === undefined ? [] : [after];
    return [isList(member) ? withNode(member, id, after) : member];
  });
  return { ...list, members };
}

/** Picking another field keeps the operator where it still fits, and never keeps the value. */
export function withField(leaf: LeafDraft, field: string): LeafDraft {
  const type = queryField(field)?.type ?? "text";
  const fits = operatorsOf[type].some((operator) => operator === leaf.operator);
  return { ...leaf, field, operator: fits ? leaf.operator : "equals", value: "", high: "" };
}

export function operatorOf(leaf: LeafDraft): Operator {
  return isOperator(leaf.operator) ? leaf.operator : "equals";
}

/** The criteria that a draft says, or what is missing, each with the id of the control to put it right in. */
export function finishedCriteria(draft: ListDraft): { criteria: Criteria } | { errors: FieldError[] } {
  const outcome = readCriteria(listInput(draft));
  if ("criteria" in outcome) return outcome;
  return {
    errors: outcome.problems.map(({ path, message }) => ({
      id: controlAt(draft, path),
      message: spoken(message, groupAt(path)),
    })),
  };
}

function listInput({ kind, members }: ListDraft): unknown {
  return { [kind]: members.map((member) => (isList(member) ? listInput(member) : leafInput(member))) };
}

function leafInput(leaf: LeafDraft): unknown {
  const operator = operatorOf(leaf);
  const { field } = leaf;
  const type = queryField(field)?.type ?? "text";
  const read = (text: string): string | number => {
    const bare = text.trim();
    return type === "number" && bare !== "" && Number.isFinite(Number(bare)) ? Number(bare) : bare;
  };
  switch (arityOf(operator)) {
    case "none":
      return { field, operator };
    case "one":
      return { field, operator, value: read(leaf.value) };
    case "pair":
      return { field, operator, value: [read(leaf.value), read(leaf.high)] };
    case "list":
      return {
        field,
        operator,
        value: leaf.value
          .split("\n")
          .filter((line) => line.trim() !== "")
          .map(read),
      };
  }
}

/** Follows the path of a problem down to the node, and names the control of that part of it. */
function controlAt(draft: ListDraft, path: readonly (string | number)[]): string {
  let node: NodeDraft = draft;
  let rest = path;
  while (isList(node)) {
    const member: NodeDraft | undefined = typeof rest[1] === "number" ? node.members[rest[1]] : undefined;
    if (member === undefined) return `${node.id}-add`;
    node = member;
    rest = rest.slice(2);
  }
  if (rest[0] === "field" || rest[0] === "operator") return `${node.id}-${rest[0]}`;
  return `${node.id}-${rest[1] === 1 && node.operator === "between" ? "high" : "value"}`;
}

/** The group that a path leads to, as the builder numbers it; empty for the outermost one. */
function groupAt(path: readonly (string | number)[]): string {
  return path
    .filter((step) => typeof step === "number")
    .map((step) => step + 1)
    .join(".");
}

function spoken(message: string, group: string): string {
  if (message.includes("use isBlank")) return "A condition has no value yet. To find missing values, choose Is Blank.";
  if (message.includes("at least one member")) {
    return group === ""
      ? "There is no condition yet. Add one."
      : `Group ${group} is empty. Add a condition to it, or remove it.`;
  }
  return `A value ${message}.`;
}

/** The draft of criteria that were saved, to be looked at and changed. */
export function draftOf(criteria: Criteria): ListDraft {
  const { kind, members } = listOf(criteria);
  return { id: newId(), kind, members: members.map(nodeOf) };
}

function nodeOf(criterion: Criterion): NodeDraft {
  if (!isLeaf(criterion)) return draftOf(criterion);
  const { field, operator, value } = criterion;
  const values = value === undefined ? [] : typeof value === "object" ? value.map(String) : [wordOf(value)];
  const isPair = operator === "between";
  return {
    id: newId(),
    field,
    operator,
    value: isPair ? (values[0] ?? "") : values.join("\n"),
    high: isPair ? (values[1] ?? "") : "",
  };
}

function wordOf(value: string | number | boolean): string {
  if (typeof value !== "boolean") return String(value);
  return value ? "YES" : "NO";
}
