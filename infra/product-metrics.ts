import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { latencyNames, metricNames, metricNamespace, metricService } from "#platform/counts";
import { fiveMinutes } from "./alarms.ts";
import type { Deployable } from "./bundles.ts";

/** Metrics that the functions of a stage publish, by the same names. */
export class ProductMetrics {
  readonly #stage: string;

  constructor(stage: string) {
    this.#stage = stage;
  }

  count(name: keyof typeof metricNames, workflow: Deployable, statistic: string = "Sum"): Metric {
    return this.#metric(metricNames[name], workflow, statistic);
  }

  latency(name: keyof typeof latencyNames, workflow: Deployable, statistic: string): Metric {
    return this.#metric(latencyNames[name], workflow, statistic);
  }

  #metric(metricName: string, workflow: Deployable, statistic: string): Metric {
    return new Metric({
      namespace: metricNamespace,
      metricName,
      // CloudWatch takes these for another metric where one of them lacks.
      dimensionsMap: { service: metricService, stage: this.#stage, workflow },
      statistic,
      period: fiveMinutes,
    });
  }
}
