import type { Example } from "../operation.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:apply:piedmont-01k8zq00000000000000batch1-apply";

const execution = {
  name: "piedmont-01k8zq00000000000000batch1-apply",
  executionArn: arn,
  workflow: "apply",
  library: "piedmont",
  subject: "batch-updates/01k8zq00000000000000batch1",
  status: "FAILED",
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
};
