import { z } from "zod";
import type { Cloud } from "#infra/local/cloud";
import type { Need } from "#infra/local/iam/need";
import { readRoles } from "#infra/local/iam/roles";
import { createJudge, type Statement, type Tags } from "#infra/local/iam/statement";
import type { Template } from "#infra/local/template";

/** A request that a function sent, by what it needed and whose credentials it was signed with. */
export const askedSchema = z.object({
  role: z.string(),
  tags: z.record(z.string(), z.string()),
  action: z.string(),
  resource: z.string(),
  leadingKeys: z.array(z.string()).optional(),
  prefix: z.string().optional(),
  sessionTags: z.record(z.string(), z.string()).optional(),
  /** Of a put into the audit. */
  condition: z.string().optional(),
});
export type Asked = z.infer<typeof askedSchema> & Need;

/** A role that a function has, by its ARN. */
export interface FunctionRole {
  /** Of the function, such as `PlanChunk`; followed by `Work` where it is for one library at a time. */
  readonly name: string;
  readonly arn: string;
  readonly rights: readonly Statement[];
}

/** Each function's own role, and the one that it works for a library by. */
export function rolesOfFunctions(template: Template, cloud: Cloud): FunctionRole[] {
  const own = cloud.ofType("AWS::Lambda::Function").map(({ properties }) => z.string().parse(properties.Role));
  return [...readRoles(template, cloud).values()].flatMap(({ arn, path, rights }) => {
    const name = path.replaceAll("/", "").replace(/Role$/, "");
    return own.includes(arn) || path.endsWith("/WorkRole") ? [{ name, arn, rights }] : [];
  });
}

export function isAllowed(need: Need, statements: readonly Statement[], tags: Tags = {}): boolean {
  return createJudge(statements, tags)(need);
}

/** One thing that a statement allows: an action on a resource, on items or objects of one kind where it is fenced so. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  /** A pattern of leading keys or of a prefix, where the statement names some. */
  readonly kind?: string;
}

/** What is allowed one by one, each as narrow as its statement lets one see. */
export function rightsOneByOne(statements: readonly Statement[]): { right: Right; statement: Statement }[] {
  return statements.flatMap(({ Action, Resource, Condition = {}, Effect }) => {
    if (Effect === "Deny") return [];
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

/** In words: action, and the kind or the resource, where the library of a session stands for any. */
export function inWords({ action, resource, kind }: Right): string {
  return `${action} ${kind ?? resource}`.replace(/\$\{aws:PrincipalTag\/library\}/g, "*");
}

/** Whether calls that were made touched what a right is for: of a call on several kinds of items, any one. */
export function isUsed(statement: Statement, asked: readonly Asked[]): boolean {
  const judges = new Map<string, (need: Need) => boolean>();
  return asked.some((need) => {
    if (!statement.Action.includes(need.action)) return false;
    const tags = JSON.stringify(need.tags);
    const allows = judges.get(tags) ?? createJudge([statement], need.tags);
    judges.set(tags, allows);
    const { leadingKeys } = need;
    const parts = leadingKeys === undefined ? [need] : leadingKeys.map((key) => ({ ...need, leadingKeys: [key] }));
    return parts.some((part) => allows(part));
  });
}
