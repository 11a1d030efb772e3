import { describe, expect, test } from "vitest";
import { handler } from "../../functions/pre-token/handler.ts";

const common = {
  version: "3",
  region: "us-east-1",
  userPoolId: "us-east-1_aaaaaaaaa",
  userName: "ada",
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1example23456789" },
  response: {},
};
const person = (library: string | undefined, groups: string[]) => ({
  ...common,
  triggerSource: "TokenGeneration_HostedAuth",
  request: {
    userAttributes: { sub: "1", name: "Ada", ...(library !== undefined && { "custom:library": library }) },
    groupConfiguration: { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null },
    scopes: ["openid", "profile"],
  },
});
const machine = (scopes: string[]) => ({
  ...common,
  triggerSource: "TokenGeneration_ClientCredentials",
  request: { userAttributes: {}, groupConfiguration: {}, scopes },
});
const claims = (claimsToAddOrOverride: Record<string, unknown>) => ({
  response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } },
});

describe("an access token says", () => {
  test("of a person: the library that Keystone gave them, and their groups as roles", async () => {
    const event = person("piedmont", ["administrator", "newsletter"]);
    expect(await handler(event)).toMatchObject({
      ...common,
      ...claims({ library: "piedmont", roles: ["administrator"], name: "Ada" }),
    });
  });

  test("of support: no library, even where one is set", async () => {
    const answer = await handler(person("piedmont", ["support"]));
    expect(answer).toMatchObject(claims({ roles: ["support"], name: "Ada" }));
    expect(JSON.stringify(answer)).not.toContain('"library"');
  });

  test("of a machine: what the scopes of its client say", async () => {
    expect(await handler(machine(["role/staff", "library/lakeshore"]))).toMatchObject(
      claims({ library: "lakeshore", roles: ["staff"], name: "1example23456789" }),
    );
  });

  test("of a machine without a role: none", async () => {
    expect(await handler(machine(["library/lakeshore"]))).toMatchObject(claims({ library: "lakeshore", roles: [] }));
  });
});

test("a person cannot take a role or library by asking for a scope", async () => {
  const event = person(undefined, []);
  event.request.scopes = ["role/administrator", "library/piedmont"];
  const answer = await handler(event);
  expect(answer).toMatchObject(claims({ roles: [] }));
  expect(JSON.stringify(answer)).not.toContain('"library":');
});
