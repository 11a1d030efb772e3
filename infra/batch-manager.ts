import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { patronsInMessage } from "#batch-manager/messages";
import { largestGroup } from "#records/service-queues/fill-answers";
import { HouseFunction } from "./house-function.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/**
 * SQS holds a library for a noisy neighbour once it has more than a tenth of all messages in flight and at least 30.
 * Half of a full house must be enough for that.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export const fairness = { share: 0.1, messages: 30 } as const;

export const fills = {
  timeoutSeconds: 30,
  /** Messages whose patrons make up one group of requests, whose answers then take one write. More than 10 would wait. */
  batchSize: largestGroup / patronsInMessage,
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
    if (inFlight / 2 < Math.max(inFlight * fairness.share, fairness.messages)) {
      throw new Error("Fair queues would never take effect");
    }
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
    work: readonly PolicyStatement[];
  }): HouseFunction {
    const house = new HouseFunction(this, "Fill", {
      ...props,
      // Lambda takes messages off the queue, and gives the right to do so.
      rights: [],
      deployable: "fill-service-queues",
      description: "Fills service queues",
      timeout: Duration.seconds(fills.timeoutSeconds),
      memory: 1769,
    });
    house.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: fills.batchSize,
        maxConcurrency: fills.maximumConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    return house;
  }
}
