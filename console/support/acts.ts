import type { AttentionAnswer } from "#contract/attention";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { mending } from "#contract/mending";
import { countRetried, countWritten } from "#domain/batch-update/counts";
import { patronsToUndo } from "#domain/batch-update/undoable";
import { batchUpdateIdSchema } from "#domain/ids";
import type { ProposedAct } from "#domain/support/attention";
import {
  type BatchUpdateIn,
  cancelIn,
  dropLetters,
  lookAtBatchUpdate,
  redriveLetters,
  restartJob,
  retryFillsIn,
  retryIn,
  stopExecution,
  undoIn,
} from "../api/support.ts";
import { counted, patrons } from "../words/format.ts";
import type { Done, SupportAct } from "./support-act.ts";
import { subjectId, subjectName } from "./words.ts";

type Answered = Promise<{ readonly does: readonly string[] }>;

const asked = async (answer: Answered) => (await answer).does;
const done = async (answer: Answered): Promise<Done> => ({ does: (await answer).does });

/** The act that a thing in need of attention proposes; undefined where it is only a way to look. */
export function proposedAct(item: AttentionAnswer, { act, path }: ProposedAct): SupportAct | undefined {
  const { subject, library } = item;
  const named = { id: `${act} ${path} ${subject}`, act, of: subjectName(subject) };
  if (act === "RESTART") {
    const [jobKind = "", jobId = ""] = valuesIn(mending.restart.path, path);
    const job = { jobKind, jobId };
    return {
      ...named,
      ask: () => asked(restartJob(job, undefined)),
      perform: (reason, onceKey) => done(restartJob(job, reason, onceKey)),
    };
  }
  if (act === "STOP") return { ...stopAct(valuesIn(mending.stop.path, path)[0] ?? ""), of: named.of };
  if (act === "REDRIVE") return redriveAct([subjectId(subject)]);
  if (act === "DROP") return dropAct([subjectId(subject)]);
  if (library === undefined || !subject.startsWith("batch-updates/")) return undefined;
  const batch = { library, batchUpdateId: batchUpdateIdSchema.parse(subjectId(subject)) };
  if (act === "RETRY") return retryAct(batch);
  return act === "RETRY_FILLS" ? retryFillsAct(batch) : undefined;
}

export function stopAct(name: string): SupportAct {
  return {
    id: `STOP ${name}`,
    act: "STOP",
    of: "execution",
    ask: () => asked(stopExecution(name, undefined)),
    perform: (reason, onceKey) => done(stopExecution(name, reason, onceKey)),
  };
}

/** @param messageIds undefined: all */
export function redriveAct(messageIds: readonly string[] | undefined): SupportAct {
  return {
    id: `REDRIVE ${messageIds?.join(" ")}`,
    act: "REDRIVE",
    of: "message",
    ask: () => asked(redriveLetters(messageIds, undefined)),
    perform: (reason, onceKey) => done(redriveLetters(messageIds, reason, onceKey)),
  };
}

/** @param messageIds undefined: all */
export function dropAct(messageIds: readonly string[] | undefined): SupportAct {
  return {
    id: `DROP ${messageIds?.join(" ")}`,
    act: "DROP",
    of: "message",
    ask: () => asked(dropLetters(messageIds, undefined)),
    perform: (reason, onceKey) => done(dropLetters(messageIds, reason, onceKey)),
  };
}

/** Writes the report of a run that has ended once more. */
export function reportAct(batchUpdateId: string): SupportAct {
  const job = { jobKind: "runs", jobId: batchUpdateId };
  return {
    id: `REPORT ${batchUpdateId}`,
    act: "REPORT",
    of: "batch update",
    ask: () => asked(restartJob(job, undefined)),
    perform: (reason, onceKey) => done(restartJob(job, reason, onceKey)),
  };
}

const changesNothing = "Nothing is changed until the plan is reviewed and processed. You continue to the review.";

/** What a retry takes up: who failed, was in conflict, or was not reached. */
export function leftOver({ counts }: BatchUpdateAnswer): number {
  return counts === undefined ? 0 : countRetried(counts);
}

export function changedBy({ counts }: BatchUpdateAnswer): number {
  return counts === undefined ? 0 : countWritten(counts);
}

const reviewOf = ({ library }: BatchUpdateIn, child: BatchUpdateAnswer) => ({
  library,
  at: `/batch-updates/${child.batchUpdateId}`,
});

export function retryAct(batch: BatchUpdateIn): SupportAct {
  return {
    id: `RETRY ${batch.batchUpdateId}`,
    act: "RETRY",
    of: "batch update",
    ask: async () => [`Plans a retry for ${patrons(leftOver(await lookAtBatchUpdate(batch)))}.`, changesNothing],
    perform: async (reason, onceKey) => {
      const child = await retryIn(batch, reason, onceKey);
      return { does: [`The retry ${child.batchUpdateId} is being planned.`], goOn: reviewOf(batch, child) };
    },
  };
}

export function undoAct(batch: BatchUpdateIn): SupportAct {
  return {
    id: `UNDO ${batch.batchUpdateId}`,
    act: "UNDO",
    of: "batch update",
    ask: async () => [
      `Plans to put back what ${patrons(patronsToUndo(await lookAtBatchUpdate(batch)))} had.`,
      changesNothing,
    ],
    perform: async (reason, onceKey) => {
      const child = await undoIn(batch, reason, onceKey);
      return { does: [`The undo ${child.batchUpdateId} is being planned.`], goOn: reviewOf(batch, child) };
    },
  };
}

export function cancelAct(batch: BatchUpdateIn): SupportAct {
  return {
    id: `CANCEL ${batch.batchUpdateId}`,
    act: "CANCEL",
    of: "batch update",
    ask: async () => {
      const { processedAt, progress } = await lookAtBatchUpdate(batch);
      if (processedAt === undefined) return ["Cancels it. Nothing has been changed, and nothing will be."];
      return [`Stops after ${patrons(progress.done)}. They stay as they are written, and can be undone.`];
    },
    perform: async (reason, onceKey) => {
      await cancelIn(batch, reason, onceKey);
      return { does: ["It is being canceled."] };
    },
  };
}

export function retryFillsAct(batch: BatchUpdateIn): SupportAct {
  return {
    id: `RETRY_FILLS ${batch.batchUpdateId}`,
    act: "RETRY_FILLS",
    of: "batch update",
    ask: async () => {
      const { failed, pending } = (await lookAtBatchUpdate(batch)).serviceQueues;
      return [`Asks again for ${counted(failed + pending, "service queue", "service queues")}.`];
    },
    perform: async (reason, onceKey) => {
      await retryFillsIn(batch, reason, onceKey);
      return { does: ["The service queues have been requested again."] };
    },
  };
}

/** What stands in the places of a path's parameters, in their order. */
function valuesIn(pattern: string, path: string): string[] {
  const parts = path.split("/");
  return pattern
    .split("/")
    .flatMap((part, place) => (part.startsWith(":") ? [decodeURIComponent(parts[place] ?? "")] : []));
}
