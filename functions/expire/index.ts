import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { SFNClient } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { answeredInTime } from "#platform/answer-limit";
import { openClock } from "#platform/clock";
import { readEnvironment, workEnvironment, workflowEnvironment } from "#platform/environment";
import { createUserPool } from "#records/members/user-pool";
import { openStores, openWork } from "#records/store/clients";
import { createWorkflows, workflowArns } from "#workflows/start";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({
  ...workEnvironment,
  ...workflowEnvironment,
  USER_POOL_ID: z.string(),
  CLIENT_SCOPE: z.string(),
});
const stores = openStores(environment);

export const handler = createHandler({
  stores,
  fencedStores: openWork(environment).stores,
  pool: createUserPool(new CognitoIdentityProviderClient({ requestHandler: answeredInTime() }), {
    poolId: environment.USER_POOL_ID,
    clientScope: environment.CLIENT_SCOPE,
  }),
  workflows: createWorkflows(stores, new SFNClient({ requestHandler: answeredInTime() }), workflowArns(environment)),
  now: openClock(),
});
