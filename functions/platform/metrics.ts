import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { z } from "zod";
import { type Counts, latencyNames, metricNames, metricNamespace, metricService, type Timed } from "./counts.ts";
import { readEnvironment } from "./environment.ts";

const { STAGE, DEPLOYABLE } = readEnvironment({
  STAGE: z.string().default("none"),
  DEPLOYABLE: z.string().default("none"),
});

const metrics = new Metrics({
  namespace: metricNamespace,
  serviceName: metricService,
  // Bounded, both of them: there is nothing else by which a metric is told apart.
  defaultDimensions: { stage: STAGE, workflow: DEPLOYABLE },
});

/** Sends what a call counted, as one line in the log that CloudWatch makes metrics of. What is no metric is left out. */
export function publish(counts: Counts, timed: Timed | undefined, milliseconds: number): void {
  for (const [name, metric] of Object.entries(metricNames)) {
    // Safe: what stands in a constant is all that it has.
    const number = counts[name as keyof typeof metricNames];
    if (number !== undefined) metrics.addMetric(metric, MetricUnit.Count, number);
  }
  if (timed !== undefined) metrics.addMetric(latencyNames[timed], MetricUnit.Milliseconds, milliseconds);
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
