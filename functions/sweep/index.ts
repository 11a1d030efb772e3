import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { answeredInTime } from "#platform/answer-limit";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment, workflowEnvironment } from "#platform/environment";
import { openStores } from "#records/store/clients";
import { createWorkflows, workflowArns } from "#workflows/start";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...workflowEnvironment, ...queueEnvironment });

const stores = openStores(environment);

export const handler = createHandler({
  stores,
  workflows: createWorkflows(stores, new SFNClient({ requestHandler: answeredInTime() }), workflowArns(environment)),
  messages: createFillMessages(new SQSClient({ requestHandler: answeredInTime() }), environment.SERVICE_QUEUES_URL),
  now: openClock(),
});
