import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";

/** About how many messages a queue holds: SQS counts on many machines and gives no exact numbers. */
export interface QueueFigures {
  /** Waiting to be received, those with a delay included. */
  readonly waiting: number;
  /** Received and neither deleted nor given back yet. */
  readonly inFlight: number;
}

const attributesSchema = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
  ApproximateNumberOfMessagesDelayed: z.coerce.number(),
});

export async function queueFigures(sqs: SQSClient, queueUrl: string): Promise<QueueFigures> {
  const answer = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  const attributes = attributesSchema.parse(answer.Attributes);
  return {
    waiting: attributes.ApproximateNumberOfMessages + attributes.ApproximateNumberOfMessagesDelayed,
    inFlight: attributes.ApproximateNumberOfMessagesNotVisible,
  };
}
