import type { z } from "zod";
import { type FieldProblem, mostFieldProblems } from "#contract/problem";

/** Characters of a place that are repeated in an answer: a field's name is whatever a client sends. */
const longestPath = 200;

/** The problems that a schema found, each by its place; of one place the first alone. */
export function fieldProblems(error: z.ZodError, root: string): FieldProblem[] {
  const found: FieldProblem[] = [];
  for (const issue of error.issues) addProblems(issue, [], root, found);
  const places = new Set<string>();
  return found.filter(({ path }) => !places.has(path) && places.add(path));
}

function addProblems(
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
  root: string,
  found: FieldProblem[],
): void {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys.slice(0, mostFieldProblems)) {
      found.push({ path: pathText([...path, key], root), message: "is not a field that can be sent here" });
    }
    return;
  }
  if (issue.code === "invalid_union") {
    const meant = meantForm(issue.errors);
    if (meant !== undefined) {
      for (const inner of meant) addProblems(inner, path, root, found);
      return;
    }
  }
  found.push({ path: pathText(path, root), message: issue.message });
}

/** Of several forms the one that was meant: the only one that is of the kind that was sent. */
function meantForm(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const sameKind = forms.filter(
    (issues) =>
      !issues.some(({ code, path }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value")),
  );
  return sameKind.length === 1 ? sameKind[0] : undefined;
}

function pathText(path: readonly PropertyKey[], root: string): string {
  const text = path.reduce<string>(
    (before, part) =>
      typeof part === "number" ? `${before}[${part}]` : before === "" ? String(part) : `${before}.${String(part)}`,
    root,
  );
  return text.length > longestPath ? `${text.slice(0, longestPath)}…` : text;
}
