/** What somebody at Keystone has to look at. */
export const attentionKinds = [
  "CHUNK_FAILED",
  "JOB_FAILED",
  "RUN_STUCK",
  "FILLS_LATE",
  "DEAD_LETTER",
  "OPEN_UNREADABLE",
  "EXECUTION_UNKNOWN",
] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** What may be done about it. */
export const attentionActs = ["LOOK", "RESTART", "STOP", "RETRY", "RETRY_FILLS", "REDRIVE", "DROP", "VERIFY"] as const;
export type AttentionAct = (typeof attentionActs)[number];
