import { queueFigures } from "#batch-manager/queue-figures";
import { type ExecutionAnswer, mostUnreadable, support } from "#contract/support";
import { linesDone } from "#domain/batch-update/progress";
import { batchUpdateIdSchema } from "#domain/ids";
import { logsLink } from "#domain/support/logs-link";
import { type WorkflowName, workflowNames, workflowNouns } from "#domain/workflow";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { allEnded, sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { failuresOf, hasFailures } from "#records/store/chunk-failures";
import { listOpen } from "#records/store/open-work";
import type { OfEach, Store } from "#records/store/store";
import {
  type DescribedExecution,
  findExecution,
  type ListedExecution,
  latestMapRun,
  listExecutions,
  readHistory,
} from "#workflows/executions";
import { type ExecutionSubject, readExecutionName } from "#workflows/start";
import { decodeCursor, page } from "../page.ts";
import { invalid, notFound } from "../problem.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

/** Events of one answer. A workflow has some twenty; more means a loop, whose beginning says enough. */
const mostEvents = 1000;
/** Map runs looked at side by side, so that a page of them stays under the rates that AWS allows. */
const mapRunsAtOnce = 8;

interface Known {
  readonly execution: ListedExecution;
  readonly workflow: WorkflowName;
  /** Undefined where the name is not ours. */
  readonly subject: ExecutionSubject | undefined;
}

async function list({ query }: CallOf<typeof support.listExecutions>, dependencies: Dependencies) {
  const { stores, sfn, workflowArns } = dependencies;
  const { library, workflow, status, outcome, from, to, q, limit } = query;
  const after = readCursor(query.cursor);
  const arns = workflow === undefined ? Object.values(workflowArns) : [workflowArns[workflow]];
  // Filters and later pages pass over many, so they ask for as many at a time as there can be.
  const isFiltered = [library, outcome, from, to, q].some((filter) => filter !== undefined);
  const pageSize = after === undefined && !isFiltered ? limit + 1 : 1000;
  const found: Known[] = [];
  for await (const execution of listExecutions(sfn, arns, { status, pageSize })) {
    const subject = readExecutionName(execution.name);
    if (library !== undefined && subject?.library !== library) continue;
    if (after !== undefined && !comesAfter(execution, after)) continue;
    const startedAt = execution.startedAt.toISOString();
    // Newest first: what follows began before it as well.
    if (from !== undefined && startedAt < from) break;
    if (to !== undefined && startedAt > to) continue;
    if (q !== undefined && !execution.name.includes(q)) continue;
    if (outcome !== undefined && (await outcomeOf(stores, execution, subject)) !== outcome) continue;
    found.push({ execution, subject, workflow: workflowOf(execution, workflowArns) });
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const items = await sideBySide(shown, mapRunsAtOnce, (known) => shownExecution(known, dependencies));
  return ok(page(items, found.length > limit ? last && cursorOf(last.execution) : undefined));
}

function cursorOf({ startedAt, name }: ListedExecution): string {
  return `${startedAt.getTime()}:${name}`;
}

function readCursor(cursor: string | undefined): { startedAt: number; name: string } | undefined {
  const place = decodeCursor(cursor);
  if (place === undefined) return undefined;
  const [, startedAt, name] = /^(\d{1,15}):(.+)$/u.exec(place) ?? [];
  if (startedAt === undefined || name === undefined) {
    throw invalid({ path: "cursor", message: "is not a cursor of this list; begin without one" });
  }
  return { startedAt: Number(startedAt), name };
}

/** Newest first, those of one instant by name. */
function comesAfter({ startedAt, name }: ListedExecution, place: { startedAt: number; name: string }): boolean {
  const time = startedAt.getTime();
  return time < place.startedAt || (time === place.startedAt && name > place.name);
}

async function shownExecution(
  { execution, workflow, subject }: Known,
  { stores, sfn, executionsConsoleUrl }: Dependencies,
): Promise<ExecutionAnswer> {
  const { name, executionArn, status, startedAt, stoppedAt } = execution;
  const [mapRun, recorded] = await allEnded([mapRunOf(sfn, execution), outcomeOf(stores, execution, subject)]);
  const outcome = recorded === "CLEAN" && (mapRun?.failed ?? 0) > 0 ? "WITH_FAILED_CHUNKS" : recorded;
  return {
    name,
    executionArn,
    workflow,
    ...(subject !== undefined && { library: subject.library, subject: subject.subject }),
    status,
    ...(outcome !== undefined && { outcome }),
    startedAt: startedAt.toISOString(),
    ...(stoppedAt !== undefined && { stoppedAt: stoppedAt.toISOString() }),
    ...(mapRun !== undefined && { mapRun }),
    consoleUrl: `${executionsConsoleUrl}${executionArn}`,
  };
}

/** How an execution went that has ended, as far as its chunks have told. */
async function outcomeOf(
  stores: OfEach<Store>,
  { name, status }: ListedExecution,
  subject: ExecutionSubject | undefined,
): Promise<ExecutionAnswer["outcome"]> {
  if (status === "RUNNING" || status === "PENDING_REDRIVE") return undefined;
  if (status !== "SUCCEEDED") return "FAILED";
  if (subject === undefined) return "CLEAN";
  return (await hasFailures(stores.of(subject.library), idOf(subject), name)) ? "WITH_FAILED_CHUNKS" : "CLEAN";
}

function idOf({ subject }: ExecutionSubject): string {
  return subject.slice(subject.indexOf("/") + 1);
}

/** The counts of its map run; undefined also where they cannot be had now, which must not hide the execution. */
async function mapRunOf(sfn: Dependencies["sfn"], { name, executionArn }: ListedExecution) {
  try {
    return await latestMapRun(sfn, executionArn);
  } catch (error) {
    logger.warn("The map run of an execution could not be looked at", { execution: name, ...logged(error) });
    return undefined;
  }
}

function workflowOf({ executionArn }: ListedExecution, arns: Dependencies["workflowArns"]): WorkflowName {
  const found = workflowNames.find((workflow) => executionArn.startsWith(`${executionsArn(arns[workflow])}:`));
  if (found === undefined) throw new Error("An execution is of none of our workflows");
  return found;
}

function executionsArn(stateMachineArn: string): string {
  return stateMachineArn.replace(":stateMachine:", ":execution:");
}

/** What Step Functions takes as a name: no white space, control characters, brackets, wildcards or other signs. */
const executionName = /^[\p{L}\p{N}_.+=@!'()-]{1,80}$/u;

async function detail({ params, now }: Call<unknown, unknown, "name">, dependencies: Dependencies) {
  const { sfn, logPlace, logLines } = dependencies;
  const { name } = params;
  if (!executionName.test(name)) throw notFound();
  const subject = readExecutionName(name);
  const found = await findByName(name, subject === undefined ? workflowNames : [subject.workflow], dependencies);
  if (found === undefined) throw notFound();
  const { execution, workflow } = found;
  const { executionArn } = execution;
  const { error, cause } = execution;
  const job = subject?.subject.split("/")[1];
  const { startedAt: from, stoppedAt: to = now } = execution;
  const [history, chunks, lines] = await allEnded([
    readHistory(sfn, executionArn, mostEvents),
    subject && failedChunks(dependencies.stores.of(subject.library), name, subject),
    job === undefined ? undefined : logLines?.({ job, from, to }),
  ]);
  return ok({
    ...(await shownExecution({ execution, workflow, subject }, dependencies)),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(job !== undefined && { logs: { url: logsLink(logPlace, { job, from, to }), ...(lines && { lines }) } }),
    history: history.map(({ at, ...event }) => ({ ...event, at: at.toISOString() })),
    ...(chunks !== undefined && { chunks }),
    ...(subject !== undefined && { [idNames[workflowNouns[subject.workflow].collection]]: idOf(subject) }),
  });
}

const idNames = {
  "query-sets": "querySetId",
  "batch-updates": "batchUpdateId",
  imports: "importId",
  exports: "exportId",
  erasures: "erasureId",
} as const;

/** Chunks of an execution that did not succeed, by what they wrote down of it themselves. */
async function failedChunks(store: Store, name: string, subject: ExecutionSubject) {
  const failures = await failuresOf(store, idOf(subject), name);
  const batch =
    failures.length > 0 && workflowNouns[subject.workflow].collection === "batch-updates"
      ? await loadBatchUpdate(store, batchUpdateIdSchema.parse(idOf(subject)))
      : undefined;
  return failures.map(({ execution: _, ...failure }) => ({
    ...failure,
    status: "FAILED" as const,
    patrons: batch === undefined ? 0 : linesOfChunk(batch, failure.chunk),
  }));
}

function linesOfChunk({ starts = [], patrons }: BatchUpdate, chunk: number): number {
  return linesDone(starts, patrons, [chunk]);
}

async function findByName(
  name: string,
  workflows: readonly WorkflowName[],
  { sfn, workflowArns }: Dependencies,
): Promise<{ execution: DescribedExecution; workflow: WorkflowName } | undefined> {
  for (const workflow of workflows) {
    const execution = await findExecution(sfn, `${executionsArn(workflowArns[workflow])}:${name}`);
    if (execution !== undefined) return { execution, workflow };
  }
  return undefined;
}

/**
 * How the batch manager stands. SQS tells the age of its oldest message only as a metric, minutes late; what counts for
 * a library is how long ago the oldest unfinished filling was asked for, and the open work says that to the second.
 */
async function queues({ now }: Call<unknown, unknown>, dependencies: Dependencies) {
  const { stores, sqs, serviceQueuesUrl, deadLettersUrl } = dependencies;
  const [figures, dead] = await allEnded([queueFigures(sqs, serviceQueuesUrl), queueFigures(sqs, deadLettersUrl)]);
  let oldest: string | undefined;
  const unreadable: { item: string; error: string }[] = [];
  for await (const open of listOpen(stores.across)) {
    if ("unreadable" in open) unreadable.push({ item: open.unreadable, error: open.error });
    else if ("fills" in open && (oldest === undefined || open.fills.openedAt < oldest)) oldest = open.fills.openedAt;
  }
  const age = oldest === undefined ? undefined : Math.max(0, Math.round((now.getTime() - Date.parse(oldest)) / 1000));
  return ok({
    name: "service-queues",
    depth: figures.waiting,
    inFlight: figures.inFlight,
    ...(age !== undefined && { ageOfOldestSeconds: age }),
    deadLetters: dead.waiting + dead.inFlight,
    unreadable: unreadable.slice(0, mostUnreadable),
  });
}

export const supportRoutes: readonly Route[] = [
  implement(support.listExecutions, list),
  implement(support.getExecution, detail),
  implement(support.getQueues, queues),
];
