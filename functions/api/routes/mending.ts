import { mending } from "#contract/mending";
import { subjectOfJob } from "#domain/support/attention";
import { workflowKnownBy, workflowNames } from "#domain/workflow";
import { auditEntry } from "#records/library/audit";
import { loadLibrary } from "#records/library/libraries";
import { findExecution } from "#workflows/executions";
import { findJob, type NamedJob, restartOf, stopExecution } from "#workflows/restart";
import { readExecutionName } from "#workflows/start";
import { actOf } from "../act.ts";
import { mustWaitFor } from "../import-busy.ts";
import { conflict, notFound, stillAtWork } from "../problem.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";
import { tellSupport } from "../support-audit.ts";

type JobCall = Call<unknown, unknown, "jobKind" | "jobId">;

async function jobOf({ params, now }: JobCall, { stores }: Dependencies): Promise<NamedJob> {
  const workflow = workflowKnownBy("restart", params.jobKind);
  const job = workflow && (await findJob(stores, workflow, params.jobId, now));
  if (job === undefined) throw notFound();
  return job;
}

async function restart(call: CallOf<typeof mending.restart>, dependencies: Dependencies) {
  const { stores, sfn, workflows, workflowArns: arns } = dependencies;
  const { dryRun = false } = call.body;
  const job = await jobOf(call, dependencies);
  const { library } = job;
  const store = stores.of(library);
  const subject = subjectOfJob(job.workflow, job.id);
  for (;;) {
    const found = await restartOf({ store, sfn, workflows, arns, now: call.now }, job);
    if ("refused" in found) throw found.isAtWork === true ? stillAtWork(found.refused) : conflict(found.refused);
    const { does } = found;
    if (dryRun) return ok({ dryRun, library, subject, does });
    const act = actOf(call, "JOB_RESTARTED", subject, { detail: does.join(" ") });
    const done = await found.act(await auditEntry(store, call.newId, act));
    if (done === "DONE") return ok({ dryRun, library, subject, does });
    if (done !== "CHANGED") throw mustWaitFor(done);
  }
}

type ExecutionCall = Call<unknown, unknown, "name">;

async function executionOf({ params: { name } }: ExecutionCall, { sfn, workflowArns }: Dependencies) {
  const subject = readExecutionName(name);
  for (const workflow of subject === undefined ? workflowNames : [subject.workflow]) {
    const arn = `${workflowArns[workflow].replace(":stateMachine:", ":execution:")}:${name}`;
    const execution = await findExecution(sfn, arn);
    if (execution !== undefined) return { execution, library: subject?.library };
  }
  throw notFound();
}

async function stop(call: CallOf<typeof mending.stop>, dependencies: Dependencies) {
  const { stores, sfn } = dependencies;
  const { dryRun = false } = call.body;
  const { execution, library: named } = await executionOf(call, dependencies);
  const subject = `executions/${execution.name}`;
  // A name may be made up: only a library that is there has an audit.
  const library = named !== undefined && (await loadLibrary(stores.of(named))) !== undefined ? named : undefined;
  const its = { dryRun, subject, ...(library !== undefined && { library }) };
  const isRunning = execution.status === "RUNNING";
  const goesOn = library === undefined ? "" : " Where its job is open, it goes on in another one within two minutes.";
  const does = isRunning
    ? [`Stops the execution. What it did stays done.${goesOn}`]
    : [`Nothing: the execution has ended already, ${execution.status}.`];
  if (dryRun) return ok({ ...its, does });
  await tellSupport(stores, call, library, "EXECUTION_STOPPED", subject, does);
  if (isRunning) await stopExecution(sfn, execution.executionArn);
  return ok({ ...its, does });
}

export const mendingRoutes: readonly Route[] = [
  implement(mending.restart, restart, { subject: jobOf }),
  implement(mending.stop, stop, { subject: executionOf }),
];
