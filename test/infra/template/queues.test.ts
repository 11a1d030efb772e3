import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { fairness, fills } from "#infra/batch-manager";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("queues", () => {
  test("every queue has a dead-letter queue after five tries, but those that are one", () => {
    const queues = opened.cloud.ofType("AWS::SQS::Queue");
    const redrive = z.object({
      RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.literal(5) }),
    });
    const schedule = z.object({ Target: z.object({ DeadLetterConfig: z.object({ Arn: z.string() }) }) });
    const deadLetterQueues = new Set([
      ...queues.flatMap(
        ({ properties }) => redrive.safeParse(properties).data?.RedrivePolicy.deadLetterTargetArn ?? [],
      ),
      ...opened.cloud
        .ofType("AWS::Scheduler::Schedule")
        .map(({ properties }) => schedule.parse(properties).Target.DeadLetterConfig.Arn),
    ]);
    const others = queues.filter(({ logicalId }) => !deadLetterQueues.has(opened.cloud.arn(logicalId)));
    expect(others).toHaveLength(1);
    for (const { properties } of others) expect(redrive.safeParse(properties).success).toBe(true);
  });

  test("a message stays out of sight for six times its function's timeout, and batches are answered in part", () => {
    const mappings = opened.cloud.ofType("AWS::Lambda::EventSourceMapping");
    expect(mappings).toHaveLength(1);
    for (const { properties } of mappings) {
      expect(properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      const queue = opened.cloud
        .ofType("AWS::SQS::Queue")
        .find(({ logicalId }) => opened.cloud.arn(logicalId) === properties.EventSourceArn);
      const called = opened.cloud
        .ofType("AWS::Lambda::Function")
        .find(({ logicalId }) => opened.cloud.name(logicalId) === properties.FunctionName);
      expect(queue?.properties.VisibilityTimeout).toBe(6 * Number(called?.properties.Timeout));
      expect(properties.BatchSize).toBe(fills.batchSize);
      expect(properties.ScalingConfig).toEqual({ MaximumConcurrency: fills.maximumConcurrency });
    }
  });

  test("a full house in flight is large enough for fair queues to tell a noisy library", () => {
    const halfOfAll = (fills.batchSize * fills.maximumConcurrency) / 2;
    expect(halfOfAll).toBeGreaterThan(fairness.messages);
    expect(fairness.share).toBeLessThan(0.5);
  });
});
