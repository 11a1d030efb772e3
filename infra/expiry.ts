import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { endingKinds, objectKinds } from "#records/store/object-kinds";
import { HouseFunction } from "./house-function.ts";
import type { Identity } from "./identity.ts";
import {
  allLibraries,
  bucketRights,
  expiryRights,
  type KeyKind,
  keyRights,
  oneLibrary,
  tableRights,
} from "./permissions.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/**
 * What a library has to itself that leaves: everything but its audit, and what ends by time to live within two days. What is
 * open lies in one partition for all libraries, which no session of one could be kept out of in part.
 */
const ofALibrary = [
  "profiles",
  "reading",
  "savedQueries",
  "presets",
  "recipes",
  "querySets",
  "batchUpdates",
  "imports",
  "exports",
  "erasures",
  "unknownJobs",
  "locks",
  "fills",
  "failures",
  "events",
  "cursors",
  "people",
  "clients",
] as const satisfies readonly KeyKind[];

/** What takes people and clients out of the user pool. */
const removalsFromPool = [
  "cognito-idp:AdminDeleteUser",
  "cognito-idp:AdminUserGlobalSignOut",
  "cognito-idp:DeleteUserPoolClient",
];

/**
 * Once an hour: deletes what may not be kept any longer, and of a library that has left everything, by a session that
 * reaches that library alone. No other function may delete so, and this one nothing else.
 */
export class Expiry extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      config: StageConfig;
      records: Records;
      environment: Record<string, string>;
      identity: Identity;
      /** Asks whether an execution is at work. */
      looks: PolicyStatement;
      /** In whose name the schedule calls, and where it leaves what it could not call. */
      caller: IRole;
      missed: IQueue;
      /** The state machine of erasures: when one ends, earlier versions of what it rewrote go at once. */
      erasures: IStateMachine;
    },
  ) {
    super(scope, id);
    const { config, records, identity } = props;
    const everywhere = allLibraries(records);
    const mine = oneLibrary(records);
    const environment = {
      ...props.environment,
      USER_POOL_ID: identity.pool.userPoolId,
      CLIENT_SCOPE: identity.clientScope,
    };
    const house = new HouseFunction(this, "Expire", {
      config,
      environment,
      deployable: "expire",
      description: "Deletes for good what may not be kept any longer",
      timeout: Duration.seconds(900),
      memory: 1769,
      rights: [
        keyRights(records, "dynamodb", "s3"),
        ...tableRights(everywhere, {
          get: ["settings", "batchUpdates", "erasures", "unknownJobs", "libraries", "members"],
          batchGet: ["querySets", "batchUpdates", "imports", "exports", "open", "members"],
          query: [
            "libraries",
            "batchUpdates",
            "querySets",
            "imports",
            "erasures",
            "fills",
            "open",
            "people",
            "clients",
          ],
          put: ["batchUpdates", "fills", "unknownJobs", "audit", "keystone"],
          batchDelete: ["fills"],
          update: ["querySets", "erasures", "libraries", "members"],
          delete: ["querySets", "unknownJobs", "open", "libraries", "members", "people", "clients"],
        }),
        ...bucketRights(everywhere, { list: ["erasures"] }),
        ...expiryRights(everywhere, endingKinds),
        props.looks,
        new PolicyStatement({ actions: removalsFromPool, resources: [identity.pool.userPoolArn] }),
      ],
      work: [
        keyRights(mine, "dynamodb", "s3"),
        ...tableRights(mine, {
          get: ["settings"],
          query: ofALibrary,
          put: ["audit"],
          delete: ["settings"],
          batchDelete: ofALibrary,
        }),
        ...expiryRights(mine, objectKinds),
      ],
    });
    new Rule(this, "WhenErasuresEnd", {
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [props.erasures.stateMachineArn], status: ["SUCCEEDED"] },
      },
      targets: [
        new LambdaFunction(house.function, {
          deadLetterQueue: props.missed,
          // What is not told is made up for: the sweep has the workflow say so again within minutes.
          retryAttempts: 2,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
    new Schedule(this, "EveryHour", {
      schedule: ScheduleExpression.rate(Duration.hours(1)),
      target: new LambdaInvoke(house.function, {
        input: ScheduleTargetInput.fromObject({ task: "expire" }),
        deadLetterQueue: props.missed,
        role: props.caller,
        // The next hour brings the next call.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(5),
      }),
    });
  }
}
