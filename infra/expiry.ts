import { Duration } from "aws-cdk-lib";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { HouseFunction } from "./house-function.ts";
import { allLibraries, type ExpiringKind, expiryRights, keyRights, tableRights } from "./permissions.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

/** What is kept of patrons for a time, and deleted for good when it is over. */
const expiring = ["query-sets", "batch-updates", "imports"] as const satisfies readonly ExpiringKind[];

/** Once an hour: deletes what may not be kept any longer. No other function may delete so, and this one nothing else. */
export class Expiry extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      config: StageConfig;
      records: Records;
      environment: Record<string, string>;
      /** In whose name the schedule calls, and where it leaves what it could not call. */
      caller: IRole;
      missed: IQueue;
    },
  ) {
    super(scope, id);
    const { config, records, environment } = props;
    const everywhere = allLibraries(records);
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
          get: ["settings", "batchUpdates"],
          query: ["libraries", "batchUpdates", "querySets", "imports"],
          put: ["batchUpdates", "audit"],
          update: ["querySets"],
          delete: ["querySets"],
        }),
        ...expiryRights(everywhere, expiring),
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
