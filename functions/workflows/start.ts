import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { workflowNames } from "#domain/workflow";
import { type OpenWork, workKind } from "#records/store/open-work";
import { logger } from "../platform/logger.ts";

/** State machines by workflow. */
export type WorkflowArns = Record<OpenWork["workflow"], string>;

export function workflowArns(environment: {
  BUILD_QUERY_SET_ARN: string;
  PLAN_ARN: string;
  APPLY_ARN: string;
  IMPORT_ARN: string;
}): WorkflowArns {
  return {
    "build-query-set": environment.BUILD_QUERY_SET_ARN,
    plan: environment.PLAN_ARN,
    apply: environment.APPLY_ARN,
    import: environment.IMPORT_ARN,
  };
}

export interface Workflows {
  /**
   * Starts the execution of a piece of open work; one that was started already counts as started. Where Step Functions
   * cannot be reached this is only logged: the work is open, so the sweep starts it within a minute.
   */
  start(work: OpenWork): Promise<void>;
  /** Where the execution of a piece of open work stands. */
  look(work: OpenWork): Promise<"NOT_STARTED" | "RUNNING" | "ENDED">;
}

export function createWorkflows(sfn: SFNClient, arns: WorkflowArns): Workflows {
  return {
    async start(work) {
      const { library, id, attempt } = work;
      try {
        await sfn.send(
          new StartExecutionCommand({
            stateMachineArn: arns[work.workflow],
            name: executionName(work),
            input: JSON.stringify({ library, job: id, attempt }),
          }),
        );
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return;
        logger.warn("An execution could not be started; the sweep will", { workflow: work.workflow, id, library });
      }
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
  const step = workflow === "build-query-set" ? "query" : workflow;
  return `${library}-${id}-${step}${attempt === 1 ? "" : `-${attempt}`}`;
}

/** What an execution works for. */
export interface ExecutionSubject {
  readonly workflow: OpenWork["workflow"];
  readonly library: string;
  /** As in the audit, such as `batch-updates/01k2...`. */
  readonly subject: string;
}

const subjects = { "query-set": "query-sets", "batch-update": "batch-updates", import: "imports" } as const;
const namePattern = /^(.{1,32})-([0-9a-z]{26})-(query|plan|apply|import)(?:-\d+)?$/u;

/** Reads the name of an execution back; undefined for one that was started by hand. */
export function readExecutionName(name: string): ExecutionSubject | undefined {
  const [, library, id, step] = namePattern.exec(name) ?? [];
  const workflow = workflowNames.find((one) => one === step || (one === "build-query-set" && step === "query"));
  if (library === undefined || id === undefined || workflow === undefined) return undefined;
  return { workflow, library, subject: `${subjects[workKind(workflow)]}/${id}` };
}
