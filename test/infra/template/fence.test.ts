import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { rolesOfFunctions } from "../rights/policies.ts";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("fences", () => {
  test("what works for one library may do so in the library alone that its session is tagged with", () => {
    const fenced = opened.policies().filter(({ path }) => path.includes("/WorkRole/"));
    expect(new Set(fenced.map(({ path }) => path.split("/").slice(0, 2).join("/"))).size).toBe(14);
    for (const { path, statement } of fenced) {
      if (statement.Effect === "Deny" || statement.Action[0]?.startsWith("kms:")) continue;
      const bounds = statement.Action.some((action) => /^(dynamodb:|s3:ListBucket)/.test(action))
        ? Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
            operator === "Null" ? [] : z.array(z.string()).parse(Object.values(tests).flat()),
          )
        : statement.Resource.map((one) => JSON.stringify(one));
      expect(bounds.length).toBeGreaterThan(0);
      // What is open stands in one partition for all libraries. What deletes most does not reach it.
      for (const bound of bounds)
        if (bound !== "OPEN" || path.startsWith("Expiry/"))
          expect(bound).toMatch(/(LIB#|^|")\/?\$\{aws:PrincipalTag\/library\}[#/]/);
    }
  });

  test("such a role is assumed by its own function alone, and by a session that names the library and nothing else", () => {
    const works = opened.allOf("AWS::IAM::Role").filter(({ path }) => path.at(-2) === "WorkRole");
    expect(works).toHaveLength(14);
    for (const { path, properties } of works) {
      const own = opened
        .allOf("AWS::IAM::Role")
        .find((role) => role.path.join() === [...path.slice(0, -2), "Role", "Resource"].join());
      const { Statement } = z
        .looseObject({ Statement: z.array(z.looseObject({ Action: z.unknown() })) })
        .parse(properties["AssumeRolePolicyDocument"]);
      expect(Statement.map(({ Action }) => Action)).toEqual([["sts:AssumeRole", "sts:TagSession"]]);
      for (const statement of Statement) {
        expect(statement).toMatchObject({
          Effect: "Allow",
          Principal: { AWS: { "Fn::GetAtt": [own?.logicalId, "Arn"] } },
          Condition: {
            Null: { "aws:RequestTag/library": "false" },
            "ForAllValues:StringEquals": { "aws:TagKeys": ["library"] },
          },
        });
      }
    }
  });

  test("every role of a function is denied to change or delete what stands in the audit", () => {
    const denied = opened.policies().filter(({ statement }) => statement.Effect === "Deny");
    const roles = rolesOfFunctions(opened.template, opened.cloud);
    expect(denied).toHaveLength(roles.length);
    for (const { statement } of denied) {
      expect(statement.Action).toEqual(
        ["BatchWriteItem", "DeleteItem", "PartiQLDelete", "PartiQLUpdate", "UpdateItem"].map((it) => `dynamodb:${it}`),
      );
      expect(statement.Condition).toEqual({
        "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["LIB#*#AUDIT*", "KEYSTONE#AUDIT"] },
      });
    }
  });
});
