import { z } from "zod";
import { middyStack } from "#platform/middy-stack";

/**
 * What Cognito asks before it issues a token, in the third version of the trigger, which is the first that is also asked
 * for tokens of machines.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
const eventSchema = z.looseObject({
  triggerSource: z.string(),
  callerContext: z.looseObject({ clientId: z.string() }),
  request: z.looseObject({
    userAttributes: z.record(z.string(), z.string()).nullish(),
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
    scopes: z.array(z.string()).nullish(),
  }),
});

const roles = new Set(["administrator", "staff", "support"]);

/**
 * Puts `library`, `roles` and `name` into access tokens. A person's library is an attribute that only Keystone writes and
 * the roles are groups; a machine's are the scopes that its client may have. Support has no library.
 */
export const handler = middyStack({
  says: "Claims of a token",
  event: eventSchema,
  keys: ({ triggerSource, callerContext }) => ({ triggerSource, client: callerContext.clientId }),
  handle: async (event) => withClaims(event),
});

function withClaims(event: z.infer<typeof eventSchema>) {
  const { triggerSource, request, callerContext } = event;
  const { library, held, name } =
    triggerSource === "TokenGeneration_ClientCredentials"
      ? ofMachine(request.scopes ?? [], callerContext.clientId)
      : ofPerson(request.userAttributes ?? {}, request.groupConfiguration?.groupsToOverride ?? []);
  const known = held.filter((role) => roles.has(role));
  return {
    ...event,
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: {
            roles: known,
            ...(library !== undefined && !known.includes("support") && { library }),
            ...(name !== undefined && { name }),
          },
        },
      },
    },
  };
}

function ofMachine(scopes: readonly string[], clientId: string) {
  const under = (server: string) =>
    scopes.filter((scope) => scope.startsWith(`${server}/`)).map((scope) => scope.slice(server.length + 1));
  return { library: under("library")[0], held: under("role"), name: clientId };
}

function ofPerson(attributes: Record<string, string>, groups: readonly string[]) {
  return { library: attributes["custom:library"], held: groups, name: attributes.name };
}
