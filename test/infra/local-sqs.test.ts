import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalSqs, startEventSource, startSqs } from "#infra/local/sqs";
import { readQueue } from "#infra/local/sqs/queue-properties";
import { patience } from "#test/patience";

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const queues = [
  {
    QueueName: "fills",
    VisibilityTimeout: 1,
    MessageRetentionPeriod: 345_600,
    KmsMasterKeyId: "key",
    RedrivePolicy: { deadLetterTargetArn: arn("dead-letters"), maxReceiveCount: 2 },
  },
  { QueueName: "dead-letters" },
];

const credentials = { accessKeyId: "local", secretAccessKey: "local" };

let sqs: LocalSqs;
let client: SQSClient;
let QueueUrl: string;
const endings: (() => unknown)[] = [];

beforeEach(async () => {
  sqs = await startSqs({ port: 0, credentials, queues });
  QueueUrl = sqs.queueUrl("fills");
  client = new SQSClient({
    endpoint: sqs.endpoint,
    region: "us-east-1",
    credentials,
  });
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  client.destroy();
  await sqs.close();
});

async function send(bodies: readonly string[], library = "piedmont"): Promise<void> {
  for (let at = 0; at < bodies.length; at += 10) {
    const Entries = bodies
      .slice(at, at + 10)
      .map((MessageBody, n) => ({ Id: String(n), MessageBody, MessageGroupId: library }));
    const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Failed ?? []).toEqual([]);
  }
}

async function depth(name = "fills") {
  const AttributeNames: QueueAttributeName[] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl(name), AttributeNames }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

type Handler = (event: SQSEvent) => Promise<unknown>;

function poll(handler: Handler, { batchSize = 10, maximumConcurrency = 2 } = {}) {
  const source = startEventSource({
    sqs,
    queueUrl: QueueUrl,
    functionArn: "fill",
    batchSize,
    maximumConcurrency,
    invoke: async (_, payload) => {
      try {
        return { payload: await handler(payload as SQSEvent) };
      } catch (error) {
        return { error: { errorType: "Error", errorMessage: String(error) } };
      }
    },
  });
  endings.push(() => source.close());
  return source;
}

const until = (condition: () => boolean | Promise<boolean>) => vi.waitUntil(condition, patience);
const bodies = (event: SQSEvent) => event.Records.map(({ body }) => body);
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe("A queue", () => {
  test("takes a group for a message, as fair queues want, and gives it back", async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "one", MessageGroupId: "lakeshore" }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Messages).toMatchObject([
      { Body: "one", Attributes: { MessageGroupId: "lakeshore", ApproximateReceiveCount: "1" } },
    ]);
  });

  test("answers a long poll with the first message there is", async () => {
    const asked = Date.now();
    const answer = client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }));
    await send(["only one"]);
    expect((await answer).Messages?.map(({ Body }) => Body)).toEqual(["only one"]);
    expect(Date.now() - asked).toBeLessThan(10_000);
  });

  test("tells messages that wait from those in flight", async () => {
    await send(numbered("m", 5));
    await until(async () => (await depth()).waiting === 5);
    await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 2, VisibilityTimeout: 60 }));
    expect(await depth()).toEqual({ waiting: 3, inFlight: 2 });
  });

  test("of a kind that is not served here is refused", () => {
    expect(() => readQueue({ QueueName: "q.fifo", FifoQueue: true })).toThrow(/FifoQueue/);
  });
});

describe("An event source", () => {
  test("hands over records as Lambda gets them, and deletes what went well", async () => {
    const events: SQSEvent[] = [];
    await send(["hello"]);
    poll(async (event) => void events.push(event));
    await until(async () => {
      const { waiting, inFlight } = await depth();
      return events.length === 1 && waiting + inFlight === 0;
    });
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.stringMatching(/.+/),
            body: "hello",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: expect.stringMatching(/.+/),
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
              MessageGroupId: "piedmont",
            },
            messageAttributes: {},
            md5OfBody: "5d41402abc4b2a76b9719d911017c592",
            eventSource: "aws:sqs",
            eventSourceARN: arn("fills"),
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
  });

  test("leaves what the response names as failed; it comes back, and ends among the dead letters", async () => {
    const seen: string[] = [];
    await send(["good", "poison", "fine"]);
    poll(async (event) => {
      seen.push(...bodies(event));
      const failed = event.Records.filter(({ body }) => body === "poison");
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    await until(async () => (await depth("dead-letters")).waiting === 1);
    expect(seen.toSorted()).toEqual(["fine", "good", "poison", "poison"]);
    expect(await depth()).toEqual({ waiting: 0, inFlight: 0 });
  });

  test.each([
    ["an error", () => Promise.reject(new Error("no"))],
    [
      "a response that names a message it was not given",
      async () => ({ batchItemFailures: [{ itemIdentifier: "?" }] }),
    ],
    ["a response of another form", async () => ({ batchItemFailures: "all" })],
  ])("deletes nothing after %s", async (_, first: Handler) => {
    const seen: string[] = [];
    await send(["a", "b"]);
    let calls = 0;
    poll(async (event) => {
      calls += 1;
      seen.push(...bodies(event));
      return calls === 1 ? first(event) : undefined;
    });
    await until(() => seen.length === 4);
    expect(seen.toSorted()).toEqual(["a", "a", "b", "b"]);
  });

  test("keeps to its batch size and concurrency, and delivers everything", async () => {
    const sizes: number[] = [];
    const seen = new Set<string>();
    let working = 0;
    let most = 0;
    await send(numbered("m", 100));
    poll(
      async (event) => {
        working += 1;
        most = Math.max(most, working);
        await new Promise((settle) => setImmediate(settle));
        for (const body of bodies(event)) seen.add(body);
        sizes.push(event.Records.length);
        working -= 1;
      },
      { batchSize: 7, maximumConcurrency: 3 },
    );
    await until(() => seen.size === 100);
    expect(Math.max(...sizes)).toBe(7);
    expect(most).toBe(3);
  });

  test("takes libraries in turn: a few messages do not wait behind many of another library", async () => {
    const order: string[] = [];
    await send(numbered("a", 18), "piedmont");
    await send(["b0", "b1"], "lakeshore");
    await until(async () => (await depth()).waiting === 20);
    poll(async (event) => void order.push(...bodies(event)), { batchSize: 4, maximumConcurrency: 5 });
    await until(() => order.length === 20);
    expect(order.slice(0, 4)).toEqual(["a0", "b0", "a1", "b1"]);
  });

  test("when closed, finishes the batch at work and takes no more", async () => {
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    await send(["first"]);
    const source = poll(async (event) => {
      seen.push(...bodies(event));
      await gate.promise;
    });
    await until(() => seen.length === 1);
    let closed = false;
    const closing = source.close().then(() => {
      closed = true;
    });
    await send(["second"]);
    expect(closed).toBe(false);
    gate.resolve();
    await closing;
    // A poll under way may have taken it: then it comes back by itself.
    await until(async () => (await depth()).waiting === 1);
    expect(await depth()).toEqual({ waiting: 1, inFlight: 0 });
    expect(seen).toEqual(["first"]);
  });
});
