/** Kinds of alarms. Each has its section in docs/runbook.md, which the alarm itself links to. */
export const alarmKinds = [
  "ChunksFailed",
  "JobsFailed",
  "RunsStuck",
  "SweepMissing",
  "SweepErrors",
  "ExpiryErrors",
  "DeadLetters",
  "DeadLettersAnew",
  "FillsLate",
  "ExecutionsFailed",
  "ExecutionsTimedOut",
  "FunctionErrors",
  "FunctionThrottles",
  "ThrottledWrites",
  "ThrottledReads",
  "ApiErrors",
] as const;
export type AlarmKind = (typeof alarmKinds)[number];
