import { queueFigures } from "#batch-manager/queue-figures";
import { type ExecutionAnswer, mostUnreadable, support } from "#contract/support";
import { logsLink } from "#domain/support/logs-link";
import { type WorkflowName, workflowNames } from "#domain/workflow";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { allEnded, sideBySide } from "#platform/side-by-side";
import { listOpen } from "#records/store/open-work";
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
  const { sfn, workflowArns } = dependencies;
  const { library, workflow, status, limit } = query;
  const after = readCursor(query.cursor);
  const arns = workflow === undefined ? Object.values(workflowArns) : [workflowArns[workflow]];
  // Filters and later pages pass over many, so they ask for as many at a time as there can be.
  const pageSize = after === undefined && library === undefined ? limit + 1 : 1000;
  const found: Known[] = [];
  for await (const execution of listExecutions(sfn, arns, { status, pageSize })) {
    const subject = readExecutionName(execution.name);
    if (library !== undefined && subject?.library !== library) continue;
    if (after !== undefined && !comesAfter(execution, after)) continue;
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
  { sfn, executionsConsoleUrl }: Dependencies,
): Promise<ExecutionAnswer> {
  const { name, executionArn, status, startedAt, stoppedAt } = execution;
  const mapRun = await mapRunOf(sfn, execution);
  return {
    name,
    executionArn,
    workflow,
    ...(subject !== undefined && { library: subject.library, subject: subject.subject }),
    status,
    startedAt: startedAt.toISOString(),
    ...(stoppedAt !== undefined && { stoppedAt: stoppedAt.toISOString() }),
    ...(mapRun !== undefined && { mapRun }),
    consoleUrl: `${executionsConsoleUrl}${executionArn}`,
  };
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
  const { sfn, logPlace } = dependencies;
  const { name } = params;
  if (!executionName.test(name)) throw notFound();
  const subject = readExecutionName(name);
  const found = await findByName(name, subject === undefined ? workflowNames : [subject.workflow], dependencies);
  if (found === undefined) throw notFound();
  const { execution, workflow } = found;
  const { executionArn } = execution;
  const { error, cause } = execution;
  const history = await readHistory(sfn, executionArn, mostEvents);
  const job = subject?.subject.split("/")[1];
  const { startedAt: from, stoppedAt: to = now } = execution;
  return ok({
    ...(await shownExecution({ execution, workflow, subject }, dependencies)),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(job !== undefined && { logs: { url: logsLink(logPlace, { job, from, to }) } }),
    history: history.map(({ at, ...event }) => ({ ...event, at: at.toISOString() })),
  });
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
