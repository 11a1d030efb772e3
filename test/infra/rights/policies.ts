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
  for (const { type, properties } of template.resources.values()) {
    if (type !== "AWS::IAM::Policy") continue;
    const { Statement } = documentSchema.parse(cloud.resolve(properties.PolicyDocument));
    for (const role of z.array(z.string()).parse(cloud.resolve(properties.Roles))) {
      byRole.set(role, [...(byRole.get(role) ?? []), ...Statement]);
    }
  }
  const rights = cloud.ofType("AWS::Lambda::Function").map(({ logicalId, properties }): [string, Statement[]] => {
    const role = z.string().parse(properties.Role).split(":").at(-1) ?? "";
    return [cloud.name(logicalId), byRole.get(role) ?? []];
  });
  return new Map(rights);
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

function matches(pattern: string, text: string): boolean {
  const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`, "s").test(text);
}
