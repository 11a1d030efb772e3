import type { z } from "zod";
import { type FieldProblem, mostFieldProblems } from "#contract/problem";

/** Characters of a place that are repeated in an answer: a field's name is whatever a client sends. */
const longestPath = 200;

const kinds: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

const formats: Partial<Record<string, string>> = {
  datetime: "must be an instant such as 2026-11-26T09:00:00Z",
  date: "must be a day such as 2026-11-26",
  url: "must be a URL",
  email: "must be an e-mail address",
};

/** What is wrong with a value, as a sentence about its field. The one place where the words of zod are replaced. */
export function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${kinds[issue.expected] ?? "of another kind"}`;
    case "invalid_value": {
      const [only] = issue.values;
      if (issue.input === undefined) return "is missing";
      return issue.values.length === 1
        ? `must be ${shown(only)}`
        : `must be one of ${issue.values.map(shown).join(", ")}`;
    }
    case "too_small":
      return bound(issue.origin, "at least", issue.minimum, issue.inclusive);
    case "too_big":
      return bound(issue.origin, "at most", issue.maximum, issue.inclusive);
    case "invalid_format":
      return formats[issue.format] ?? "does not have the right form";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return "has none of the forms that can be sent here";
    default:
      return undefined;
  }
}

function shown(value: unknown): string {
  return String(value);
}

const units: Partial<Record<string, [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
};

function bound(origin: string, word: "at least" | "at most", limit: number | bigint, inclusive: boolean | undefined) {
  const unit = units[origin];
  if (unit !== undefined) {
    if (word === "at least" && limit === 1) return "must not be empty";
    return `must have ${word} ${limit} ${limit === 1 ? unit[0] : unit[1]}`;
  }
  if (inclusive === false) return `must be ${word === "at least" ? "more" : "less"} than ${limit}`;
  return `must be ${word} ${limit}`;
}

/** The first problems that a schema found, each by its place; as many as an answer names, and one more to be counted. */
export function fieldProblems(error: z.ZodError, at: string): FieldProblem[] {
  const found: FieldProblem[] = [];
  for (const issue of error.issues) addProblems(issue, [], at, found);
  return found;
}

function addProblems(issue: z.core.$ZodIssue, above: readonly PropertyKey[], at: string, found: FieldProblem[]): void {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys.slice(0, mostFieldProblems)) {
      found.push({ path: pathText([...path, key], at), message: "is not a field that can be sent here" });
    }
    return;
  }
  if (issue.code === "invalid_union") {
    const meant = meantForm(issue.errors);
    if (meant !== undefined) {
      for (const inner of meant) addProblems(inner, path, at, found);
      return;
    }
  }
  found.push({ path: pathText(path, at), message: issue.message });
}

/** Of several forms the one that was meant: the only one that is of the kind that was sent. */
function meantForm(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const sameKind = forms.filter(
    (issues) =>
      !issues.some(({ code, path }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value")),
  );
  return sameKind.length === 1 ? sameKind[0] : undefined;
}

function pathText(path: readonly PropertyKey[], at: string): string {
  const text = path.reduce<string>(
    (before, part) =>
      typeof part === "number" ? `${before}[${part}]` : before === "" ? String(part) : `${before}.${String(part)}`,
    at,
  );
  return text.length > longestPath ? `${text.slice(0, longestPath)}…` : text;
}
