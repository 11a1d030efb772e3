import { z } from "zod";
import type { Need } from "./need.ts";

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
/** Strict: what is not known here, such as NotResource, is not to be read as if it were not there. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Action: texts,
  Effect: z.enum(["Allow", "Deny"]),
  Resource: texts.default(["*"]),
  /** Of a role's trust alone. */
  Principal: z.looseObject({ AWS: texts.optional() }).optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
export type Statement = z.infer<typeof statementSchema>;
export const policySchema = z.looseObject({ Statement: z.array(statementSchema) });

export type Tags = Readonly<Record<string, string>>;

/**
 * Decides by IAM's rules as far as the template's statements use them: what one denies is denied, else what one allows is
 * allowed. An operator or a key that is not known here allows nothing and, in a denial, denies.
 */
export function createJudge(statements: readonly Statement[], tags: Tags = {}): (need: Need) => boolean {
  const compiled = statements.map((statement) => compile(statement, tags));
  const denials = compiled.filter(({ effect }) => effect === "Deny");
  const grants = compiled.filter(({ effect }) => effect === "Allow");
  return (need) => !denials.some(({ holds }) => holds(need, true)) && grants.some(({ holds }) => holds(need, false));
}

/** @param unknown what a condition counts as that is not known here */
type Holds = (need: Need, unknown: boolean) => boolean;

function compile({ Action, Effect, Resource, Condition = {} }: Statement, tags: Tags) {
  const actions = anyOf(Action, tags);
  const resources = anyOf(Resource, tags);
  const conditions = Object.entries(Condition).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, wanted]) => condition(operator, key, wanted, tags)),
  );
  const holds: Holds = (need, unknown) =>
    actions(need.action) && resources(need.resource) && conditions.every((one) => one(need, unknown));
  return { effect: Effect, holds };
}

function condition(operator: string, key: string, wanted: readonly string[], tags: Tags): Holds {
  const valuesOf = contextKeys[key];
  const isWanted = operator.includes("StringLike") ? anyOf(wanted, tags) : (value: string) => wanted.includes(value);
  const test = operators[operator];
  if (valuesOf === undefined || test === undefined) return (_, unknown) => unknown;
  return (need) => test(valuesOf(need), isWanted);
}

/** What requests say under the keys of conditions; undefined where a request has no such key. */
const contextKeys: Readonly<Record<string, (need: Need) => readonly string[] | undefined>> = {
  "dynamodb:LeadingKeys": ({ leadingKeys }) => leadingKeys,
  "s3:prefix": ({ prefix }) => (prefix === undefined ? undefined : [prefix]),
  "aws:TagKeys": ({ sessionTags }) => Object.keys(sessionTags ?? {}),
  "aws:RequestTag/library": ({ sessionTags: { library } = {} }) => (library === undefined ? undefined : [library]),
};

type Test = (values: readonly string[] | undefined, isWanted: (value: string) => boolean) => boolean;
const all: Test = (values = [], isWanted) => values.every(isWanted);
const any: Test = (values = [], isWanted) => values.some(isWanted);
const operators: Readonly<Record<string, Test>> = {
  "ForAllValues:StringEquals": all,
  "ForAllValues:StringLike": all,
  "ForAnyValue:StringLike": any,
  StringLikeIfExists: (values, isWanted) => values === undefined || any(values, isWanted),
  Null: (values, isWanted) => isWanted(String(values === undefined || values.length === 0)),
};

const tagForm = /\$\{aws:PrincipalTag\/([^}]+)\}/g;

/** Whether a text is like one of the patterns, each with its tags filled in. One whose tag the session lacks is like nothing. */
function anyOf(patterns: readonly string[], tags: Tags): (text: string) => boolean {
  const known = patterns.filter((pattern) => [...pattern.matchAll(tagForm)].every(([, tag = ""]) => tag in tags));
  if (known.length === 0) return () => false;
  const sources = known.map((pattern) =>
    pattern
      .split(/(\*|\?|\$\{aws:PrincipalTag\/[^}]+\})/)
      .map((part) => {
        if (part === "*") return ".*";
        if (part === "?") return ".";
        // A tag stands for itself, whatever is in it.
        return literally(part.replace(tagForm, (_, tag: string) => tags[tag] ?? ""));
      })
      .join(""),
  );
  const expression = new RegExp(`^(?:${sources.join("|")})$`, "s");
  return (text) => expression.test(text);
}

function literally(text: string): string {
  return text.replace(/[.+*?^${}()|[\]\\]/g, "\\$&");
}

/** Whether a text is like a pattern with `*` and `?`. */
export function isLike(pattern: string, text: string): boolean {
  return anyOf([pattern], {})(text);
}
