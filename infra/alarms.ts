import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AlarmKind } from "./alarm-kinds.ts";

export interface AlarmRule {
  readonly kind: AlarmKind;
  /** Which of several things it watches, such as a queue or a function. */
  readonly of?: string;
  /** One sentence: what happened. */
  readonly says: string;
  readonly metric: IMetric;
  /** Rings from this value on. */
  readonly from: number;
}

export const fiveMinutes = Duration.minutes(5);

/** Alarms that all tell the stage's address, each with where to read what to do. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #topic: ITopic;
  readonly #runbook: string;

  /** @param props.runbook address of the runbook, as it is served with the console */
  constructor(scope: Construct, id: string, props: { readonly topic: ITopic; readonly runbook: string }) {
    super(scope, id);
    this.#topic = props.topic;
    this.#runbook = props.runbook;
  }

  add({ kind, of = "", says, metric, from }: AlarmRule): void {
    this.#ring(kind, of, says, metric, {
      threshold: from,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Rings where what should come again and again did not. */
  addMissing({ kind, of = "", says, metric }: Omit<AlarmRule, "from">): void {
    this.#ring(kind, of, says, metric, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  #ring(
    kind: AlarmKind,
    of: string,
    says: string,
    metric: IMetric,
    rule: {
      readonly threshold: number;
      readonly comparisonOperator: ComparisonOperator;
      readonly treatMissingData: TreatMissingData;
    },
  ): void {
    const alarmDescription = `${says}. What to do: ${this.#runbook}#${kind.toLowerCase()}`;
    const alarm = new Alarm(this, `${kind}${of}`, { alarmDescription, metric, evaluationPeriods: 1, ...rule });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    this.all.push(alarm);
  }
}

/** The sum of several metrics, those without a value counting as 0. CloudWatch takes at most ten in one alarm. */
export function sumOf(metrics: Readonly<Record<string, IMetric>>, period: Duration = fiveMinutes): MathExpression {
  const terms = Object.keys(metrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: terms.join(" + "), usingMetrics: { ...metrics }, period });
}

/** How much a metric has grown since the minute before: an alarm on it is over a minute later, and rings anew. */
export function growthOf(metric: Metric): MathExpression {
  const now = metric.with({ period: Duration.minutes(1), statistic: "Maximum" });
  return new MathExpression({ expression: "DIFF(now)", usingMetrics: { now }, period: Duration.minutes(1) });
}

/** A metric of AWS' own services. */
export function awsMetric(
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string = "Sum",
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensionsMap }, statistic, period: fiveMinutes });
}
