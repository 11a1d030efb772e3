import { SQSClient } from "@aws-sdk/client-sqs";
import { createFillMessages } from "#batch-manager/messages";
import { openClock } from "#platform/clock";
import { queueEnvironment, readEnvironment, storeEnvironment } from "#platform/environment";
import { openStore, openWriter, writerTimeout } from "#records/store/clients";
import { createTable } from "#records/store/table";
import { createHandler } from "./handler.ts";

const environment = readEnvironment({ ...storeEnvironment, ...queueEnvironment });

export const handler = createHandler({
  store: openStore(environment),
  writer: createTable(openWriter(), environment.TABLE_NAME, { mostCollisions: 0 }),
  writerTimeout,
  messages: createFillMessages(new SQSClient({}), environment.SERVICE_QUEUES_URL),
  now: openClock(),
});
