import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { openStore } from "#platform/clients";
import { queueEnvironment, readEnvironment, storeEnvironment, workflowEnvironment } from "#platform/environment";
import { createFillMessages } from "#platform/fill-messages";
import { createWorkflows, workflowArns } from "#platform/workflows";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...workflowEnvironment, ...queueEnvironment });

export const handler = createHandler({
  store: openStore(environment),
  workflows: createWorkflows(new SFNClient({}), workflowArns(environment)),
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: () => new Date(),
});
