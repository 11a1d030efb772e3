/**
 * What calls count. Those with a name of a metric are sent to CloudWatch with the call's summary: once a call, however many
 * patrons it worked on, by stage and function alone. Never by library or patron: each value of a dimension is a metric that
 * is paid for and read by whoever may see a dashboard.
 */
export const metricNames = {
  patronsMatched: "PatronsMatched",
  patronsPlanned: "PatronsPlanned",
  patronsWritten: "PatronsWritten",
  patronsImported: "PatronsImported",
  patronsExported: "PatronsExported",
  conflicts: "Conflicts",
  /** Patrons that could not be written for a reason not theirs. */
  failures: "Failures",
  /** Chunks of which closing found no result though nobody cancelled. */
  chunksFailed: "ChunksFailed",
  jobsFailed: "JobsFailed",
  /** Writes that were sent again, and how many of them because DynamoDB was short of capacity. */
  retries: "Retries",
  throttles: "Throttles",
  queuesFilled: "QueuesFilled",
  fillsFailed: "FillsFailed",
  /** What each sweep finds. */
  sweeps: "Sweeps",
  sweepErrors: "SweepErrors",
  fillsPending: "FillsPending",
  stuckRuns: "StuckRuns",
  oldestOpenWorkSeconds: "OldestOpenWorkSeconds",
  /** What was over and could not be deleted. */
  expiryErrors: "ExpiryErrors",
  /** Calls that ended in an error. */
  failedCalls: "FailedCalls",
} as const;

/** Numbers that only the summary line of a call holds. */
type OnlyTold =
  | "chunks"
  | "objects"
  | "messages"
  | "poisonous"
  | "again"
  | "swept"
  | "unreadable"
  | "scratchDeleted"
  | "evidenceDeleted"
  | "unknownJobsEnded"
  | "querySetsEnded"
  | "objectsDeleted"
  | "itemsDeleted"
  | "librariesDeleted"
  | "objectsRewritten"
  | "versionsDeleted";

export type Counts = { readonly [name in keyof typeof metricNames | OnlyTold]?: number | undefined };

/** How long a call took, in milliseconds, by what it did. */
export const latencyNames = {
  split: "SplitMilliseconds",
  chunk: "ChunkMilliseconds",
  close: "CloseMilliseconds",
  fill: "FillMilliseconds",
  sweep: "SweepMilliseconds",
  expire: "ExpireMilliseconds",
} as const;
export type Timed = keyof typeof latencyNames;

export const metricNamespace = "BatchUpdates";
export const metricService = "batch-update-patron-profiles";
