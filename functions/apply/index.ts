import { SQSClient } from "@aws-sdk/client-sqs";
import { openStore, openWriter, writerTimeout } from "#platform/clients";
import { queueEnvironment, readEnvironment, storeEnvironment } from "#platform/environment";
import { createFillMessages } from "#platform/fill-messages";
import { createTable } from "#records/table";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...queueEnvironment });

export const handler = createHandler({
  store: openStore(environment),
  writer: createTable(openWriter(), environment.TABLE_NAME, { mostCollisions: 0 }),
  writerTimeout,
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: () => new Date(),
});
