import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Errors,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  type S3FileItemReaderProps,
  S3JsonLItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { Construct } from "constructs";
import type { Deployable } from "./bundles.ts";
import { recordFailure, recordingRights } from "./failure-record.ts";
import { HouseFunction } from "./house-function.ts";
import type { ScratchPattern } from "./permissions.ts";
import type { Records } from "./records.ts";
import { stackSuffix } from "./stack-suffix.ts";
import type { StageConfig } from "./stages.ts";

/**
 * The time sums of a chunk. An Express execution ends after 5 minutes, whatever it is doing, so all tries with all their
 * waits must fit; and a task must outlast its function, or a try that was given up would go on beside the next.
 */
export const chunkTimes = {
  functionSeconds: 30,
  taskSeconds: 35,
  retries: { maxAttempts: 4, intervalSeconds: 1, backoffRate: 2, maxDelaySeconds: 20 },
  /** Refusals for want of concurrency take no time, so there may be more of them. */
  throttleRetries: { maxAttempts: 6, intervalSeconds: 1, backoffRate: 2, maxDelaySeconds: 20 },
  /** Then a chunk that failed says so, which must fit as well. */
  recording: { taskSeconds: 10, maxAttempts: 2, intervalSeconds: 1, backoffRate: 2, maxDelaySeconds: 5 },
  expressSeconds: 300,
} as const;

interface Retries {
  readonly maxAttempts: number;
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
}

/** Longest time that a retry policy may wait in all, in seconds: full jitter takes from 0 up to each of these delays. */
export function longestWaits({ maxAttempts, intervalSeconds, backoffRate, maxDelaySeconds }: Retries): number {
  let sum = 0;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    sum += Math.min(intervalSeconds * backoffRate ** attempt, maxDelaySeconds);
  }
  return sum;
}

/** Longest time that one chunk may take with every try failing at the last moment, in seconds. */
export function longestChunk(times: typeof chunkTimes = chunkTimes): number {
  const tries = 1 + times.retries.maxAttempts;
  const working = tries * times.taskSeconds + longestWaits(times.retries) + longestWaits(times.throttleRetries);
  return working + longestRecording(times);
}

/** Longest time that a chunk may take to say that it failed, in seconds. */
function longestRecording({ recording }: typeof chunkTimes): number {
  return (1 + recording.maxAttempts) * recording.taskSeconds + longestWaits(recording);
}

/** What Lambda answers when it is short of something for a moment; the CDK's own list lacks the first. */
const throttled = ["Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException"];

/**
 * How a chunk fails: by errors of one kind, after so many tries that ended in one of them, under a name. A Catch does not
 * tell how often its state was tried, but which policy gave up.
 */
const failures = [
  [throttled, 1 + chunkTimes.throttleRetries.maxAttempts, "Throttled"],
  [[Errors.ALL], 1 + chunkTimes.retries.maxAttempts, ""],
] as const;

/** Splitting and closing go over whole jobs, so they get what Lambda can give. */
const jobSeconds = 900;

export interface ChunkedWorkflowProps {
  readonly config: StageConfig;
  readonly records: Records;
  readonly deployable: Deployable;
  readonly description: string;
  readonly environment: Record<string, string>;
  /** What splitting and closing may do in the job's library. */
  readonly jobRights: readonly PolicyStatement[];
  /** What working on a chunk may do in it: the same bundle, and another role. */
  readonly chunkRights: readonly PolicyStatement[];
  /** What both may do beside it, which is fenced to no library. */
  readonly ownRights?: readonly PolicyStatement[];
  /** Where its lists of chunks are, as a pattern of what follows the library in a key. */
  readonly chunkList: ScratchPattern;
  readonly chunkMemory: number;
  readonly jobMemory: number;
  /** Whether the first chunk runs alone, before the others are let go. */
  readonly canary?: boolean;
}

/** Reads lists of chunks, and may read nothing else: the CDK's own reader may read the whole bucket. */
class ChunkListReader extends S3JsonLItemReader {
  readonly #lists: string;

  constructor({ pattern, ...props }: S3FileItemReaderProps & { bucket: Records["bucket"]; pattern: ScratchPattern }) {
    super(props);
    this.#lists = `${props.bucket.bucketArn}/*/${pattern}`;
  }

