import { Aws } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CustomState, type IChainable } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { allLibraries, keyRights, tableRights } from "./permissions.ts";
import type { Records } from "./records.ts";

export interface FailureRecordProps {
  readonly records: Records;
  /** Where the chunk's line stands in the state's input, as a path. Its error stands under `$.error`. */
  readonly at: string;
  /** Tries that ended in errors of this kind. */
  readonly tries: number;
  readonly times: {
    readonly taskSeconds: number;
    readonly maxAttempts: number;
    readonly intervalSeconds: number;
    readonly backoffRate: number;
    readonly maxDelaySeconds: number;
  };
  /** Where it leads, also where it could not be written: what failed before is what counts. */
  readonly then: IChainable;
}

/**
 * The state that keeps why a chunk failed: name of the error, cause, tries and times, as the item that
 * `records/store/chunk-failures.ts` reads. Step Functions writes it by itself, for the chunk's function may have been
 * refused, or have died of what it would have to tell.
 */
export function recordFailure(
  scope: Construct,
  name: string,
  { records, at, tries, times, then }: FailureRecordProps,
): CustomState {
  const state = new CustomState(scope, name, {
    stateJson: {
      Type: "Task",
      Resource: `arn:${Aws.PARTITION}:states:::dynamodb:putItem`,
      Parameters: {
        TableName: records.table.tableName,
        Item: {
          pk: { "S.$": `States.Format('LIB#{}#FAILURES#{}', ${at}.library, ${at}.job)` },
          sk: { "S.$": `States.Format('{}#{}', ${at}.execution, ${at}.chunk)` },
          storedFormat: { N: "1" },
          execution: { "S.$": `${at}.execution` },
          chunk: { "N.$": `States.Format('{}', ${at}.chunk)` },
          tries: { N: String(tries) },
          error: { "S.$": "$.error.Error" },
          cause: { "S.$": "$.error.Cause" },
          startedAt: { "S.$": "$$.Execution.StartTime" },
          stoppedAt: { "S.$": "$$.State.EnteredTime" },
          expiresAt: { "N.$": `${at}.forgetAt` },
        },
      },
      TimeoutSeconds: times.taskSeconds,
      Retry: [
        {
          ErrorEquals: ["States.ALL"],
          MaxAttempts: times.maxAttempts,
          IntervalSeconds: times.intervalSeconds,
          BackoffRate: times.backoffRate,
          MaxDelaySeconds: times.maxDelaySeconds,
          JitterStrategy: "FULL",
        },
      ],
      ResultPath: null,
    },
  });
  state.addCatch(then, { resultPath: "$.unrecorded" });
  state.next(then);
  return state;
}

/** What a state machine may do to record failures, and nothing else of the table. */
export function recordingRights(records: Records): PolicyStatement[] {
  return [keyRights(records, "dynamodb"), ...tableRights(allLibraries(records), { put: ["failures"] })];
}
