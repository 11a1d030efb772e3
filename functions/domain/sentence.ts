import type { z } from "zod";

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
  email: "must be an email address",
};

/**
 * What is wrong with a value, as a sentence about its field that holds nothing of the value. The one place where the words
 * of zod are replaced: give it to `parse` as `{ error: sentence }`.
 */
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
