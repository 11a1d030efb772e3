import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { z } from "zod";
import { logger } from "#platform/logger";
import { allEnded } from "#platform/side-by-side";

/** An execution as Step Functions lists it. */
export interface ListedExecution {
  readonly name: string;
  readonly executionArn: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Date;
  readonly stoppedAt: Date | undefined;
}

export interface DescribedExecution extends ListedExecution {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** How many chunks of a map run stand where. */
export interface MapRunCounts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** One event of a history, without the data that went through: names, errors and times are what support looks for. */
export interface ExecutionEvent {
  readonly id: number;
  readonly at: Date;
  readonly type: string;
  readonly state: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const listedSchema = z.object({
  name: z.string(),
  executionArn: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
  startDate: z.date(),
  stopDate: z.date().optional(),
});

function listed(answer: unknown): ListedExecution {
  const { startDate, stopDate, ...rest } = listedSchema.parse(answer);
  return { ...rest, startedAt: startDate, stoppedAt: stopDate };
}

/**
 * Executions of several state machines in one list, newest first, those of one instant by name.
 *
 * @param pageSize executions asked for in one call, at most 1,000.
 */
export async function* listExecutions(
  sfn: SFNClient,
  stateMachineArns: readonly string[],
  { status, pageSize }: { status: ExecutionStatus | undefined; pageSize: number },
): AsyncGenerator<ListedExecution> {
  const sources = stateMachineArns.map((arn) => executionsOf(sfn, arn, status, pageSize));
  const heads = await allEnded(sources.map(async (source) => ({ source, head: await source.next() })));
  let sameInstant: ListedExecution[] = [];
  for (;;) {
    const open = heads.filter(({ head }) => head.done !== true);
    const newest = open.toSorted((a, b) => startOf(b.head) - startOf(a.head))[0];
    if (newest?.head.done !== false) break;
    const execution = newest.head.value;
    if (sameInstant[0] !== undefined && sameInstant[0].startedAt.getTime() !== execution.startedAt.getTime()) {
      yield* inNameOrder(sameInstant);
      sameInstant = [];
    }
    sameInstant.push(execution);
    newest.head = await newest.source.next();
  }
  yield* inNameOrder(sameInstant);
}

function startOf(head: IteratorResult<ListedExecution, void>): number {
  return head.done === true ? Number.NEGATIVE_INFINITY : head.value.startedAt.getTime();
}

function inNameOrder(executions: readonly ListedExecution[]): ListedExecution[] {
  return executions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function* executionsOf(
  sfn: SFNClient,
  stateMachineArn: string,
  statusFilter: ExecutionStatus | undefined,
  maxResults: number,
): AsyncGenerator<ListedExecution, void> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults, nextToken }));
    for (const execution of page.executions ?? []) {
      const found = listedSchema.safeParse(execution);
      if (found.success) yield listed(execution);
      else logger.error("An execution cannot be read", { execution: execution.executionArn, error: found.error.name });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** Undefined where there is no such execution, or none any more: Step Functions keeps them for 90 days. */
export async function findExecution(sfn: SFNClient, executionArn: string): Promise<DescribedExecution | undefined> {
  try {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return { ...listed(answer), error: answer.error, cause: answer.cause };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist || error instanceof InvalidArn) return undefined;
    throw error;
  }
}

/** Counts of the last map run that an execution has begun; undefined where it has not begun any. */
export async function latestMapRun(sfn: SFNClient, executionArn: string): Promise<MapRunCounts | undefined> {
  const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const latest = mapRuns.toSorted((a, b) => Number(b.startDate) - Number(a.startDate))[0];
  if (latest?.mapRunArn === undefined) return undefined;
  const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn: latest.mapRunArn }));
  const { total = 0, pending = 0, running = 0, succeeded = 0 } = itemCounts ?? {};
  const { failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
  return { total, pending, running, succeeded, failed: failed + timedOut + aborted };
}

/** The history of an execution from its beginning, at most so many events, read without the data that went through. */
export async function readHistory(sfn: SFNClient, executionArn: string, most: number): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        includeExecutionData: false,
        maxResults: Math.min(most - events.length, 1000),
        nextToken,
      }),
    );
    events.push(...(page.events ?? []).map(eventOf));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && events.length < most);
  return events;
}

const detailsSchema = z.object({
  name: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

/** Each type of event has its details in a field of its own. */
function eventOf(event: HistoryEvent): ExecutionEvent {
  const { id = 0, timestamp = new Date(0), type = "" } = event;
  const held = Object.values(event).find((value) => typeof value === "object" && !(value instanceof Date));
  const { name: state, error, cause } = detailsSchema.parse(held ?? {});
  return { id, at: timestamp, type, state, error, cause };
}
