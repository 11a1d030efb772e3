import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { z } from "zod";
import type { Answers, DeepReadonly, Operation, ParametersOf } from "#contract/operation";
import type { ParameterValue } from "#contract/path-parameters";
import type { LibraryId } from "#domain/ids";
import type { Role } from "#domain/role";
import type { LogPlace } from "#domain/support/logs-link";
import type { LogLines } from "#platform/log-lines";
import type { UserPool } from "#records/members/user-pool";
import type { Store, Stores } from "#records/store/store";
import type { WorkflowArns, Workflows } from "#workflows/start";

/** Who calls: from the verified token, with library and role as the table says they are now. Support has no library and no other role of its own. */
export interface Caller {
  /** Who it is: what rights and Idempotency-Keys compare, and what is kept as the one who did something. */
  readonly sub: string;
  /** How people know the caller. Only shown: two may have one name. */
  readonly name: string;
  readonly library: LibraryId | undefined;
  readonly roles: readonly Role[];
}

/** What the functions of the API work with. */
export interface Dependencies {
  /** The library's that the call works in: it reaches no other. */
  readonly store: Store;
  /** What spans libraries, for what support alone may see. */
  readonly stores: Stores;
  readonly workflows: Workflows;
  /** Knows how people and clients sign in. */
  readonly pool: UserPool;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly serviceQueuesUrl: string;
  readonly deadLettersUrl: string;
  readonly workflowArns: WorkflowArns;
  readonly executionsConsoleUrl: string;
  /** Where the log lines of all functions are. */
  readonly logPlace: LogPlace;
  /** Undefined where lines of the log are not at hand. */
  readonly logLines: LogLines | undefined;
}

/**
 * @typeParam Parameter the names in the path. What looks at none takes any call; `string` where they are looked up by name
 */
export interface Call<Body = unknown, Query = unknown, Parameter extends string = never> {
  readonly caller: Caller;
  /** The library this call works in; {@link noLibrary} under /v1/support and for /v1/me of support. */
  readonly library: LibraryId;
  /** The role by which the caller is let in: the one to name in the audit. */
  readonly role: Role;
  readonly params: { readonly [Name in Parameter]: ParameterValue<Name> };
  readonly query: Query;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What support gives as the reason of its act; undefined for everybody else, and where nothing is done. */
  readonly reason: string | undefined;
  /** As answered in the header Request-Id, and on each log line of this call. */
  readonly requestId: string;
  readonly now: Date;
  /** Id for what this call creates. The same for each try under one Idempotency-Key, so that a second try finds the first. */
  readonly newId: string;
  /** Names the Idempotency-Key of this call, caller and path included; undefined without one. */
  readonly onceKey: string | undefined;
}

/** A call before it is known of which operation it is. */
export type AnyCall = Call<unknown, unknown, string>;

/** An answer as the dispatcher sends it. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One of the answers that an operation declares. */
type AnswerOf<Given extends Answers> = {
  [Status in keyof Given & number]: undefined extends z.input<Given[Status]>
    ? { readonly status: Status; readonly headers?: Readonly<Record<string, string>> }
    : {
        readonly status: Status;
        readonly body: DeepReadonly<z.input<Given[Status]>>;
        readonly headers?: Readonly<Record<string, string>>;
      };
}[keyof Given & number];

/** An operation of the contract with what carries it out. */
export interface Route extends Operation {
  /**
   * Looks up what the call acts on, and throws where it is not there or is none that the caller may act on. Asked where
   * support gives no reason, for that is judged after both and before the state.
   */
  readonly subject: ((call: AnyCall, dependencies: Dependencies) => Promise<unknown>) | undefined;
  readonly handle: (call: AnyCall, dependencies: Dependencies) => Promise<Answer>;
}

/** What a handler of an operation is called with. */
export type QueryOf<It extends Operation> = z.output<It["query"]>;
export type CallOf<It extends Operation> = Call<
  z.output<NonNullable<It["body"]>>,
  QueryOf<It>,
  ParametersOf<It["path"]>
>;

/**
 * Carries out an operation of the contract. Body and query are parsed before `handle` is called, and what it answers must
 * be one of the answers that the contract declares.
 *
 * @example
 * implement(things.get, async ({ params }, { store }) => ok(await thingOf(store, params.thingId)))
 */
export function implement<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Given extends Answers>(
  operation: Operation<Path, Query, Body, Given>,
  handle: (
    call: Call<z.output<Body>, z.output<Query>, ParametersOf<Path>>,
    dependencies: Dependencies,
  ) => Promise<NoInfer<AnswerOf<Given>>>,
  {
    subject,
  }: {
    readonly subject?: (
      call: Call<unknown, unknown, ParametersOf<Path>>,
      dependencies: Dependencies,
    ) => Promise<unknown>;
  } = {},
): Route {
  // The dispatcher calls it with what these very schemas gave back.
  return { ...operation, subject: subject as Route["subject"], handle: handle as Route["handle"] };
}

export function ok<const Body>(body: Body, headers: Record<string, string> = {}) {
  return { status: 200, body, headers } as const;
}

export function created<const Body>(body: Body, headers: Record<string, string> = {}) {
  return { status: 201, body, headers } as const;
}

export function accepted<const Body>(body: Body) {
  return { status: 202, body } as const;
}
