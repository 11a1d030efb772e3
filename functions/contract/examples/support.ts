import type { Example } from "../operation.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:apply:piedmont-01k8zq00000000000000batch1-apply";

const execution = {
  name: "piedmont-01k8zq00000000000000batch1-apply",
  executionArn: arn,
  workflow: "apply",
  library: "piedmont",
  subject: "batch-updates/01k8zq00000000000000batch1",
  status: "FAILED",
  outcome: "FAILED",
  startedAt: "2026-03-02T14:05:09.400Z",
  stoppedAt: "2026-03-02T14:05:31.020Z",
  mapRun: { total: 2, pending: 0, running: 0, succeeded: 1, failed: 1 },
  consoleUrl: `https://us-east-1.console.aws.amazon.com/states/home#/v2/executions/details/${arn}`,
};

/** One call to show for each operation, by its name. */
export const supportExamples: Readonly<Record<string, Example>> = {
  listExecutions: { answer: { items: [execution] } },
  getExecution: {
    answer: {
      ...execution,
      error: "States.Timeout",
      history: [{ id: 1, at: "2026-03-02T14:05:09.400Z", type: "ExecutionStarted" }],
    },
  },
  getQueueFigures: {
    answer: {
      name: "service-queues",
      depth: 12,
      inFlight: 25,
      ageOfOldestSeconds: 4,
      deadLetters: 0,
      unreadable: [],
    },
  },
  listAttention: {
    answer: {
      items: [
        {
          kind: "CHUNK_FAILED",
          library: "piedmont",
          subject: "batch-updates/01k8zq00000000000000batch1",
          since: "2026-03-02T14:05:31.020Z",
          summary: "AccessDeniedException (a right is missing) in chunk 1, after 5 tries",
          acts: [
            { act: "RETRY", method: "POST", path: "/v1/batch-updates/01k8zq00000000000000batch1/retry" },
            { act: "LOOK", method: "GET", path: "/v1/batch-updates/01k8zq00000000000000batch1" },
          ],
        },
      ],
      unreadable: [],
    },
  },
  restartJob: {
    body: { reason: "It hangs", dryRun: true },
    answer: {
      dryRun: true,
      library: "piedmont",
      subject: "batch-updates/01k8zq00000000000000batch1",
      does: ["Goes on with it, as execution piedmont-01k8zq00000000000000batch1-apply-2."],
    },
  },
  stopExecution: {
    body: { reason: "No one knows what it is for" },
    answer: {
      dryRun: false,
      subject: "executions/started-by-hand",
      does: ["Stops the execution. What it did stays done."],
    },
  },
  listDeadLetters: {
    answer: {
      items: [
        {
          messageId: "2f4b1d0e-5a1c-4a77-9f3e-0a3f0c6b7d10",
          queue: "service-queues",
          sentAt: "2026-03-02T14:05:12.000Z",
          receiveCount: 5,
          body: "not one of ours",
        },
      ],
      complete: true,
    },
  },
  redriveDeadLetters: {
    body: { reason: "What broke is mended" },
    answer: { dryRun: false, subject: "dead-letters", does: ["Sends 3 messages once more."], messages: 3 },
  },
  dropDeadLetters: {
    body: { reason: "Not one of ours", messageIds: ["2f4b1d0e-5a1c-4a77-9f3e-0a3f0c6b7d10"] },
    answer: { dryRun: false, subject: "dead-letters", does: ["Deletes 1 message."], messages: 1 },
  },
};
