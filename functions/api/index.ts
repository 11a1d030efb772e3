import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { answeredInTime } from "#platform/answer-limit";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment, workflowEnvironment } from "#platform/environment";
import { openLogLines } from "#platform/log-lines";
import { createUserPool } from "#records/members/user-pool";
import { openStores } from "#records/store/clients";
import { createWorkflows, workflowArns } from "#workflows/start";
import { createAuthenticator } from "./authenticate.ts";
import { createCallers } from "./callers.ts";
import { createHandler } from "./handler.ts";
import { openApi } from "./openapi.ts";
import { routes } from "./routes.ts";
import { createTokenEndpoint } from "./token-endpoint.ts";

const environment = readEnvironment({
  ...storeEnvironment,
  ...workflowEnvironment,
  ...queueEnvironment,
  ISSUER: z.url(),
  JWKS_URL: z.url(),
  AUDIENCE: z.string(),
  CLIENTS: z.string().transform((list) => list.split(",")),
  USER_POOL_ID: z.string(),
  CLIENT_SCOPE: z.string(),
  /** Less than the minute within which a change of who somebody is must hold. */
  MEMBERSHIP_SECONDS: z.coerce.number().min(0).max(60).default(30),
  DEAD_LETTERS_URL: z.url(),
  EXECUTIONS_CONSOLE_URL: z.string(),
  LOG_GROUPS: z.string().transform((list) => list.split(",")),
  AWS_REGION: z.string(),
  ORIGIN: z.url(),
  REQUESTS_PER_SECOND: z.coerce.number().min(1).optional(),
});

const tokenEndpoint = createTokenEndpoint(environment.ISSUER);
const sfn = new SFNClient({ requestHandler: answeredInTime() });
const arns = workflowArns(environment);
const stores = openStores(environment);
const authenticate = createAuthenticator({
  issuer: environment.ISSUER,
  jwksUrl: environment.JWKS_URL,
  audience: environment.AUDIENCE,
  clients: environment.CLIENTS,
});
const callerOf = createCallers(stores.across, { freshFor: environment.MEMBERSHIP_SECONDS * 1000 });

export const handler = createHandler({
  routes,
  dependencies: {
    stores,
    workflows: createWorkflows(stores, sfn, arns),
    pool: createUserPool(new CognitoIdentityProviderClient({ requestHandler: answeredInTime() }), {
      poolId: environment.USER_POOL_ID,
      clientScope: environment.CLIENT_SCOPE,
    }),
    sfn,
    sqs: new SQSClient({ requestHandler: answeredInTime() }),
    serviceQueuesUrl: environment.SERVICE_QUEUES_URL,
    deadLettersUrl: environment.DEAD_LETTERS_URL,
    workflowArns: arns,
    executionsConsoleUrl: environment.EXECUTIONS_CONSOLE_URL,
    logLines: openLogLines(),
    logPlace: { region: environment.AWS_REGION, groups: environment.LOG_GROUPS },
  },
  authenticate: async (header) => await callerOf(await authenticate(header)),
  origin: environment.ORIGIN,
  requestsPerSecond: environment.REQUESTS_PER_SECOND,
  clock: openClock(),
  describe: async () => openApi({ origin: environment.ORIGIN, tokenUrl: await tokenEndpoint() }),
});
