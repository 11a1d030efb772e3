import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment, workflowEnvironment } from "#platform/environment";
import { openStore } from "#records/store/clients";
import { createWorkflows, workflowArns } from "#workflows/start";
import { createAuthenticator } from "./authenticate.ts";
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
  DEAD_LETTERS_URL: z.url(),
  EXECUTIONS_CONSOLE_URL: z.string(),
  ORIGIN: z.url(),
});

const tokenEndpoint = createTokenEndpoint(environment.ISSUER);
const sfn = new SFNClient({});
const arns = workflowArns(environment);
const store = openStore(environment);

export const handler = createHandler({
  routes,
  dependencies: {
    store,
    workflows: createWorkflows(store, sfn, arns),
    sfn,
    sqs: new SQSClient({}),
    serviceQueuesUrl: environment.SERVICE_QUEUES_URL,
    deadLettersUrl: environment.DEAD_LETTERS_URL,
    workflowArns: arns,
    executionsConsoleUrl: environment.EXECUTIONS_CONSOLE_URL,
  },
  authenticate: createAuthenticator({
    issuer: environment.ISSUER,
    jwksUrl: environment.JWKS_URL,
    audience: environment.AUDIENCE,
    clients: environment.CLIENTS,
  }),
  origin: environment.ORIGIN,
  clock: openClock(),
  describe: async () => openApi({ origin: environment.ORIGIN, tokenUrl: await tokenEndpoint() }),
});
