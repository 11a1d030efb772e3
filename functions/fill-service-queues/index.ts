import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openStore } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...queueEnvironment });
const store = openStore(environment);

export const handler = createHandler({
  store,
  catalogues: createCatalogues(store),
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: openClock(),
});
