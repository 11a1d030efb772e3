import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { childArn, childName } from "./distributed-map.ts";
import { type Engine, type Execution, mapRunId } from "./engine.ts";
import { type ExecutionStatus, readExecution } from "./execution-log.ts";
import { readJournal } from "./journal.ts";
import { collectMapRun, type MapRunLines } from "./map-run-lines.ts";
import { pageOf } from "./paging.ts";
import { seconds } from "./views.ts";

interface Paging {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

interface Child {
  readonly child: number;
  readonly status: ExecutionStatus;
  readonly started: number;
  readonly stopped?: number;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly output?: unknown;
}

/** The map runs that an execution has begun, newest first. */
export async function listMapRuns(engine: Engine, execution: Execution, paging: Paging): Promise<object> {
  const details = z.object({ mapRunArn: z.string() });
  const { events } = await readExecution(execution.file);
  const arns = events
    .filter(({ type }) => type === "MapRunStarted")
    .map((event) => details.parse(event.mapRunStartedEventDetails).mapRunArn)
    .reverse();
  const numbered = arns.map((arn, place) => ({ arn, number: arns.length - place }));
  const { page, nextToken } = pageOf(numbered, ({ number }) => number, paging);
  const mapRuns: object[] = [];
  for (const { arn } of page) {
    const { head, finish } = await linesOf(engine, arn);
    mapRuns.push({
      executionArn: execution.arn,
      mapRunArn: arn,
      stateMachineArn: head.stateMachineArn,
      startDate: seconds(head.started),
      stopDate: finish === undefined ? undefined : seconds(finish.stopped),
    });
  }
  return { mapRuns, nextToken };
}

/** Limits and counts of one map run. Items and children are the same in number: each item is one child. */
export async function describeMapRun(engine: Engine, mapRunArn: string): Promise<object> {
  const { head, ends, finish } = await linesOf(engine, mapRunArn);
  const live = engine.mapRuns.get(mapRunArn);
  const total = finish?.total ?? live?.counts.total ?? ends.length;
  const running = live?.running.size ?? 0;
  const ended = live?.counts ?? countEnds(ends);
  const { succeeded, failed, timedOut, aborted } = ended;
  const pending = Math.max(0, total - running - succeeded - failed - timedOut - aborted);
  const counts = { pending, running, succeeded, failed, timedOut, aborted, total, resultsWritten: 0 };
  return {
    mapRunArn,
    executionArn: head.executionArn,
    status: finish?.status ?? "RUNNING",
    startDate: seconds(head.started),
    stopDate: finish === undefined ? undefined : seconds(finish.stopped),
    maxConcurrency: head.maxConcurrency,
    toleratedFailurePercentage: head.toleratedFailurePercentage,
    toleratedFailureCount: head.toleratedFailureCount,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: 0,
  };
}

/** The children of a map run that have been started, newest first. */
export async function listChildren(
  engine: Engine,
  mapRunArn: string,
  status: ExecutionStatus | undefined,
  paging: Paging,
): Promise<object> {
  const lines = await linesOf(engine, mapRunArn);
  const children = childrenOf(engine, lines).filter((child) => status === undefined || child.status === status);
  const { page, nextToken } = pageOf(children, ({ child }) => child, paging);
  return { executions: page.map((child) => listedChild(lines, child)), nextToken };
}

/** One child of a map run, by its execution ARN. */
export async function describeChild(engine: Engine, executionArn: string): Promise<object> {
  const parts = /^(.+):express:(.+):([0-9a-f-]{36})-(\d+)$/u.exec(executionArn);
  const missing = new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
  if (parts === null) throw missing;
  const [, prefix, machine, id, number] = parts;
  const lines = await linesOf(engine, `${prefix}:mapRun:${machine}:${id}`, missing);
  const child = childrenOf(engine, lines).find((each) => each.child === Number(number));
  if (child === undefined) throw missing;
  const output = child.output === undefined ? undefined : JSON.stringify(child.output);
  return { ...listedChild(lines, child), output, error: child.error, cause: child.cause };
}

function childrenOf(engine: Engine, { head, ends }: MapRunLines): Child[] {
  const running = [...(engine.mapRuns.get(head.mapRunArn)?.running ?? [])];
  const atWork = running.map(([child, started]): Child => ({ child, started, status: "RUNNING" }));
  const ended = new Set(ends.map(({ child }) => child));
  return [...ends, ...atWork.filter(({ child }) => !ended.has(child))].sort(
    (left, right) => right.started - left.started || right.child - left.child,
  );
}

function listedChild({ head }: MapRunLines, { child, status, started, stopped }: Child): object {
  return {
    executionArn: childArn(head.mapRunArn, child),
    stateMachineArn: head.stateMachineArn,
    mapRunArn: head.mapRunArn,
    name: childName(head.mapRunArn, child),
    status,
    startDate: seconds(started),
    stopDate: stopped === undefined ? undefined : seconds(stopped),
    itemCount: 1,
  };
}

function countEnds(ends: readonly { status: ExecutionStatus }[]) {
  const of = (status: ExecutionStatus): number => ends.filter((end) => end.status === status).length;
  return { succeeded: of("SUCCEEDED"), failed: of("FAILED"), timedOut: of("TIMED_OUT"), aborted: of("ABORTED") };
}

async function linesOf(engine: Engine, mapRunArn: string, missing?: ApiError): Promise<MapRunLines> {
  const machine = [...engine.machines.values()].find(({ arn }) =>
    mapRunArn.startsWith(`${arn.replace(":stateMachine:", ":mapRun:")}/`),
  );
  const refusal = missing ?? new ApiError("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
  if (machine === undefined) throw refusal;
  try {
    const lines = collectMapRun(await readJournal(engine.store.mapRunFile(machine.name, mapRunId(mapRunArn))));
    if (lines.head.mapRunArn !== mapRunArn) throw refusal;
    return lines;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw refusal;
    throw error;
  }
}
