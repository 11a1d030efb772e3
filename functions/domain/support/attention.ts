import { type WorkflowName, workflowNouns } from "#domain/workflow";

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

export interface ProposedAct {
  readonly act: AttentionAct;
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** One thing that somebody has to look at. `summary` holds ids, numbers and names of errors: never patron data. */
export interface Attention {
  readonly kind: AttentionKind;
  readonly library?: string;
  readonly subject: string;
  /** An instant. */
  readonly since: string;
  readonly summary: string;
  readonly acts: readonly ProposedAct[];
}

const minute = 60_000;
/** Milliseconds after which service queues that were asked for are late. */
const longestFilling = 30 * minute;

/** Whether service queues were asked for so long ago that somebody should look. */
export function isLate(askedAt: Date, now: Date): boolean {
  return now.getTime() - askedAt.getTime() >= longestFilling;
}

export function subjectOfJob(workflow: WorkflowName, id: string): string {
  return `${workflowNouns[workflow].collection}/${id}`;
}

export function restartAct(workflow: WorkflowName, id: string): ProposedAct {
  return { act: "RESTART", method: "POST", path: `/v1/support/jobs/${workflowNouns[workflow].restart}/${id}/restart` };
}

export function lookAct(path: string): ProposedAct {
  return { act: "LOOK", method: "GET", path };
}

/** What mends a job that ended in trouble, what is best first. */
export function actsOfTrouble(
  trouble: "CHUNK_FAILED" | "JOB_FAILED",
  workflow: WorkflowName,
  id: string,
): readonly ProposedAct[] {
  const look = lookAct(`/v1/${subjectOfJob(workflow, id)}`);
  if (workflow !== "apply") return [restartAct(workflow, id), look];
  const of = `/v1/batch-updates/${id}`;
  const verify = { act: "VERIFY", method: "GET", path: `${of}/verify` } as const;
  return trouble === "CHUNK_FAILED"
    ? [{ act: "RETRY", method: "POST", path: `${of}/retry` }, verify, look]
    : [restartAct(workflow, id), verify, look];
}

/** Oldest first, those of one instant by what they are about. */
export function inOrder(found: readonly Attention[]): Attention[] {
  const place = ({ since, kind, subject }: Attention) => `${since} ${kind} ${subject}`;
  return found.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
