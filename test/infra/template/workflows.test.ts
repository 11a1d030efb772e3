import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { chunkTimes, longestChunk, longestWaits } from "#infra/chunked-workflow";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

const stateMachines = () =>
  opened.cloud.ofType("AWS::StepFunctions::StateMachine").map(({ path, properties }) => ({
    workflow: path[0] ?? "",
    definition: definitionSchema.parse(JSON.parse(String(properties.DefinitionString))),
  }));

const retrySchema = z.looseObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.number(),
  JitterStrategy: z.string(),
});
const isRecord = (resource: unknown) => String(resource).endsWith(":dynamodb:putItem");
const longestRecording = () => {
  const { maxAttempts, taskSeconds } = chunkTimes.recording;
  return (1 + maxAttempts) * taskSeconds + longestWaits(chunkTimes.recording);
};
const stateSchema = z.looseObject({
  Type: z.string(),
  Resource: z.string().optional(),
  TimeoutSeconds: z.number().optional(),
  Retry: z.array(retrySchema).optional(),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
});
const mapSchema = stateSchema.extend({
  ItemProcessor: z.looseObject({
    ProcessorConfig: z.object({ Mode: z.string(), ExecutionType: z.string() }),
    States: z.record(z.string(), stateSchema),
  }),
  ItemReader: z.looseObject({ ReaderConfig: z.object({ InputType: z.string() }) }),
  ToleratedFailurePercentage: z.number(),
  MaxConcurrency: z.number(),
  ResultPath: z.null(),
});
const definitionSchema = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) });

describe("workflows", () => {
  test("there are six, all of one shape", () => {
    const shapes = stateMachines().map(({ workflow, definition }) => [workflow, Object.keys(definition.States).sort()]);
    const shape = ["AnyChunks", "Chunks", "Close", "CloseAfterError", "Closed", "Failed", "Split"];
    const canary = ["AnyCanary", "Canary", "RecordCanary", "RecordThrottledCanary"];
    expect(Object.fromEntries(shapes)).toEqual({
      BuildQuerySet: shape,
      Plan: shape,
      Import: shape,
      Export: shape,
      Erase: shape,
      Apply: [...shape, ...canary].sort(),
    });
  });

  test("chunks are Express children of a distributed map that tolerates every failure", () => {
    for (const { definition } of stateMachines()) {
      const map = mapSchema.parse(definition.States.Chunks);
      expect(map.ItemProcessor.ProcessorConfig).toEqual({ Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" });
      expect(map.ItemReader.ReaderConfig).toEqual({ InputType: "JSONL" });
      expect(map.ToleratedFailurePercentage).toBe(100);
      expect(map.MaxConcurrency).toBeGreaterThan(1);
    }
  });

  test("every task is tried again with full jitter, also where Lambda is short of concurrency", () => {
    for (const { definition } of stateMachines()) {
      const children = Object.values(mapSchema.parse(definition.States.Chunks).ItemProcessor.States);
      const states = [...Object.values(definition.States).map((state) => stateSchema.parse(state)), ...children];
      const tasks = states.filter(({ Type }) => Type === "Task");
      expect(tasks.length).toBeGreaterThanOrEqual(4);
      for (const { Retry = [], Resource } of tasks) {
        if (!isRecord(Resource)) {
          expect(Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).toContain("Lambda.TooManyRequestsException");
        }
        expect(Retry.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
        for (const { JitterStrategy } of Retry) expect(JitterStrategy).toBe("FULL");
      }
    }
  });

  test("all tries of a chunk with all their waits fit into the five minutes of an Express execution", () => {
    for (const { definition } of stateMachines()) {
      const [chunk] = Object.values(mapSchema.parse(definition.States.Chunks).ItemProcessor.States);
      const retries = (chunk?.Retry ?? []).map((retry) => ({
        maxAttempts: retry.MaxAttempts,
        waits: longestWaits({
          maxAttempts: retry.MaxAttempts,
          intervalSeconds: retry.IntervalSeconds,
          backoffRate: retry.BackoffRate,
          maxDelaySeconds: retry.MaxDelaySeconds,
        }),
      }));
      const tries = 1 + (retries.at(-1)?.maxAttempts ?? 0);
      const working = tries * (chunk?.TimeoutSeconds ?? 0) + retries.reduce((total, { waits }) => total + waits, 0);
      const sum = working + longestRecording();
      expect(sum).toBe(longestChunk());
      expect(sum).toBeLessThan(300);
    }
  });

  test("a chunk that failed for good says why before it ends, by Step Functions itself", () => {
    for (const { definition } of stateMachines()) {
      const { States } = mapSchema.parse(definition.States.Chunks).ItemProcessor;
      const { Catch = [] } = States["WorkOnChunk"] ?? {};
      expect(Catch.map(({ Next }) => Next)).toEqual(["RecordThrottledFailure", "RecordFailure"]);
      expect(Catch.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
      for (const { Next } of Catch) {
        const record = States[Next];
        expect(isRecord(record?.Resource)).toBe(true);
        expect(record).toMatchObject({ Next: "ChunkFailed", ResultPath: null });
        expect(record?.Catch).toEqual([
          { ErrorEquals: ["States.ALL"], Next: "ChunkFailed", ResultPath: "$.unrecorded" },
        ]);
      }
    }
  });

  test("a workflow may write failures of chunks, and nothing else of the table", () => {
    const roles = opened.statements().filter(({ path }) => path.includes("/StateMachine/Role"));
    const writes = roles.filter(({ statement }) => statement.Action.some((action) => action.startsWith("dynamodb:")));
    expect(writes).toHaveLength(6);
    for (const { statement } of writes) {
      expect(statement.Action).toEqual(["dynamodb:PutItem"]);
      expect(statement.Condition).toEqual({
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["LIB#*#FAILURES#*"] },
        Null: { "dynamodb:LeadingKeys": "false" },
      });
    }
  });

  test("a try that hangs is dead before its task is given up, so no two tries of a chunk run at once", () => {
    const chunks = opened.allOf("AWS::Lambda::Function").filter(({ path }) => path[1] === "Chunk");
    expect(chunks).toHaveLength(6);
    for (const { properties } of chunks) expect(properties.Timeout).toBeLessThan(chunkTimes.taskSeconds);
  });

  test("whatever fails on the way, the job is closed", () => {
    for (const { definition } of stateMachines()) {
      for (const name of ["Split", "Chunks", "Canary"]) {
        if (definition.States[name] === undefined) continue;
        const caught = stateSchema.parse(definition.States[name]).Catch?.at(-1);
        const next = name === "Canary" ? "RecordCanary" : "CloseAfterError";
        expect(caught).toMatchObject({ ErrorEquals: ["States.ALL"], Next: next });
        if (name === "Canary") expect(definition.States["RecordCanary"]).toMatchObject({ Next: "CloseAfterError" });
      }
    }
  });
});
