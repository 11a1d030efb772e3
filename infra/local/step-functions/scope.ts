import type { DistributedMapState } from "./definition.ts";
import type { MapRun } from "./map-run.ts";
import type { Haltable } from "./timing.ts";

export type InvokeResult =
  | { payload: unknown }
  | { error: { errorType: string; errorMessage: string; trace?: string[] } };
/** What goes with a call of a function. */
export interface CallOptions {
  /** Aborted: nobody waits for the answer any more. A call that has not begun by then never runs. */
  readonly signal?: AbortSignal;
  /** Told, before the call is given back, that it has to wait for a free place, and when it has one. */
  onWait?(place: Promise<void>): void;
}
/** Calls a Lambda function with a payload and answers with what it returned, or with the error it ended in. */
export type Invoke = (functionArn: string, payload: unknown, options?: CallOptions) => Promise<InvokeResult>;
/** Opens an object of S3 to read a Map's items from. */
export type ReadObject = (bucket: string, key: string) => Promise<NodeJS.ReadableStream>;
/** Puts an item into a table of DynamoDB. Throws what DynamoDB refused it with. */
export type PutItem = (tableName: string, item: Record<string, unknown>) => Promise<void>;

/** Where an execution stands: enough to go on from there in another process. */
export interface Position {
  readonly state: string;
  readonly input: unknown;
  /** How often each retrier of the state was used. */
  readonly attempts?: readonly number[] | undefined;
  /** When (epoch milliseconds) a Wait or the pause before a retry is over. */
  readonly wakeAt?: number | undefined;
  /** The map run that a distributed Map goes on with. */
  readonly mapRun?: string | undefined;
}

/** Where the steps of an execution are written down. Children of a distributed Map have none: their end is enough. */
interface StepLog {
  /** Adds an event to the history and, with a position, the point from which a next process would go on. */
  record(type: string, details?: Record<string, unknown>, position?: Position): void;
  /** Notes the point from which a next process would go on. */
  mark(position: Position): void;
  openMapRun(state: DistributedMapState, existing: string | undefined): Promise<MapRun>;
}

/** All that a state needs besides its definition and its input. */
export interface Scope extends Haltable {
  readonly execution: {
    readonly Id: string;
    readonly Name: string;
    readonly Input: unknown;
    readonly StartTime: string;
    readonly RoleArn: string;
    readonly RedriveCount: number;
  };
  readonly stateMachine: { readonly Id: string; readonly Name: string };
  readonly invoke: Invoke;
  readonly readObject: ReadObject;
  readonly putItem: PutItem;
  readonly log: StepLog | undefined;
  /** False in an iteration or a branch, which begin anew after a crash: their positions are not kept. */
  readonly resumable: boolean;
}

/** Adds an event, and the position where this scope's positions are kept. */
export function record(scope: Scope, type: string, details?: Record<string, unknown>, position?: Position): void {
  scope.log?.record(type, details, scope.resumable ? position : undefined);
}

/** Notes the position where this scope's positions are kept. */
export function mark(scope: Scope, position: Position): void {
  if (scope.resumable) scope.log?.mark(position);
}
