import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { alarmKinds } from "#infra/alarm-kinds";
import { metricNamespace } from "#platform/counts";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("alarms", () => {
  const querySchema = z.object({
    Id: z.string(),
    Expression: z.string().optional(),
    MetricStat: z
      .object({ Metric: z.object({ MetricName: z.string() }).loose() })
      .loose()
      .optional(),
  });
  const alarmSchema = z.looseObject({
    AlarmActions: z.tuple([z.object({ Ref: z.string() })]),
    AlarmDescription: z.unknown(),
    ComparisonOperator: z.string(),
    MetricName: z.string().optional(),
    Metrics: z.array(querySchema.loose()).optional(),
    Namespace: z.string().optional(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).optional(),
    Threshold: z.number(),
    TreatMissingData: z.string(),
    Period: z.number().optional(),
    EvaluationPeriods: z.number(),
  });
  const alarms = () =>
    opened.allOf("AWS::CloudWatch::Alarm").map(({ path, properties }) => {
      const name = path.at(-2) ?? "";
      // The longest, for one kind may begin like another.
      const kind = alarmKinds.filter((one) => name.startsWith(one)).sort((a, b) => b.length - a.length)[0];
      const alarm = alarmSchema.parse(properties);
      const metrics = [alarm.MetricName, ...(alarm.Metrics ?? []).map((it) => it.MetricStat?.Metric.MetricName)];
      return { name, kind, alarm, metrics: metrics.filter((metric) => metric !== undefined) };
    });
  const named = (name: string) => {
    const found = alarms().find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no alarm ${name}`);
    return found;
  };

  test("each is of a kind that the runbook tells of, links to it, and goes to the one topic", () => {
    const [topic, ...others] = opened.allOf("AWS::SNS::Topic");
    expect(others).toEqual([]);
    for (const { kind, alarm } of alarms()) {
      expect(alarmKinds).toContain(kind);
      expect(alarm.AlarmActions).toEqual([{ Ref: topic?.logicalId }]);
      expect(JSON.stringify(alarm.AlarmDescription)).toContain(`/docs/runbook#${kind?.toLowerCase()}`);
    }
    expect(new Set(alarms().map(({ kind }) => kind))).toEqual(new Set(alarmKinds));
  });

  test("every function rings for its errors and for calls that were refused, the sweep for the first", () => {
    const functions = opened.allOf("AWS::Lambda::Function").length;
    for (const [kind, metric] of [
      ["FunctionErrors", "Errors"],
      ["FunctionThrottles", "Throttles"],
    ]) {
      const some = alarms().filter((one) => one.kind === kind);
      expect(some).toHaveLength(functions);
      expect(some.every(({ metrics }) => metrics[0] === metric)).toBe(true);
      expect(new Set(some.map(({ alarm }) => JSON.stringify(alarm.Dimensions))).size).toBe(functions);
    }
    expect(named("FunctionErrorsSweepingSweep").alarm).toMatchObject({ MetricName: "Errors", Threshold: 1 });
  });

  test("a chunk or a job that failed rings though its execution succeeds", () => {
    const failed = named("ChunksFailed");
    expect(failed.metrics).toEqual(Array(6).fill("ChunksFailed"));
    expect(failed.alarm.Threshold).toBe(1);
    // And what the sweep gives up.
    expect(named("JobsFailed").metrics).toEqual(Array(7).fill("JobsFailed"));
    expect(named("RunsStuck").alarm).toMatchObject({ MetricName: "StuckRuns", Threshold: 1 });
  });

  test("no sweep for five minutes rings, for silence is what it would be told by", () => {
    expect(named("SweepMissing").alarm).toMatchObject({
      MetricName: "Sweeps",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
      Period: 300,
      EvaluationPeriods: 1,
    });
  });

  test("dead letters ring for the first, and anew for each later minute that brings more", () => {
    for (const queue of ["Fills", "Sweep"]) {
      expect(named(`DeadLetters${queue}`).alarm.Threshold).toBe(1);
      const { alarm } = named(`DeadLettersAnew${queue}`);
      expect(alarm.Metrics?.map(({ Expression }) => Expression)).toContain("DIFF(now)");
      expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
      expect(alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.["Period"] ?? [])).toEqual([60]);
    }
  });

  test("metrics of ours are told apart by service, stage and function alone, each of which publishes them", () => {
    const ours = alarms().flatMap(({ alarm }) => [
      ...(alarm.Namespace === metricNamespace ? [alarm.Dimensions] : []),
      ...(alarm.Metrics ?? []).flatMap(({ MetricStat }) =>
        MetricStat?.Metric["Namespace"] === metricNamespace ? [MetricStat.Metric["Dimensions"]] : [],
      ),
    ]);
    expect(ours.length).toBeGreaterThan(10);
    const values = new Set(
      opened.allOf("AWS::Lambda::Function").map(({ properties }) => {
        const { Variables } = z
          .object({ Variables: z.looseObject({ STAGE: z.string(), DEPLOYABLE: z.string() }) })
          .parse(properties["Environment"]);
        return `${Variables.STAGE} ${Variables.DEPLOYABLE}`;
      }),
    );
    for (const dimensions of ours) {
      const of = new Map(
        z
          .array(z.object({ Name: z.string(), Value: z.string() }))
          .parse(dimensions)
          .map((it) => [it.Name, it.Value]),
      );
      expect([...of.keys()].toSorted()).toEqual(["service", "stage", "workflow"]);
      expect(values).toContain(`${of.get("stage")} ${of.get("workflow")}`);
    }
  });

  test("a dashboard shows them all, and what is at work", () => {
    const [dashboard, ...others] = opened.allOf("AWS::CloudWatch::Dashboard");
    expect(others).toEqual([]);
    const body = JSON.stringify(dashboard?.properties["DashboardBody"]);
    for (const metric of [
      "PatronsPlanned",
      "PatronsWritten",
      "ChunkMilliseconds",
      "FillMilliseconds",
      "FillsPending",
    ]) {
      expect(body).toContain(metric);
    }
    for (const metric of ["Retries", "Throttles", "OldestOpenWorkSeconds", "SweepErrors", "Conflicts", "Failures"]) {
      expect(body).toContain(metric);
    }
    expect(body.match(/GetAtt/g)?.length).toBeGreaterThanOrEqual(alarms().length);
  });
});
