import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { HouseFunction } from "./house-function.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/**
 * SQS holds a library for a noisy neighbour once it has more than a tenth of all messages in flight and at least 30.
 * Both can only be told apart when a full house is much more than 300 messages in flight.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export const fairness = { share: 0.1, messages: 30 } as const;

export const fills = {
  timeoutSeconds: 30,
  /** As many as one group of requests holds, whose answers then take one write. */
  batchSize: 100,
  maximumConcurrency: 10,
  tries: 5,
} as const;

/** The queue of medium records whose service queues are to be filled, and the function that fills them. */
export class BatchManager extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, key: Records["key"]) {
    super(scope, id);
    const inFlight = fills.batchSize * fills.maximumConcurrency;
    if (inFlight * fairness.share < fairness.messages) throw new Error("Fair queues would never take effect");
    const encryption = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true };
    this.deadLetters = new Queue(this, "DeadLetters", { ...encryption, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, "Queue", {
      ...encryption,
      // AWS advises six times the timeout: a throttled batch is tried again before its messages are seen by others.
      visibilityTimeout: Duration.seconds(6 * fills.timeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: fills.tries },
    });
  }

  addFunction(props: {
    config: StageConfig;
    environment: Record<string, string>;
    rights: readonly PolicyStatement[];
  }): HouseFunction {
    const house = new HouseFunction(this, "Fill", {
      ...props,
      deployable: "fill-service-queues",
      description: "Fills service queues",
      timeout: Duration.seconds(fills.timeoutSeconds),
      memory: 1769,
    });
    house.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: fills.batchSize,
        // Batches above 10 need a window; one second is the least.
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: fills.maximumConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    return house;
  }
}