  override providePolicyStatements(): PolicyStatement[] {
    return [new PolicyStatement({ actions: ["s3:GetObject"], resources: [this.#lists] })];
  }
}

/**
 * A long job: a splitting call writes chunks and their list, a Distributed Map gives each chunk to one Lambda call, a
 * closing call reconciles and seals. Used for building query sets, planning, applying and importing alike.
 *
 * One bundle runs as two functions: chunks in a short one, so that a try that hangs is dead before the next begins;
 * splitting and closing in a long one.
 */
export class ChunkedWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly functions: readonly HouseFunction[];

  constructor(scope: Construct, id: string, props: ChunkedWorkflowProps) {
    super(scope, id);
    if (longestChunk() >= chunkTimes.expressSeconds) throw new Error("A chunk's tries do not fit into 5 minutes");
    const { config, records, deployable, environment } = props;
    const shared = { config, deployable, environment, rights: props.ownRights ?? [] };
    const job = new HouseFunction(this, "Job", {
      ...shared,
      work: props.jobRights,
      description: `${props.description}: splits and closes a job`,
      timeout: Duration.seconds(jobSeconds),
      memory: props.jobMemory,
    });
    const chunk = new HouseFunction(this, "Chunk", {
      ...shared,
      work: props.chunkRights,
      description: `${props.description}: works on one chunk`,
      timeout: Duration.seconds(chunkTimes.functionSeconds),
      memory: props.chunkMemory,
    });
    this.functions = [job, chunk];

    const names = {
      library: JsonPath.stringAt("$.library"),
      job: JsonPath.stringAt("$.job"),
      // Which request began it, and the how manieth try it is: what is logged says both.
      started: JsonPath.objectAt("$$.Execution.Input"),
    };
    const jobTask = (name: string, payload: Record<string, unknown>, resultPath?: string) =>
      withRetries(
        new LambdaInvoke(this, name, {
          lambdaFunction: job.function,
          payloadResponseOnly: true,
          retryOnServiceExceptions: false,
          payload: TaskInput.fromObject(payload),
          taskTimeout: Timeout.duration(Duration.seconds(jobSeconds + 5)),
          ...(resultPath !== undefined && { resultPath }),
        }),
        2,
      );
    const chunkTask = (name: string, paths: { inputPath?: string; resultPath?: string } = {}) =>
      withRetries(
        new LambdaInvoke(this, name, {
          lambdaFunction: chunk.function,
          payloadResponseOnly: true,
          retryOnServiceExceptions: false,
          taskTimeout: Timeout.duration(Duration.seconds(chunkTimes.taskSeconds)),
          ...paths,
        }),
      );

    const close = jobTask("Close", { task: "close", ...names }).next(new Succeed(this, "Closed"));
    const closeAfterError = jobTask(
      "CloseAfterError",
      { task: "close", ...names, error: JsonPath.objectAt("$.error") },
      JsonPath.DISCARD,
    ).next(new Fail(this, "Failed", { errorPath: "$.error.Error", causePath: "$.error.Cause" }));
    const onError = { errors: [Errors.ALL], resultPath: "$.error" };

    const map = new DistributedMap(this, "Chunks", {
      label: "Chunks",
      // Of the map, not of its item processor: that one's executionType is overridden and would give STANDARD.
      mapExecutionType: StateMachineType.EXPRESS,
      maxConcurrency: config.chunkConcurrency,
      // Bad chunks are accounted for at closing; with the default of 0 the first would stop all others.
      toleratedFailurePercentage: 100,
      itemReader: new ChunkListReader({
        bucket: records.bucket,
        key: JsonPath.stringAt("$.key"),
        pattern: props.chunkList,
      }),
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      this.#recorded(
        chunkTask("WorkOnChunk"),
        "Failure",
        "$",
        records,
        new Fail(this, "ChunkFailed", { errorPath: "$.error.Error", causePath: "$.error.Cause" }),
      ),
    );
    map.addCatch(closeAfterError, onError);
    map.next(close);

    const chunks: IChainable = new Choice(this, "AnyChunks")
      .when(Condition.numberGreaterThan("$.chunks", 0), map)
      .otherwise(close);
    const split = jobTask("Split", { task: "split", ...names, execution: JsonPath.stringAt("$$.Execution.Name") });
    split.addCatch(closeAfterError, onError);
    if (props.canary === true) {
      const first = chunkTask("Canary", { inputPath: "$.first", resultPath: JsonPath.DISCARD });
      // It is the first chunk: its failure is told among those of the others, and ends the run.
      this.#recorded(first, "Canary", "$.first", records, closeAfterError);
      first.next(chunks);
      split.next(new Choice(this, "AnyCanary").when(Condition.isPresent("$.first"), first).otherwise(chunks));
    } else {
      split.next(chunks);
    }

    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(split),
      logs: {
        destination: new LogGroup(this, "Logs", {
          // Where log delivery needs no policy of its own for each group. The group outlives its stack, so the name holds
          // which stack it was: the next one would find a plain name taken.
          logGroupName: `/aws/vendedlogs/states/batch-updates-${config.stage}-${deployable}-${stackSuffix(this)}`,
          retention: config.logRetentionDays,
          removalPolicy: config.removal,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    records.key.grantDecrypt(this.stateMachine);
    for (const right of recordingRights(records)) this.stateMachine.addToRolePolicy(right);
  }

  /** A chunk that failed writes down why, by Step Functions itself: its function may be what cannot work. */
  #recorded(work: LambdaInvoke, whose: string, at: string, records: Records, then: IChainable): LambdaInvoke {
    for (const [errors, tries, kind] of failures) {
      const props = { records, at, tries, times: chunkTimes.recording, then };
      const told = recordFailure(this, `Record${kind}${whose}`, props);
      work.addCatch(told, { errors: [...errors], resultPath: "$.error" });
    }
    return work;
  }
}

function withRetries(task: LambdaInvoke, maxAttempts: number = chunkTimes.retries.maxAttempts): LambdaInvoke {
  const retry = (errors: string[], retries: Retries) =>
    task.addRetry({
      errors,
      maxAttempts: retries.maxAttempts,
      interval: Duration.seconds(retries.intervalSeconds),
      backoffRate: retries.backoffRate,
      maxDelay: Duration.seconds(retries.maxDelaySeconds),
      jitterStrategy: JitterType.FULL,
    });
  retry(throttled, chunkTimes.throttleRetries);
  retry([Errors.ALL], { ...chunkTimes.retries, maxAttempts });
  return task;
}
