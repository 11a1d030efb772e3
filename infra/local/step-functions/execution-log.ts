import { z } from "zod";
import { DamagedFolder } from "../kept-file.ts";
import { Journal, readEnds, readJournal } from "./journal.ts";
import type { Position } from "./scope.ts";
import type { Timing } from "./timing.ts";

export const executionStatus = z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]);
export type ExecutionStatus = z.infer<typeof executionStatus>;

const headLine = z.strictObject({ head: z.strictObject({ name: z.string(), started: z.number() }) });
const endLine = z.strictObject({
  end: z.strictObject({ status: executionStatus.exclude(["RUNNING"]), stopped: z.number() }),
});
const details = z.record(z.string(), z.unknown());
const eventLine = z.looseObject({ id: z.number(), type: z.string(), timestamp: z.number() });
const position: z.ZodType<Position> = z.strictObject({
  state: z.string(),
  input: z.unknown(),
  attempts: z.array(z.number()).optional(),
  wakeAt: z.number().optional(),
  mapRun: z.string().optional(),
});
const stepLine = z.strictObject({ event: eventLine.optional(), position: position.optional() });
const line = z.union([headLine, endLine, stepLine]);

/** An event as AWS's GetExecutionHistory answers it; the timestamp is in seconds. */
export type HistoryEvent = z.infer<typeof eventLine>;
/** An execution's input, and how it ended, as texts. */
export interface ExecutionData {
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/**
 * The log of one execution: a head, then events of its history and positions to go on from, at last its end. Nothing
 * but this file is needed to describe the execution or to go on with it.
 */
export class ExecutionLog {
  readonly #journal: Journal;
  readonly #timing: Timing;
  #lastEvent: number;

  private constructor(journal: Journal, timing: Timing, lastEvent: number) {
    this.#journal = journal;
    this.#timing = timing;
    this.#lastEvent = lastEvent;
  }

  /** @throws Error with code EEXIST where there is an execution of that name. */
  static async create(path: string, head: { name: string; started: number }, timing: Timing): Promise<ExecutionLog> {
    return new ExecutionLog(await Journal.create(path, { head }), timing, 0);
  }

  /** Opens the log of an execution to go on with it after the event with the given id. */
  static async reopen(path: string, timing: Timing, lastEvent: number): Promise<ExecutionLog> {
    return new ExecutionLog(await Journal.reopen(path), timing, lastEvent);
  }

  record(type: string, fields?: Record<string, unknown>, at?: Position): void {
    const previousEventId = this.#lastEvent;
    const event = { timestamp: this.#timing.now() / 1000, type, id: ++this.#lastEvent, previousEventId, ...fields };
    this.#journal.append(at === undefined ? { event } : { event, position: at });
  }

  mark(at: Position): void {
    this.#journal.append({ position: at });
  }

  /** Returns when the log, with everything recorded so far, is on disk and will be found there. */
  publish(): Promise<void> {
    return this.#journal.publish();
  }

  /** Writes the last event and the end, and closes the log; all of it is on disk when this returns. */
  async end(status: Exclude<ExecutionStatus, "RUNNING">, fields: ExecutionEnd, stopped: number): Promise<void> {
    const [type, key] = endings[status];
    this.record(type, { [key]: fields });
    this.#journal.append({ end: { status, stopped } });
    await this.#journal.sync();
    await this.#journal.close();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

interface ExecutionEnd {
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const endings = {
  SUCCEEDED: ["ExecutionSucceeded", "executionSucceededEventDetails"],
  FAILED: ["ExecutionFailed", "executionFailedEventDetails"],
  TIMED_OUT: ["ExecutionTimedOut", "executionTimedOutEventDetails"],
  ABORTED: ["ExecutionAborted", "executionAbortedEventDetails"],
} as const;

export interface ExecutionSummary {
  readonly name: string;
  readonly started: number;
  readonly status: ExecutionStatus;
  readonly stopped: number | undefined;
}

/**
 * Name and status of an execution from the ends of its log; undefined where a crash left nothing of its beginning.
 *
 * @throws DamagedFolder where what stands at its beginning is no such log's.
 */
export async function readSummary(path: string): Promise<ExecutionSummary | undefined> {
  const { first, last, begun } = await readEnds(path);
  if (!begun) return undefined;
  const head = headLine.safeParse(first);
  if (!head.success) throw damaged(path);
  const end = endLine.safeParse(last);
  const { status, stopped } = end.success ? end.data.end : { status: "RUNNING" as const, stopped: undefined };
  return { ...head.data.head, status, stopped };
}

function damaged(path: string): DamagedFolder {
  return new DamagedFolder(
    path,
    "is damaged. Remove it: what it tells of is begun again, and nothing is written twice",
  );
}

/**
 * The history of an execution and the last position it can be gone on from.
 *
 * @throws DamagedFolder where a line is none of such a log.
 */
export async function readExecution(path: string): Promise<{ events: HistoryEvent[]; position: Position | undefined }> {
  const events: HistoryEvent[] = [];
  let last: Position | undefined;
  for (const each of await readJournal(path)) {
    const { data: parsed } = line.safeParse(each);
    if (parsed === undefined) throw damaged(path);
    if (!("event" in parsed) && !("position" in parsed)) continue;
    if (parsed.event !== undefined) events.push(parsed.event);
    if (parsed.position !== undefined) last = parsed.position;
  }
  return { events, position: last };
}

/** Input and result of an execution, from the first and the last event of its history. */
export function executionData(events: readonly HistoryEvent[]): ExecutionData {
  const started = details.safeParse(events[0]?.executionStartedEventDetails);
  const last = events.at(-1);
  const key = Object.values(endings).find(([type]) => type === last?.type)?.[1];
  const ended = details.safeParse(key === undefined ? undefined : last?.[key]);
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    input: text(started.data?.input) ?? "{}",
    output: text(ended.data?.output),
    error: text(ended.data?.error),
    cause: text(ended.data?.cause),
  };
}
