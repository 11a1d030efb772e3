import { z } from "zod";
import { admit } from "#domain/member";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { loadTenant } from "#records/library/tenants";
import { loadMember, type Member, noteFirstSignIn } from "#records/members/members";
import type { Table } from "#records/store/table";

/**
 * What Cognito asks before it issues a token, in the third version of the trigger, which is the first that is also asked
 * for tokens of machines.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
const eventSchema = z.looseObject({
  triggerSource: z.string(),
  callerContext: z.looseObject({ clientId: z.string() }),
  request: z.looseObject({ userAttributes: z.record(z.string(), z.string()).nullish() }),
});
type Event = z.infer<typeof eventSchema>;

export interface Dependencies {
  readonly table: Table;
  readonly now: Clock;
}

/**
 * Puts `library`, `roles` and `name` into access tokens, as the product's own table says: nothing that stands in the user
 * pool, which its owner might write, and nothing that was asked for. Whoever is not let in gets a token without claims.
 */
export function createHandler({ table, now }: Dependencies) {
  return middyStack({
    says: "Claims of a token",
    event: eventSchema,
    keys: ({ triggerSource, callerContext }) => ({ triggerSource, client: callerContext.clientId }),
    handle: async (event) => {
      const member = await memberOf(table, event);
      const tenant = member?.library === undefined ? undefined : await loadTenant(table, member.library);
      const admission = admit(member, tenant);
      if (admission.outcome !== "ADMITTED" || member === undefined) {
        logger.info("A token without claims", { why: admission.outcome });
        return event;
      }
      if (member.kind === "person" && member.status === "INVITED") await noteFirstSignIn(table, member, now());
      const { library, role } = admission;
      const claims = { roles: [role], name: member.name, ...(library !== undefined && { library }) };
      const accessTokenGeneration = { claimsToAddOrOverride: claims };
      return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
    },
  });
}

async function memberOf(table: Table, { triggerSource, request, callerContext }: Event): Promise<Member | undefined> {
  if (triggerSource === "TokenGeneration_ClientCredentials") {
    return await loadMember(table, "client", callerContext.clientId);
  }
  const sub = request.userAttributes?.["sub"];
  return sub === undefined ? undefined : await loadMember(table, "person", sub);
}
