import { z } from "zod";
import { account, region } from "../cloud.ts";
import type { InvokeResult } from "../lambda/invocation.ts";
import type { User } from "./directory.ts";

/** Whom a token is for. */
export type Bearer = { readonly user: User; readonly clientId: string } | { readonly clientId: string };

/** Asks for the claims of a token, of whomever it is for. */
export type TokenClaims = (bearer: Bearer) => Promise<Record<string, unknown>>;

const answerSchema = z.object({
  response: z.object({
    claimsAndScopeOverrideDetails: z
      .object({
        accessTokenGeneration: z.object({ claimsToAddOrOverride: z.record(z.string(), z.unknown()) }),
      })
      .optional(),
  }),
});

/**
 * Asks the product's own trigger, as Cognito does before it issues a token.
 *
 * @param trigger invokes the function that the template names
 * @throws where it fails: then there is no token, as in the cloud
 */
export function askTrigger(poolId: string, trigger: (event: unknown) => Promise<InvokeResult>): TokenClaims {
  return async (bearer) => {
    const isPerson = "user" in bearer;
    const event = {
      version: "3",
      triggerSource: isPerson ? "TokenGeneration_HostedAuth" : "TokenGeneration_ClientCredentials",
      region,
      userPoolId: poolId,
      userName: isPerson ? bearer.user.userName : bearer.clientId,
      callerContext: { awsSdkVersion: `local-${account}`, clientId: bearer.clientId },
      request: {
        userAttributes: isPerson ? { sub: bearer.user.sub, email: bearer.user.email } : {},
        groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
        scopes: isPerson ? ["openid", "profile"] : ["batch-updates/api"],
      },
      response: {},
    };
    const result = await trigger(event);
    if ("error" in result) throw new Error(`The trigger of tokens failed: ${result.error.errorType}`);
    const { response } = answerSchema.parse(result.payload);
    return response.claimsAndScopeOverrideDetails?.accessTokenGeneration.claimsToAddOrOverride ?? {};
  };
}
