import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { fiveMinutes } from "./alarms.ts";
import { workflowDeployables } from "./bundles.ts";
import type { ProductMetrics } from "./product-metrics.ts";

export interface DashboardProps {
  readonly metrics: ProductMetrics;
  readonly alarms: readonly Alarm[];
  readonly queue: Queue;
  readonly deadLetterQueues: Readonly<Record<string, Queue>>;
  readonly httpApi: HttpApi;
  readonly throttles: readonly IMetric[];
}

const half = 12;

/** What an operator looks at first: whether something rings, what is at work, and how quickly. Never a library's name. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { metrics, queue, httpApi } = props;
    const dashboard = new CloudWatchDashboard(this, "Dashboard", { start: "-P1D" });
    this.name = dashboard.dashboardName;
    const row = (...graphs: [title: string, ...left: IMetric[]][]) =>
      dashboard.addWidgets(...graphs.map(([title, ...left]) => new GraphWidget({ title, left, width: half })));
    const ofEach = (of: (workflow: (typeof workflowDeployables)[number]) => IMetric[]) =>
      workflowDeployables.flatMap(of);

    dashboard.addWidgets(new AlarmStatusWidget({ title: "Alarms", alarms: [...props.alarms], width: 2 * half }));
    row(
      [
        "Patrons",
        metrics.count("patronsMatched", "build-query-set"),
        metrics.count("patronsPlanned", "plan"),
        metrics.count("patronsWritten", "apply"),
        metrics.count("patronsImported", "import"),
        metrics.count("patronsExported", "export"),
      ],
      [
        "What did not go well",
        metrics.count("conflicts", "apply"),
        metrics.count("failures", "apply"),
        metrics.count("fillsFailed", "fill-service-queues"),
        ...ofEach((workflow) => [metrics.count("chunksFailed", workflow), metrics.count("jobsFailed", workflow)]),
      ],
    );
    row(
      [
        "Milliseconds of a chunk",
        ...ofEach((workflow) => [metrics.latency("chunk", workflow, "p50"), metrics.latency("chunk", workflow, "p99")]),
      ],
      ["Milliseconds of closing", ...ofEach((workflow) => [metrics.latency("close", workflow, "Maximum")])],
    );
    row(
      [
        "Fills",
        metrics.count("queuesFilled", "fill-service-queues"),
        metrics.count("fillsPending", "sweep", "Maximum"),
        queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes }),
        ...Object.values(props.deadLetterQueues).map((dead) =>
          dead.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: "Maximum" }),
        ),
      ],
      [
        "Milliseconds of a batch of fills",
        metrics.latency("fill", "fill-service-queues", "p50"),
        metrics.latency("fill", "fill-service-queues", "p99"),
      ],
    );
    row(
      [
        "The sweep",
        metrics.count("sweeps", "sweep"),
        metrics.count("sweepErrors", "sweep"),
        metrics.count("expiryErrors", "expire"),
        metrics.count("stuckRuns", "sweep", "Maximum"),
        metrics.count("oldestOpenWorkSeconds", "sweep", "Maximum"),
      ],
      [
        "Retries and throttles",
        metrics.count("retries", "apply"),
        metrics.count("throttles", "apply"),
        metrics.count("retries", "import"),
        metrics.count("throttles", "import"),
        ...props.throttles,
      ],
    );
    row(
      ["Requests", httpApi.metricCount(), httpApi.metricClientError(), httpApi.metricServerError()],
      [
        "Milliseconds of a request",
        httpApi.metricLatency({ statistic: "p50" }),
        httpApi.metricLatency({ statistic: "p99" }),
      ],
    );
  }
}
