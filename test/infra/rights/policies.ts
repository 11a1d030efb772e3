import { z } from "zod";
import type { Cloud } from "#infra/local/cloud";
import type { Template } from "#infra/local/template";

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statementSchema = z.object({
  Action: texts,
  Effect: z.literal("Allow"),
  Resource: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
export type Statement = z.infer<typeof statementSchema>;
const documentSchema = z.looseObject({ Statement: z.array(statementSchema) });
const inlineSchema = z.array(z.looseObject({ PolicyDocument: documentSchema })).default([]);

export const needSchema = z.object({
  functionName: z.string(),
  action: z.string(),
  resource: z.string(),
  leadingKeys: z.array(z.string()).optional(),
  prefix: z.string().optional(),
});
export type Need = z.infer<typeof needSchema>;

/** What each function's role may do, by the function's local name. */
export function rightsOfFunctions(template: Template, cloud: Cloud): Map<string, Statement[]> {
  const byRole = new Map<string, Statement[]>();
  const give = (role: string, statements: readonly Statement[]) =>
    byRole.set(role, [...(byRole.get(role) ?? []), ...statements]);
  for (const [logicalId, { type, properties }] of template.resources) {
    if (type === "AWS::IAM::Role") {
      for (const { PolicyDocument } of inlineSchema.parse(cloud.resolve(properties.Policies))) {
        give(lastPart(cloud.arn(logicalId)), PolicyDocument.Statement);
      }
    }
    if (type !== "AWS::IAM::Policy") continue;
    const { Statement } = documentSchema.parse(cloud.resolve(properties.PolicyDocument));
    for (const role of z.array(z.string()).parse(cloud.resolve(properties.Roles))) give(role, Statement);
  }
  const rights = cloud.ofType("AWS::Lambda::Function").map(({ logicalId, properties }): [string, Statement[]] => {
    return [cloud.name(logicalId), byRole.get(lastPart(z.string().parse(properties.Role))) ?? []];
  });
  return new Map(rights);
}

function lastPart(arn: string): string {
  return arn.split(":").at(-1) ?? "";
}

/** Whether one of the statements allows it, by IAM's rules as far as our statements use them. */
export function isAllowed(need: Need, statements: readonly Statement[]): boolean {
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      Action.includes(need.action) &&
      Resource.some((pattern) => matches(pattern, need.resource)) &&
      Object.entries(Condition).every(([operator, tests]) =>
        Object.entries(tests).every(([key, wanted]) => holds(operator, key, wanted, need)),
      ),
  );
}

function holds(operator: string, key: string, wanted: readonly string[], need: Need): boolean {
  const values =
    key === "dynamodb:LeadingKeys" ? need.leadingKeys : need.prefix === undefined ? undefined : [need.prefix];
  switch (operator) {
    case "ForAllValues:StringLike":
      return (values ?? []).every((value) => wanted.some((pattern) => matches(pattern, value)));
    case "StringLikeIfExists":
      return values === undefined || values.every((value) => wanted.some((pattern) => matches(pattern, value)));
    case "Null":
      return (values === undefined || values.length === 0) === (wanted[0] === "true");
    default:
      // A condition that this does not know allows nothing.
      return false;
  }
}

export function matches(pattern: string, text: string): boolean {
  const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`, "s").test(text);
}

/** One thing that a statement allows: an action on a resource, on items or objects of one kind where it is fenced so. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  /** A pattern of leading keys or of a prefix, where the statement names some. */
  readonly kind?: string;
}

/** A function's rights one by one, each as narrow as its statement lets one see. */
export function rightsOneByOne(statements: readonly Statement[]): { right: Right; statement: Statement }[] {
  return statements.flatMap(({ Action, Resource, Condition = {}, Effect }) => {
    const fences = Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.entries(tests).flatMap(([key, wanted]) =>
        operator === "Null" ? [] : wanted.map((kind) => ({ kind, operator, key })),
      ),
    );
    const nulls = Condition["Null"] === undefined ? {} : { Null: Condition["Null"] };
    return Action.flatMap((action) =>
      Resource.flatMap((resource) => {
        const narrow = { Action: [action], Resource: [resource], Effect };
        if (fences.length === 0) return [{ right: { action, resource }, statement: { ...narrow, Condition } }];
        return fences.map(({ kind, operator, key }) => ({
          right: { action, resource, kind },
          statement: { ...narrow, Condition: { ...nulls, [operator]: { [key]: [kind] } } },
        }));
      }),
    );
  });
}

/** Whether a call that was made touched what a right is for: of a call on several kinds of items, any one. */
export function isUsedBy(statement: Statement, need: Need): boolean {
  const { leadingKeys } = need;
  const parts = leadingKeys === undefined ? [need] : leadingKeys.map((key) => ({ ...need, leadingKeys: [key] }));
  return parts.some((part) => isAllowed(part, [statement]));
}
