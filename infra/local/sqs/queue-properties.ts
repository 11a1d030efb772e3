import { z } from "zod";

const noEffectHere = z.unknown().optional();

/**
 * Properties of `AWS::SQS::Queue` that run here, and those without an effect on one machine (encryption, tags). Any other
 * is refused, first-in-first-out queues among them.
 */
const queueProperties = z.strictObject({
  QueueName: z.string(),
  DelaySeconds: z.coerce.number().optional(),
  MaximumMessageSize: z.coerce.number().optional(),
  MessageRetentionPeriod: z.coerce.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().optional(),
  VisibilityTimeout: z.coerce.number().optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),

  KmsMasterKeyId: noEffectHere,
  KmsDataKeyReusePeriodSeconds: noEffectHere,
  SqsManagedSseEnabled: noEffectHere,
  Tags: noEffectHere,
});
export type QueueProperties = z.infer<typeof queueProperties>;

/** @throws Error naming the property that the local SQS cannot honour */
export function readQueue(properties: unknown): QueueProperties {
  const parsed = queueProperties.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new Error(`The local SQS cannot make a queue of the template. ${z.prettifyError(parsed.error)}`);
}
