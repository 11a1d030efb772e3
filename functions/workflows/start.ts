import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import { subjectOfJob } from "#domain/support/attention";
import { executionBase, workflowKnownBy } from "#domain/workflow";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { causingRequest } from "#platform/thread";
import { loadOpenWork, type OpenWork } from "#records/store/open-work";
import type { OfEach, Store } from "#records/store/store";
import { inTurn, standsInLine } from "./line.ts";

/** State machines by workflow. */
export type WorkflowArns = Record<OpenWork["workflow"], string>;

export function workflowArns(environment: {
  BUILD_QUERY_SET_ARN: string;
  PLAN_ARN: string;
  APPLY_ARN: string;
  IMPORT_ARN: string;
  EXPORT_ARN: string;
  ERASE_ARN: string;
}): WorkflowArns {
  return {
    "build-query-set": environment.BUILD_QUERY_SET_ARN,
    plan: environment.PLAN_ARN,
    apply: environment.APPLY_ARN,
    import: environment.IMPORT_ARN,
    export: environment.EXPORT_ARN,
    erase: environment.ERASE_ARN,
  };
}

export interface Workflows {
  /**
   * Starts the execution of a piece of open work, if it is its turn; one that was started already counts as started.
   * What stands in line is started when a job before it ends. Where Step Functions cannot be reached this is only logged:
   * the work is open, so the sweep starts it within a minute.
   */
  start(work: OpenWork): Promise<void>;
  /** Starts what of a library's open work has its turn now, after a job of that workflow has ended. */
  startNext(library: LibraryId, workflow: OpenWork["workflow"]): Promise<void>;
  /** Where the execution of a piece of open work stands. */
  look(work: OpenWork): Promise<"NOT_STARTED" | "RUNNING" | "ENDED">;
}

export function createWorkflows(stores: OfEach<Store>, sfn: SFNClient, arns: WorkflowArns): Workflows {
  const startNow = async (work: OpenWork): Promise<void> => {
    const { library, id, attempt, workflow, requestId = causingRequest() } = work;
    const execution = executionName(work);
    const started = { library, job: id, attempt, requestId };
    try {
      await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: arns[workflow],
          name: execution,
          input: JSON.stringify(started),
        }),
      );
      logger.info("An execution is started", { ...started, workflow, execution });
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return;
      const why = { ...started, workflow, ...logged(error) };
      logger.warn("An execution could not be started; the sweep will", why);
    }
  };
  return {
    async start(work) {
      if (await standsInLine(stores.of(work.library), work))
        logger.info("Work stands in line", { ...work, job: work.id });
      else await startNow(work);
    },
    async startNext(library, workflow) {
      const next = inTurn(await loadOpenWork(stores.of(library))).filter((work) => work.workflow === workflow);
      for (const work of next) await startNow(work);
    },
    async look(work) {
      const executionArn = `${arns[work.workflow].replace(":stateMachine:", ":execution:")}:${executionName(work)}`;
      try {
        const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === "RUNNING" ? "RUNNING" : "ENDED";
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return "NOT_STARTED";
        throw error;
      }
    },
  };
}

/** At most 80 characters and only letters, digits and hyphens, as executions that are logged must be named. */
export function executionName({ library, id, workflow, attempt }: OpenWork): string {
  return `${executionBase(library, id, workflow)}${attempt === 1 ? "" : `-${attempt}`}`;
}

/** What an execution works for. */
export interface ExecutionSubject {
  readonly workflow: OpenWork["workflow"];
  readonly library: LibraryId;
  /** As in the audit, such as `batch-updates/01k2...`. */
  readonly subject: string;
}

const namePattern = /^(.{1,32})-([0-9a-z]{26})-([a-z]+)(?:-\d+)?$/u;

/** Reads the name of an execution back; undefined for one that was started by hand. */
export function readExecutionName(name: string): ExecutionSubject | undefined {
  const [, named, id, step] = namePattern.exec(name) ?? [];
  const library = libraryIdSchema.safeParse(named).data;
  const workflow = step === undefined ? undefined : workflowKnownBy("step", step);
  if (library === undefined || id === undefined || workflow === undefined) return undefined;
  return { workflow, library, subject: subjectOfJob(workflow, id) };
}
