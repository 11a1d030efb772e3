import { Aws, Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { HouseFunction } from "./house-function.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/** Once a minute: starts, closes or sends again whatever a crash left unfinished. And whenever a job ends: the next of its line. */
export class Sweep extends Construct {
  readonly house: HouseFunction;
  readonly missed: Queue;
  /** In whose name schedules call. */
  readonly caller: Role;

  constructor(
    scope: Construct,
    id: string,
    props: {
      config: StageConfig;
      key: Records["key"];
      environment: Record<string, string>;
      rights: readonly PolicyStatement[];
      /** State machines of the jobs: when one ends, what stood in line behind it begins. */
      machines: readonly IStateMachine[];
    },
  ) {
    super(scope, id);
    this.house = new HouseFunction(this, "Sweep", {
      config: props.config,
      environment: props.environment,
      rights: props.rights,
      deployable: "sweep",
      description: "Goes on with what a crash left unfinished",
      // Closing a job of 500,000 patrons may fall to the sweep.
      timeout: Duration.seconds(900),
      memory: 1769,
    });
    this.missed = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new Rule(this, "WhenJobsEnd", {
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: props.machines.map(({ stateMachineArn }) => stateMachineArn),
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
      targets: [
        new LambdaFunction(this.house.function, {
          deadLetterQueue: this.missed,
          // What is not told for a minute is found by the schedule below.
          retryAttempts: 2,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    });
    // Whoever puts a message into an encrypted queue uses the queue's key.
    props.key.grant(new ServicePrincipal("events.amazonaws.com"), "kms:GenerateDataKey*", "kms:Decrypt");
    // So does the schedule, in its own name. EventBridge's rule above is a service that says no account with its request
    // to KMS, or this would be bound to ours.
    this.caller = new Role(this, "Caller", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    this.caller.addToPolicy(
      new PolicyStatement({
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [props.key.keyArn],
        conditions: { StringEquals: { "kms:ViaService": `sqs.${Aws.REGION}.amazonaws.com` } },
      }),
    );
    new Schedule(this, "EveryMinute", {
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(this.house.function, {
        input: ScheduleTargetInput.fromObject({ task: "sweep" }),
        deadLetterQueue: this.missed,
        role: this.caller,
        // The next minute brings the next sweep.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }
}
