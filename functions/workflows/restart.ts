import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { isFinal } from "#domain/batch-update/state";
import { batchUpdateIdSchema, type LibraryId } from "#domain/ids";
import { startableHours } from "#domain/retention";
import { subjectOfJob } from "#domain/support/attention";
import { mayBeRestarted } from "#domain/support/restart";
import type { WorkflowName } from "#domain/workflow";
import { sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { planAgain } from "#records/batch-updates/moves";
import { loadErasure } from "#records/erasures/erasures";
import { exportAgain, loadExport } from "#records/exports/exports";
import { type Busy, importAgain, isFinalImport, loadImport } from "#records/imports/imports";
import { listLibraries, lookForLibrary } from "#records/library/tenants";
import { buildAgain } from "#records/query-sets/moves";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { ifStillOpen, loadOpenWork, type OpenWork, openWork } from "#records/store/open-work";
import type { Store, Stores } from "#records/store/store";
import type { Write } from "#records/store/table";
import { standsStill } from "./standstill.ts";
import { executionName, type WorkflowArns, type Workflows } from "./start.ts";
import { verifyBatchUpdate } from "./verify.ts";

/** What brings a job to its end, or why it needs nothing. */
export type Restart =
  | {
      readonly refused: string;
      /** It gets on by itself, and may need something later. */
      readonly isAtWork?: true;
    }
  | {
      /** In words, a sentence each. */
      readonly does: readonly string[];
      /** Does it. What is written stands or falls with the audit; undefined where somebody else was faster. */
      act(audit: Write): Promise<"DONE" | "CHANGED" | Busy>;
    };

export interface Mending {
  readonly store: Store;
  readonly sfn: SFNClient;
  readonly workflows: Workflows;
  readonly arns: WorkflowArns;
  readonly now: Date;
}

/** A job as support names it, with its library. */
export interface NamedJob {
  readonly library: LibraryId;
  readonly workflow: WorkflowName;
  readonly id: string;
}

const looksAtOnce = 16;

/** Finds a job by its id alone, in whichever library it is; undefined where there is none. */
export async function findJob(
  stores: Stores,
  workflow: WorkflowName,
  id: string,
  now: Date,
): Promise<NamedJob | undefined> {
  const libraries = await listLibraries(stores.across);
  const found = await sideBySide(libraries, looksAtOnce, async (library) => {
    return (await isThere(stores.of(library), workflow, id)) ? [{ library, workflow, id }] : [];
  });
  const [job] = found.flat();
  // Nothing is begun any more in a library whose time is over.
  if (job === undefined || (await lookForLibrary(stores.across, job.library, now)) === "LEFT") return undefined;
  return job;
}

async function isThere(store: Store, workflow: WorkflowName, id: string): Promise<boolean> {
  if (workflow === "build-query-set") return (await loadQuerySet(store, id)) !== undefined;
  if (workflow === "import") return (await loadImport(store, id)) !== undefined;
  if (workflow === "export") return (await loadExport(store, id)) !== undefined;
  if (workflow === "erase") return (await loadErasure(store, id)) !== undefined;
  return (await loadBatchUpdate(store, batchUpdateIdSchema.parse(id))) !== undefined;
}

/** Finds out what would bring a job to its end. Nothing is changed by it. */
export async function restartOf(mending: Mending, job: NamedJob): Promise<Restart> {
  const { store, now } = mending;
  const { workflow, id } = job;
  if (workflow === "build-query-set") {
    const set = await loadQuerySet(store, id);
    if (set?.status === "BUILDING") return await goOn(mending, job);
    if (set?.status !== "FAILED") return { refused: `The query set is ${set?.status}: there is nothing to mend.` };
    if (!mayBeRestarted({ ...set, endedAt: set.failedAt }, now)) return { refused: tooLate };
    return await again(mending, job, async (work, audit) => {
      return (await buildAgain(store, work, audit)).done ? "DONE" : "CHANGED";
    });
  }
  if (workflow === "import") {
    const it = await loadImport(store, id);
    if (it?.status === "RUNNING") return await goOn(mending, job);
    if (it === undefined || !isFinalImport(it))
      return { refused: `The import is ${it?.status}: it waits for its file.` };
    if (!mayBeRestarted({ ...it, endedAt: it.finishedAt }, now)) {
      return { refused: it.status === "COMPLETED" ? "The import is COMPLETED: there is nothing to mend." : tooLate };
    }
    return await again(mending, job, async (work, audit) => {
      const outcome = await importAgain(store, it, work, audit);
      return outcome === "STARTED" ? "DONE" : outcome;
    });
  }
  if (workflow === "export") {
    const it = await loadExport(store, id);
    if (it?.status === "RUNNING") return await goOn(mending, job);
    if (it?.status !== "FAILED") return { refused: `The export is ${it?.status}: there is nothing to mend.` };
    // An erasure looks for exports that are at work among those of the last days.
    if (!mayBeRestarted({ canBeMended: true, endedAt: it.finishedAt }, now)) return { refused: exportTooLate };
    return await again(mending, job, async (work, audit) => {
      return (await exportAgain(store, work, audit)).done ? "DONE" : "CHANGED";
    });
  }
  if (workflow === "erase") {
    const it = await loadErasure(store, id);
    if (it === undefined || it.stage === "COMPLETED")
      return { refused: "The erasure is COMPLETED: there is nothing to mend." };
    return await goOn(mending, job);
  }
  return await restartOfBatchUpdate(mending, job);
}

const tooLate =
  "It cannot be started again: that would come to the same, or what it was made from is gone, which is so from 22 hours after it ended. Make it anew.";

const exportTooLate = `It failed more than ${startableHours} hours ago. Make another export.`;

async function restartOfBatchUpdate(mending: Mending, job: NamedJob): Promise<Restart> {
  const { store } = mending;
  const batch = await loadBatchUpdate(store, batchUpdateIdSchema.parse(job.id));
  if (batch === undefined) return { refused: "It is not there." };
  const { status, processedAt, evidence } = batch;
  if (evidence !== undefined) return { refused: "Its evidence is deleted. Only its counts are kept; make it anew." };
  const isPlan = job.workflow === "plan";
  if (status === "PLANNING" && isPlan) return await goOn(mending, job);
  if ((status === "PROCESSING" || status === "CANCELLING") && !isPlan) return await goOn(mending, job);
  if (isPlan && status === "FAILED" && processedAt === undefined) {
    return await again(mending, job, async (work, audit) => {
      return (await planAgain(store, batch, work, audit)) === undefined ? "CHANGED" : "DONE";
    });
  }
  if (!isPlan && isFinal(status) && processedAt !== undefined && batch.counts !== undefined) {
    const reported = await reportAgain(mending, job, batch);
    if (reported !== undefined) return reported;
  }
  const advice = isFinal(status) && processedAt !== undefined ? " Retry it to go on with whom it did not reach." : "";
  return { refused: `The batch update is ${status}: there is nothing of it to start again.${advice}` };
}

/** Checks of what the report is made of: written anew, they agree with what the chunks left. */
const ofTheReport = ["index", "report", "errors"];

/** Closes a run once more whose report is not what its chunks left; undefined where it is, or where they left too little. */
async function reportAgain(mending: Mending, job: NamedJob, batch: BatchUpdate): Promise<Restart | undefined> {
  const found = await verifyBatchUpdate(mending.store, batch, mending.now);
  if (found.status === "RUNNING") {
    return { refused: "Its numbers are still being counted. Ask again in a moment.", isAtWork: true };
  }
  const wrong = found.checks.flatMap(({ name, ok }) => (ok ? [] : [name]));
  if (wrong.includes("chunks") || !wrong.some((name) => ofTheReport.includes(name))) return undefined;
  const work = { ...job, attempt: await unusedAttempt(mending, job), openedAt: mending.now.toISOString() };
  return {
    does: [
      `Writes its report and its list of outcomes once more, from what its chunks left, as execution ${executionName(work)}. Nothing of a patron is changed.`,
    ],
    async act(audit) {
      if (!(await mending.store.table.write(openWork(work), audit)).done) return "CHANGED";
      await mending.workflows.start(work);
      return "DONE";
    },
  };
}

/** Starts a job again that has ended in trouble. */
async function again(
  mending: Mending,
  job: NamedJob,
  begin: (work: OpenWork, audit: Write) => Promise<"DONE" | "CHANGED" | Busy>,
): Promise<Restart> {
  const work = { ...job, attempt: await unusedAttempt(mending, job), openedAt: mending.now.toISOString() };
  return {
    does: [
      `Starts ${subjectOfJob(job.workflow, job.id)} again, as execution ${executionName(work)}. What was done stays done.`,
    ],
    async act(audit) {
      const begun = await begin(work, audit);
      if (begun === "DONE") await mending.workflows.start(work);
      return begun;
    },
  };
}

/** Goes on with a job that has not ended, unless it gets on by itself. */
async function goOn(mending: Mending, job: NamedJob): Promise<Restart> {
  const { store, sfn, workflows, arns, now } = mending;
  const { workflow, id } = job;
  const open = (await loadOpenWork(store)).find((work) => work.id === id && work.workflow === workflow);
  const attempt = open?.attempt ?? (await unusedAttempt(mending, job)) - 1;
  const present = { ...job, openedAt: now.toISOString(), ...open, attempt };
  const state = attempt === 0 ? "NOT_STARTED" : await workflows.look(present);
  const hangs = await standsStill(store, present, now);
  if (open !== undefined && state !== "ENDED" && !hangs) {
    return { refused: "It is at work, and has got on within the last 10 minutes. Wait for its end.", isAtWork: true };
  }
  const lookAgain = "Has it looked after again: nothing did.";
  if (open === undefined && state === "RUNNING" && !hangs) {
    return {
      does: [lookAgain, `Its execution ${executionName(present)} is at work, and goes on.`],
      async act(audit) {
        return (await store.table.write(openWork(present), audit)).done ? "DONE" : "CHANGED";
      },
    };
  }
  const next = { ...present, attempt: await unusedAttempt(mending, job), openedAt: now.toISOString() };
  const name = executionName(present);
  const does: string[] = [];
  if (open === undefined) does.push(lookAgain);
  if (state === "RUNNING") does.push(`Stops its execution ${name}.`);
  does.push(
    `Goes on with it, as execution ${executionName(next)}. What was done stays done; nothing is written twice.`,
  );
  return {
    does,
    async act(audit) {
      const { done } = await store.table.write(
        open === undefined ? openWork(next) : { ...openWork(next), if: ifStillOpen(open) },
        audit,
      );
      if (!done) return "CHANGED";
      if (state === "RUNNING") await stopExecution(sfn, executionArn(arns, workflow, name));
      await workflows.start(next);
      return "DONE";
    },
  };
}

/** The number of the first attempt that no execution has used. */
async function unusedAttempt({ sfn, arns }: Mending, job: NamedJob): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const name = executionName({ ...job, attempt, openedAt: "" });
    try {
      await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(arns, job.workflow, name) }));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return attempt;
      throw error;
    }
  }
}

function executionArn(arns: WorkflowArns, workflow: WorkflowName, name: string): string {
  return `${arns[workflow].replace(":stateMachine:", ":execution:")}:${name}`;
}

/** Ends an execution. What it began to do is not undone; one that has ended is left as it is. */
export async function stopExecution(sfn: SFNClient, arn: string): Promise<void> {
  await sfn.send(new StopExecutionCommand({ executionArn: arn, error: "Stopped", cause: "Support stopped it" }));
}
