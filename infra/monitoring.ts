import { Aws, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Alarms, awsMetric, fiveMinutes, growthOf, sumOf } from "./alarms.ts";
import { workflowDeployables } from "./bundles.ts";
import type { ChunkedWorkflow } from "./chunked-workflow.ts";
import { Dashboard } from "./dashboard.ts";
import { HouseFunction } from "./house-function.ts";
import { ProductMetrics } from "./product-metrics.ts";
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
  /** Where the documents are served. */
  readonly consoleUrl: string;
}

/**
 * Alarms for what a person at Keystone has to look at; what mends itself rings nobody. To be made when all functions are.
 */
export class Monitoring extends Construct {
  readonly dashboard: Dashboard;
  readonly #props: MonitoringProps;
  readonly #alarms: Alarms;
  readonly #metrics: ProductMetrics;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#props = props;
    this.#metrics = new ProductMetrics(props.config.stage);
    this.#alarms = new Alarms(this, "Alarms", {
      topic: this.#address(),
      runbook: `${props.consoleUrl}/docs/runbook`,
    });
    this.#watchJobs();
    this.#watchSweep();
    this.#watchQueues();
    this.#watchFunctions();
    const throttles = this.#watchTable();
    this.dashboard = new Dashboard(this, "Dashboard", {
      ...props,
      metrics: this.#metrics,
      alarms: this.#alarms.all,
      throttles,
    });
  }

  /** Whom alarms tell. */
  #address(): Topic {
    const { key, config } = this.#props;
    const topic = new Topic(this, "Topic", { masterKey: key, enforceSSL: true });
    if (config.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(config.alarmEmail));
    const cloudWatch = new ServicePrincipal("cloudwatch.amazonaws.com");
    // Only for alarms of ours: whoever has an alarm could have CloudWatch tell of it elsewhere.
    const conditions = { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } };
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions,
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions,
      }),
    );
    return topic;
  }

  #watchJobs(): void {
    const { workflows } = this.#props;
    const ofAll = (name: "chunksFailed" | "jobsFailed", more: readonly "sweep"[] = []) =>
      sumOf(
        Object.fromEntries([...workflowDeployables, ...more].map((it, n) => [`m${n}`, this.#metrics.count(name, it)])),
      );
    this.#alarms.add({
      kind: "ChunksFailed",
      says: "Parts of a job could not be worked on in all their tries",
      metric: ofAll("chunksFailed"),
      from: 1,
    });
    this.#alarms.add({
      kind: "JobsFailed",
      says: "A query set, a plan, a run or an import came to nothing for a reason not its maker's",
      metric: ofAll("jobsFailed", ["sweep"]),
      from: 1,
    });
    for (const [of, { stateMachine }] of Object.entries(workflows)) {
      const says = `An execution of ${of}`;
      const statistic = { period: fiveMinutes, statistic: "Sum" };
      const failed = stateMachine.metricFailed(statistic);
      this.#alarms.add({ kind: "ExecutionsFailed", of, says: `${says} failed`, metric: failed, from: 1 });
      const timedOut = stateMachine.metricTimedOut(statistic);
      this.#alarms.add({ kind: "ExecutionsTimedOut", of, says: `${says} timed out`, metric: timedOut, from: 1 });
    }
  }

  #watchSweep(): void {
    this.#alarms.addMissing({
      kind: "SweepMissing",
      says: "The sweep has not come to its end for five minutes",
      metric: this.#metrics.count("sweeps", "sweep"),
    });
    this.#alarms.add({
      kind: "SweepErrors",
      says: "Something open could not be looked at by the sweep",
      metric: this.#metrics.count("sweepErrors", "sweep"),
      from: 1,
    });
    this.#alarms.add({
      kind: "ExpiryErrors",
      says: "Something that may not be kept any longer could not be deleted",
      metric: this.#metrics.count("expiryErrors", "expire"),
      from: 1,
    });
    this.#alarms.add({
      kind: "RunsStuck",
      says: "A job is at work and has not moved for ten minutes",
      metric: this.#metrics.count("stuckRuns", "sweep", "Maximum"),
      from: 1,
    });
  }

  #watchQueues(): void {
    const { queue, deadLetterQueues } = this.#props;
    for (const [of, dead] of Object.entries(deadLetterQueues)) {
      const metric = dead.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: "Maximum" });
      const says = `Messages in the dead-letter queue of ${of}`;
      this.#alarms.add({ kind: "DeadLetters", of, says, metric, from: 1 });
      // The one above rings for the first of them alone, for it stays on until the queue is empty.
      const more = `More messages than before in the dead-letter queue of ${of}`;
      this.#alarms.add({ kind: "DeadLettersAnew", of, says: more, metric: growthOf(metric), from: 1 });
    }
    this.#alarms.add({
      kind: "FillsLate",
      says: "A service queue has been waiting to be filled for half an hour",
      metric: queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: "Maximum" }),
      from: 1800,
    });
  }

  #watchFunctions(): void {
    const functions = Stack.of(this)
      .node.findAll()
      .filter((one) => one instanceof HouseFunction);
    for (const house of functions) {
      const of = house.node.path.split("/").slice(1).join("");
      const errors = house.function.metricErrors({ period: fiveMinutes });
      // What is called again mends itself; nobody calls the sweep again but the next minute.
      const from = house.deployable === "sweep" ? 1 : 5;
      this.#alarms.add({ kind: "FunctionErrors", of, says: `Calls of ${of} ended in errors`, metric: errors, from });
      const refused = house.function.metricThrottles({ period: fiveMinutes });
      const says = `Calls of ${of} were refused for want of concurrency`;
      this.#alarms.add({ kind: "FunctionThrottles", of, says, metric: refused, from: 100 });
    }
    this.#alarms.add({
      kind: "ApiErrors",
      says: "The API answered with 5xx more than a few times",
      metric: this.#props.httpApi.metricServerError({ period: fiveMinutes, statistic: "Sum" }),
      from: 5,
    });
  }

  /** Throttled requests are tried again by themselves; when they go on, the table or a partition of it is too busy. */
  #watchTable() {
    const ofTable = { TableName: this.#props.tableName };
    const writes = awsMetric("AWS/DynamoDB", "WriteThrottleEvents", ofTable);
    const reads = awsMetric("AWS/DynamoDB", "ReadThrottleEvents", ofTable);
    this.#alarms.add({
      kind: "ThrottledWrites",
      says: "Writes to the table were throttled",
      metric: writes,
      from: 100,
    });
    this.#alarms.add({ kind: "ThrottledReads", says: "Reads of the table were throttled", metric: reads, from: 100 });
    return [writes, reads];
  }
}
