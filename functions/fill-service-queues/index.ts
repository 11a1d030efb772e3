import { SQSClient } from "@aws-sdk/client-sqs";
import { openStore } from "#platform/clients";
import { queueEnvironment, readEnvironment, storeEnvironment } from "#platform/environment";
import { createFillMessages } from "#platform/fill-messages";
import { createCatalogues } from "#records/catalogue";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...queueEnvironment });
const store = openStore(environment);

export const handler = createHandler({
  store,
  catalogues: createCatalogues(store),
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: () => new Date(),
});
