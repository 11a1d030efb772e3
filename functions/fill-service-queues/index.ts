import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openStores } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...queueEnvironment });

export const handler = createHandler({
  stores: openStores(environment),
  catalogues: createCatalogues(),
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: openClock(),
});
