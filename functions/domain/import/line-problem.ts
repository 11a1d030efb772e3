import type { z } from "zod";

/** What reading a line of an import came to: a record, or the sentence that goes into the list of errors. */
export type LineResult<T> = { readonly record: T } | { readonly reason: string };

const mostProblems = 5;
const longestName = 40;

/** One sentence of several problems of a line; after the fifth it only says how many more there are. */
export function reasonOf(problems: readonly string[]): string {
  const more = problems.length - mostProblems;
  return [...problems.slice(0, mostProblems), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** Problems that a schema found, parsing with our own sentences, in words that name the place and hold no value of the record. */
export function schemaProblems(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const place = placeOf(issue.path);
    const says =
      issue.code === "unrecognized_keys"
        ? `has the unknown field ${issue.keys.map(shortened).join(", ")}`
        : issue.message;
    return place === "" ? says : `${place} ${says}`;
  });
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${String(step)}`))
    .join("");
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}...` : name;
}

/**
 * A record without the fields that are null: exports of other systems write null where there is no value. Looks three
 * objects deep, which is all that a line has; what is deeper is refused by the schema anyway.
 */
export function withoutNulls(value: unknown, depth = 3): unknown {
  if (depth === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((it) => withoutNulls(it, depth));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, it]) => it !== null)
      .map(([name, it]) => [name, withoutNulls(it, depth - 1)]),
  );
}
