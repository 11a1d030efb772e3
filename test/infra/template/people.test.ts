import { beforeAll, describe, expect, test } from "vitest";
import { views } from "../../../console/views.ts";
import { inWords, rightsOneByOne, rolesOfFunctions } from "../rights/policies.ts";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

test("people are sent back to the console's own two addresses and to nowhere else", () => {
  const [client, ...others] = opened.cloud
    .ofType("AWS::Cognito::UserPoolClient")
    .filter(({ properties }) => properties["GenerateSecret"] === false);
  expect(others).toEqual([]);
  expect(client?.properties).toMatchObject({
    CallbackURLs: [`https://localhost:4000${views.signedIn}`],
    LogoutURLs: [`https://localhost:4000${views.signedOut}`],
  });
});

describe("nobody moves by what the user pool lets them write", () => {
  test("every client says its flows: no password, SRP or custom one, so that nobody signs in past the pages", () => {
    const clients = opened.allOf("AWS::Cognito::UserPoolClient");
    expect(clients.length).toBeGreaterThan(0);
    for (const { properties } of clients) {
      expect(properties["ExplicitAuthFlows"]).toEqual(["ALLOW_REFRESH_TOKEN_AUTH"]);
      // Absent or empty, it means every attribute.
      expect(properties["WriteAttributes"]).toEqual(["locale"]);
      expect(properties).toMatchObject({ RefreshTokenValidity: 1440, TokenValidityUnits: { RefreshToken: "minutes" } });
      expect(properties["AllowedOAuthFlows"]).toEqual(["code"]);
    }
  });

  test("the pool holds no library, requires no name, and knows no groups; nobody signs up", () => {
    const [pool, ...others] = opened.allOf("AWS::Cognito::UserPool");
    expect(others).toEqual([]);
    expect(pool?.properties).not.toHaveProperty("Schema");
    expect(pool?.properties).toMatchObject({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    expect(opened.allOf("AWS::Cognito::UserPoolGroup")).toEqual([]);
  });

  test("the trigger of tokens reads who somebody is, notes the first sign-in, and does nothing else", () => {
    const trigger = rolesOfFunctions(opened.template, opened.cloud).find(({ name }) => name === "IdentityPreToken");
    const asked = rightsOneByOne(trigger?.rights ?? [])
      .map(({ right }) => inWords(right))
      .filter((right) => right.startsWith("dynamodb:"));
    expect(asked.sort()).toEqual(["dynamodb:GetItem LIBRARIES", "dynamodb:GetItem WHO#*", "dynamodb:UpdateItem WHO#*"]);
  });
});

test("the sign-in pages are those that know prompt=none, and have a style for the console", () => {
  expect(
    opened.allOf("AWS::Cognito::UserPoolDomain").map(({ properties }) => properties["ManagedLoginVersion"]),
  ).toEqual([2]);
  const [style, ...others] = opened.allOf("AWS::Cognito::ManagedLoginBranding");
  expect(others).toEqual([]);
  const client = opened
    .allOf("AWS::Cognito::UserPoolClient")
    .find(({ properties }) => properties["GenerateSecret"] === false);
  expect(style?.properties).toMatchObject({ ClientId: { Ref: client?.logicalId }, UseCognitoProvidedValues: true });
});
