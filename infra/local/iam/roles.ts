import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import type { Template } from "../template.ts";
import { policySchema, type Statement } from "./statement.ts";

/** A role of the template. */
export interface Role {
  readonly arn: string;
  /** The constructs that it comes from, as a person finds it in the source, such as `Plan/Chunk/WorkRole`. */
  readonly path: string;
  /** What it may do. */
  readonly rights: readonly Statement[];
  /** Who may be it. */
  readonly trust: readonly Statement[];
}

/** What does not fit into a role's own policy the CDK puts into a managed one. */
const policyTypes: ReadonlySet<string> = new Set(["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"]);

const inlineSchema = z.array(z.looseObject({ PolicyDocument: policySchema })).default([]);

/** The template's roles by their ARNs, each with the policies that are attached to it. */
export function readRoles(template: Template, cloud: Cloud): Map<string, Role> {
  const attached = new Map<string, Statement[]>();
  for (const { type, properties } of template.resources.values()) {
    if (!policyTypes.has(type)) continue;
    const { Statement } = policySchema.parse(cloud.resolve(properties.PolicyDocument));
    for (const role of z.array(z.string()).parse(cloud.resolve(properties.Roles))) {
      attached.set(role, [...(attached.get(role) ?? []), ...Statement]);
    }
  }
  const roles = [...template.resources.values()].flatMap(({ logicalId, type, path, properties }): Role[] => {
    if (type !== "AWS::IAM::Role") return [];
    const inline = inlineSchema.parse(cloud.resolve(properties.Policies)).flatMap((it) => it.PolicyDocument.Statement);
    return [
      {
        arn: cloud.arn(logicalId),
        path: path.filter((name) => name !== "Resource").join("/"),
        rights: [...inline, ...(attached.get(cloud.name(logicalId)) ?? [])],
        trust: policySchema.parse(cloud.resolve(properties.AssumeRolePolicyDocument)).Statement,
      },
    ];
  });
  return new Map(roles.map((role) => [role.arn, role]));
}
