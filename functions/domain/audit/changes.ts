import type { AuditChange } from "./entry.ts";

type Leaf = string | number | boolean;

/** Characters that the changes of one entry may have in all: a page of entries must stay far below what an answer may weigh. */
export const mostCharacters = 12_000;
const longestValue = 1000;

export interface Changes {
  readonly changes: readonly AuditChange[];
  /** Changes that found no room. */
  readonly more: number;
}

/**
 * What differs between two states of a thing, value by value: a row of a table is named by its code, an entry of a list by
 * itself, so that one row more is one row more and not a new table.
 *
 * @example
 * changesBetween({ closedDays: [] }, { closedDays: ["2026-12-25"] })
 * // { changes: [{ field: "closedDays.2026-12-25", after: true }], more: 0 }
 */
export function changesBetween(before: object, after: object): Changes {
  const was = leavesOf(before);
  const is = leavesOf(after);
  const fields = [...new Set([...was.keys(), ...is.keys()])].filter((field) => was.get(field) !== is.get(field));
  const changes: AuditChange[] = [];
  let room = mostCharacters;
  for (const field of fields) {
    const change = { field, ...shown("before", was.get(field)), ...shown("after", is.get(field)) };
    room -= JSON.stringify(change).length;
    if (room < 0) break;
    changes.push(change);
  }
  return { changes, more: fields.length - changes.length };
}

function shown(name: "before" | "after", value: Leaf | undefined): Partial<Record<"before" | "after", Leaf>> {
  if (value === undefined) return {};
  const isLong = typeof value === "string" && value.length > longestValue;
  return { [name]: isLong ? `${[...value.slice(0, longestValue)].slice(0, -1).join("")}…` : value };
}

function leavesOf(thing: object): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const add = (path: string, value: unknown): void => {
    if (value === undefined) return;
    if (Array.isArray(value)) addList(path, value);
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) add(path === "" ? name : `${path}.${name}`, inner);
    } else leaves.set(path, value === null ? "cleared" : (value as Leaf));
  };
  const addList = (path: string, list: readonly unknown[]): void => {
    for (const [place, row] of list.entries()) {
      const key = keyOf(row);
      // The order of a table's rows is how it is shown; the order of functions is a rule.
      if (typeof row === "object" && row !== null && "function" in row) leaves.set(`${path}.${key}.place`, place + 1);
      if (typeof row !== "object" || row === null) leaves.set(`${path}.${key}`, true);
      else for (const [name, inner] of Object.entries(row)) if (!isKey(name)) add(`${path}.${key}.${name}`, inner);
    }
  };
  add("", thing);
  return leaves;
}

function isKey(name: string): boolean {
  return name === "code" || name === "function";
}

function keyOf(row: unknown): string {
  if (typeof row !== "object" || row === null) return String(row);
  if ("code" in row) return String(row.code);
  return "function" in row ? String(row.function) : JSON.stringify(row);
}
