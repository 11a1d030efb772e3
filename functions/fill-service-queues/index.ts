import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { answeredInTime } from "#platform/answer-limit";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, workEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openWork } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...workEnvironment, ...queueEnvironment });

export const handler = createHandler({
  stores: openWork(environment).stores,
  catalogues: createCatalogues(),
  messages: createFillMessages(new SQSClient({ requestHandler: answeredInTime() }), environment.SERVICE_QUEUES_URL),
  now: openClock(),
});
