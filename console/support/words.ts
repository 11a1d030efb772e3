import type { ExecutionAnswer } from "#contract/support";
import type { AttentionKind } from "#domain/support/attention";
import type { WorkflowName } from "#domain/workflow";
import { counted } from "../words/format.ts";
import type { SupportAct } from "./support-act.ts";

/** What each kind of thing that needs attention is called, and what it means for the library. */
export const attentionWords: Readonly<Record<AttentionKind, { readonly title: string; readonly meaning: string }>> = {
  CHUNK_FAILED: {
    title: "Parts of a job could not be processed",
    meaning: "The rest of the job is done. Nothing was changed for the patrons in these parts.",
  },
  JOB_FAILED: { title: "A job failed", meaning: "It changed nothing. It can be started again." },
  RUN_STUCK: {
    title: "A job is stuck",
    meaning: "What it did stays done. Until it ends, no other job for the same records can start.",
  },
  FILLS_LATE: {
    title: "Service queues have been waiting too long",
    meaning: "The patrons’ records are written correctly. Only their service queues are missing.",
  },
  DEAD_LETTER: {
    title: "A message was abandoned",
    meaning: "It is kept to show what went wrong. The system asks again by itself for whatever the message asked for.",
  },
  OPEN_UNREADABLE: {
    title: "The record of a running job cannot be read",
    meaning: "No one looks after the job until that record is rewritten. Starting the job again does that.",
  },
  EXECUTION_UNKNOWN: {
    title: "Something is running that no job asked for",
    meaning: "It cannot harm any job: what it does for a job that has ended leaves no trace.",
  },
};

/** What the button says, and what its question is headed by. */
export const actWords: Readonly<Record<SupportAct["act"], string>> = {
  RESTART: "Start it again",
  STOP: "Stop it",
  RETRY: "Retry the patrons it did not reach",
  RETRY_FILLS: "Ask for the queues again",
  REDRIVE: "Send it again",
  DROP: "Delete it",
  UNDO: "Undo it",
  CANCEL: "Cancel it",
  REPORT: "Rewrite its report",
  LOOK: "Look at it",
  VERIFY: "Check its numbers",
};

export const workflowWords: Readonly<Record<WorkflowName, string>> = {
  "build-query-set": "Building a query set",
  plan: "Planning a batch update",
  apply: "Applying a batch update",
  import: "Importing records",
  export: "Exporting records",
  erase: "Erasing a patron",
};

export const executionStatusWords: Readonly<Record<ExecutionAnswer["status"], string>> = {
  RUNNING: "Running",
  PENDING_REDRIVE: "About to continue",
  SUCCEEDED: "Succeeded",
  FAILED: "Failed",
  TIMED_OUT: "Took too long",
  ABORTED: "Stopped",
};

/** How it stands, or how it went. */
export function standingWords({ status, outcome }: Pick<ExecutionAnswer, "status" | "outcome">): string {
  return outcome === "WITH_FAILED_CHUNKS" ? "Ended, but chunks failed" : executionStatusWords[status];
}

/** `12 of 40 chunks are done, 3 at work, 1 failed`. */
export function chunksSentence({ total, running, succeeded, failed }: NonNullable<ExecutionAnswer["mapRun"]>): string {
  const parts = [`${succeeded} of ${counted(total, "chunk", "chunks")} done`];
  if (running > 0) parts.push(`${running} running`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(", ");
}

const states: Readonly<Record<string, string>> = {
  Split: "Divides the work into chunks",
  Canary: "Tries the first chunk alone",
  Chunks: "Works on the chunks",
  Close: "Closes the job: counts, lists and report",
  CloseAfterError: "Closes the job after an error",
};

/** What a state of a workflow does; one that nobody thought of reads as it is called. */
export function stateWords(state: string): string {
  if (state.startsWith("Record")) return "Writes down why a chunk failed";
  return Object.hasOwn(states, state) ? (states[state] ?? state) : state;
}

export const checkWords: Readonly<Record<string, string>> = {
  digest: "The plan is the one that was reviewed",
  chunks: "Every chunk has reported what became of its patrons",
  records: "The records hold what the run says it wrote",
  counts: "The counts shown are those of the outcomes",
  index: "The list of outcomes agrees with the chunks",
  report: "The report’s file agrees with the outcomes",
  errors: "The errors file has the stated number of rows",
  serviceQueues: "The stated number of service queues was requested",
};

const jobNames: Readonly<Record<string, string>> = {
  "query-sets": "query set",
  "batch-updates": "batch update",
  imports: "import",
  exports: "export",
  erasures: "erasure",
  executions: "execution",
  "dead-letters": "message",
  open: "note",
};

/** `batch update` for `batch-updates/01k2...`. */
export function subjectName(subject: string): string {
  const kind = subject.split("/")[0] ?? "";
  return jobNames[kind] ?? kind;
}

/** The id in a subject. */
export function subjectId(subject: string): string {
  return subject.slice(subject.indexOf("/") + 1);
}

/** `for 12 minutes`, `for 3 hours`: roughly how long ago. */
export function forHowLong(since: string, now: Date = new Date()): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 60_000));
  if (minutes < 1) return "for less than a minute";
  if (minutes < 120) return `for ${counted(minutes, "minute", "minutes")}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `for ${hours} hours` : `for ${Math.floor(hours / 24)} days`;
}

/** How long a step or an execution took: `0.8 seconds`, `3 minutes`. */
export function lasted(startedAt: string, stoppedAt: string): string {
  const seconds = (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} seconds`;
  return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
}

/** Where the runbook tells of it. */
export const runbook = (section: string) => `/docs/runbook#${section.toLowerCase()}`;
