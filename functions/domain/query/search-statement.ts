import type { Criteria, Criterion, Leaf } from "./criteria.ts";
import { isLeaf, listOf } from "./criteria.ts";
import { queryField } from "./fields.ts";
import type { Operand } from "./operators.ts";
import { arityOf, checkBoxValue, operatorLabels } from "./operators.ts";

/** The query in words, the same wherever it is shown: `Media : Medium : Equals : DB AND Media : Serve Code : Begins : O`. */
export function criteriaStatement(criteria: Criteria): string {
  const { kind, members } = listOf(criteria);
  const parts = members.map(memberStatement);
  if (kind !== "none") return parts.join(kind === "all" ? " AND " : " OR ");
  return parts.length === 1 ? `NOT ${parts[0]}` : `NOT (${parts.join(" OR ")})`;
}

/**
 * The search statement of a whole query set.
 *
 * @param idCount how many different ids the list names; undefined while an upload is not read yet
 */
export function searchStatement(query: {
  readonly criteria?: Criteria | undefined;
  readonly ids?: { readonly count: number | undefined } | undefined;
}): string {
  const { criteria, ids } = query;
  if (ids === undefined) return criteria === undefined ? "" : criteriaStatement(criteria);
  const list = `Patron : Patron ID : In : ${ids.count === undefined ? "list of ids" : `list of ${ids.count} ids`}`;
  return criteria === undefined ? list : `(${criteriaStatement(criteria)}) OR ${list}`;
}

/** Characters of a search statement that lists show; the thing itself shows it whole. */
const longestInList = 300;

/** A search statement as lists show it: a long one ends with … */
export function statementInList(statement: string): string {
  if (statement.length <= longestInList) return statement;
  // No half of a surrogate pair is left at the end.
  const end = statement.slice(0, longestInList).isWellFormed() ? longestInList : longestInList - 1;
  return `${statement.slice(0, end)}…`;
}

function memberStatement(member: Criterion): string {
  return isLeaf(member) ? leafStatement(member) : `(${criteriaStatement(member)})`;
}

function leafStatement(leaf: Leaf): string {
  const field = queryField(leaf.field);
  if (field === undefined) throw new TypeError(`${leaf.field} is not a field that can be queried`);
  const words = [field.group, field.label, operatorLabels[leaf.operator]];
  if (leaf.value === undefined) return words.join(" : ");
  const values = typeof leaf.value === "object" ? leaf.value : [leaf.value];
  const arity = arityOf(leaf.operator);
  const shown = values.map((value) =>
    field.type === "checkBox" ? yesOrNo(value) : valueText(value, arity === "list"),
  );
  return [...words, shown.join(arity === "pair" ? " and " : ", ")].join(" : ");
}

function yesOrNo(value: Operand): string {
  return checkBoxValue(value) ? "YES" : "NO";
}

/** Quotes a value that could be taken for a part of the statement, so that no two queries read alike. */
function valueText(value: Operand, inList: boolean): string {
  const text = String(value);
  const misleading =
    /[()\r\n]|^["\s]|\s$|(?:^|\s)(?:AND|OR|NOT|:)(?:\s|$)/.test(text) || (inList && text.includes(","));
  return misleading ? `"${text.replaceAll('"', '""')}"` : text;
}
