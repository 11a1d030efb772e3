import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ChunkedWorkflow } from "./chunked-workflow.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

export interface MonitoringProps {
  readonly config: StageConfig;
  readonly key: Records["key"];
  readonly queue: Queue;
  readonly tableName: string;
  readonly deadLetterQueues: Readonly<Record<string, Queue>>;
  readonly workflows: Readonly<Record<string, ChunkedWorkflow>>;
  readonly httpApi: HttpApi;
}

/** Alarms for what a person at Keystone has to look at; what mends itself rings nobody. */
export class Monitoring extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = new Topic(this, "Alarms", { masterKey: props.key, enforceSSL: true });
    if (props.config.alarmEmail !== undefined)
      this.topic.addSubscription(new EmailSubscription(props.config.alarmEmail));
    const cloudWatch = new ServicePrincipal("cloudwatch.amazonaws.com");
    this.topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudWatch], actions: ["sns:Publish"], resources: [this.topic.topicArn] }),
    );
    props.key.grant(cloudWatch, "kms:Decrypt", "kms:GenerateDataKey");

    const period = { period: Duration.minutes(5) };
    for (const [name, queue] of Object.entries(props.deadLetterQueues)) {
      this.alarm(
        `${name}DeadLetters`,
        `Messages in the dead-letter queue of ${name}`,
        1,
        queue.metricApproximateNumberOfMessagesVisible({ ...period, statistic: "Maximum" }),
      );
    }
    this.alarm(
      "QueueAge",
      "A service queue has been waiting to be filled for an hour",
      3600,
      props.queue.metricApproximateAgeOfOldestMessage({ ...period, statistic: "Maximum" }),
    );
    for (const [name, { stateMachine }] of Object.entries(props.workflows)) {
      this.alarm(
        `${name}Failed`,
        `An execution of ${name} failed`,
        1,
        stateMachine.metricFailed({ ...period, statistic: "Sum" }),
      );
      this.alarm(
        `${name}TimedOut`,
        `An execution of ${name} timed out`,
        1,
        stateMachine.metricTimedOut({ ...period, statistic: "Sum" }),
      );
    }
    this.alarm(
      "ThrottledWrites",
      "Writes to the table were throttled",
      100,
      this.throttles(props.tableName, "WriteThrottleEvents"),
    );
    this.alarm("ThrottledReads", "Reads were throttled", 100, this.throttles(props.tableName, "ReadThrottleEvents"));
    this.alarm(
      "ApiErrors",
      "The API answered with 5xx more than a few times",
      5,
      props.httpApi.metricServerError({ ...period, statistic: "Sum" }),
    );
  }

  /** Throttled requests are tried again by themselves; when they go on, the table or a partition of it is too busy. */
  private throttles(TableName: string, metricName: "ReadThrottleEvents" | "WriteThrottleEvents"): IMetric {
    const dimensionsMap = { TableName };
    return new Metric({
      namespace: "AWS/DynamoDB",
      metricName,
      dimensionsMap,
      period: Duration.minutes(5),
      statistic: "Sum",
    });
  }

  private alarm(id: string, alarmDescription: string, threshold: number, metric: IMetric): void {
    new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
