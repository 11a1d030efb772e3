import { once } from "node:events";
import { createServer } from "node:http";
import { createRequestHandler } from "local-aws-sqs";
import { z } from "zod";
import type { Access } from "./iam/access.ts";
import { guarded, unread } from "./signing/guard.ts";
import { pollQueue } from "./sqs/event-source.ts";
import { correct } from "./sqs/queue-corrections.ts";
import { readQueue } from "./sqs/queue-properties.ts";
import { type QueueSource, queueSource } from "./sqs/queue-source.ts";

const HOST = "127.0.0.1";
const REGION = "us-east-1";
const NO_ACCOUNT = "000000000000";
const KEEP_ALIVE_MS = 10 * 60_000;

export interface LocalSqs {
  readonly endpoint: string;
  /** @throws Error for a queue that the template does not have */
  queueUrl(name: string): string;
  source(queueUrl: string): QueueSource;
  close(): Promise<void>;
}

/**
 * Serves the template's queues over SQS's API, in memory: what is queued is gone when the process ends, and the product
 * finds and sends it again.
 *
 * @param options.port 0 takes any free port
 * @param options.queues resolved properties of the template's `AWS::SQS::Queue` resources
 * @param options.credentials whose signature lets a request in
 * @throws Error when a queue has a property that is not honoured here
 */
export async function startSqs(options: { port: number; queues: unknown[]; credentials: Access }): Promise<LocalSqs> {
  const queues = options.queues.map(readQueue);
  const account = queues.flatMap(({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn.split(":")[4] ?? [])[0];
  const { requestHandler, service } = createRequestHandler({
    port: options.port,
    hostname: HOST,
    region: REGION,
    accountId: account ?? NO_ACCOUNT,
    // A queue must be there before another can name it for its dead letters.
    queues: queues
      .toSorted((a, b) => Number(a.RedrivePolicy !== undefined) - Number(b.RedrivePolicy !== undefined))
      .map(({ QueueName, ...rest }) => ({ QueueName, Attributes: engineAttributes(rest) })),
  });
  for (const queue of service.Queues) correct(queue);

  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    guarded("sqs", options.credentials, async (request, response, body) => {
      await requestHandler(unread(request, withOldNames(body)), response);
    }),
  );
  server.listen(options.port, HOST);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The local SQS has no port.");
  service.PORT = address.port;

  const find = (matches: (queue: (typeof service.Queues)[number]) => boolean, name: string) => {
    const queue = service.Queues.find(matches);
    if (queue === undefined) throw new Error(`The template has no queue ${name}.`);
    return queue;
  };
  return {
    endpoint: `http://${HOST}:${address.port}`,
    queueUrl: (name) => find((queue) => queue.QueueName === name, name).QueueUrl,
    source: (url) => queueSource(find((queue) => queue.QueueUrl === url, url)),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      service.resetAll();
    },
  };
}

const receivingSchema = z.looseObject({ MessageSystemAttributeNames: z.array(z.string()) });

/** What is to be told of messages has a new name in SQS's API since 2024; the engine knows the old one. */
function withOldNames(body: Buffer): Buffer {
  if (!body.includes("MessageSystemAttributeNames")) return body;
  const asked = receivingSchema.safeParse(JSON.parse(body.toString("utf8")));
  if (!asked.success) return body;
  const { MessageSystemAttributeNames: AttributeNames, ...others } = asked.data;
  return Buffer.from(JSON.stringify({ ...others, AttributeNames }));
}

type Attributes = Omit<ReturnType<typeof readQueue>, "QueueName">;

function engineAttributes(properties: Attributes) {
  const { DelaySeconds, MaximumMessageSize, MessageRetentionPeriod } = properties;
  const { ReceiveMessageWaitTimeSeconds, VisibilityTimeout, RedrivePolicy } = properties;
  return {
    ...(DelaySeconds === undefined ? {} : { DelaySeconds }),
    ...(MaximumMessageSize === undefined ? {} : { MaximumMessageSize }),
    ...(MessageRetentionPeriod === undefined ? {} : { MessageRetentionPeriod }),
    ...(ReceiveMessageWaitTimeSeconds === undefined ? {} : { ReceiveMessageWaitTimeSeconds }),
    ...(VisibilityTimeout === undefined ? {} : { VisibilityTimeout }),
    ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
}

/**
 * Stands for one event source mapping of the template.
 *
 * @param options.batchSize most messages in one invocation
 * @param options.maximumConcurrency most invocations at a time
 */
export function startEventSource(options: {
  sqs: LocalSqs;
  queueUrl: string;
  functionArn: string;
  batchSize: number;
  maximumConcurrency: number;
  invoke: Parameters<typeof pollQueue>[0]["invoke"];
}): { close(): Promise<void> } {
  const { sqs, queueUrl, ...rest } = options;
  return pollQueue({ source: sqs.source(queueUrl), ...rest });
}
