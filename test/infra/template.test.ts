import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { alarmKinds } from "#infra/alarm-kinds";
import { fairness, fills } from "#infra/batch-manager";
import { chunkTimes, longestChunk, longestWaits } from "#infra/chunked-workflow";
import { type Cloud, openCloud } from "#infra/local/cloud";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate, type Template } from "#infra/local/template";
import { metricNamespace } from "#platform/counts";
import { views } from "../../console/views.ts";
import { rightsOfFunctions, rightsOneByOne } from "./rights/policies.ts";

let template: Template;
let cloud: Cloud;

let assembly: string;

beforeAll(async () => {
  assembly = await synthesise();
  template = await readTemplate(assembly);
  cloud = openCloud(template, { origin: "http://localhost:4000", queueUrl: (name) => `http://127.0.0.1:9/${name}` });
});

const allOf = (type: string) => [...template.resources.values()].filter((resource) => resource.type === type);

const statementSchema = z.looseObject({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Effect: z.string(),
  Resource: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const documentSchema = z.looseObject({ Statement: z.array(statementSchema) });

/** Every statement that gives a role of ours a right, with the construct it belongs to. */
function statements() {
  const inline = allOf("AWS::IAM::Role").flatMap(({ path, properties }) =>
    z
      .array(z.looseObject({ PolicyDocument: documentSchema }))
      .default([])
      .parse(properties.Policies)
      .flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.map((statement) => ({ path: path.join("/"), statement })),
      ),
  );
  const attached = allOf("AWS::IAM::Policy").flatMap(({ path, properties }) =>
    documentSchema.parse(properties.PolicyDocument).Statement.map((statement) => ({ path: path.join("/"), statement })),
  );
  return [...inline, ...attached];
}

const stateMachines = () =>
  cloud.ofType("AWS::StepFunctions::StateMachine").map(({ path, properties }) => ({
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

describe("queues", () => {
  test("every queue has a dead-letter queue after five tries, but those that are one", () => {
    const queues = cloud.ofType("AWS::SQS::Queue");
    const redrive = z.object({
      RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.literal(5) }),
    });
    const schedule = z.object({ Target: z.object({ DeadLetterConfig: z.object({ Arn: z.string() }) }) });
    const deadLetterQueues = new Set([
      ...queues.flatMap(
        ({ properties }) => redrive.safeParse(properties).data?.RedrivePolicy.deadLetterTargetArn ?? [],
      ),
      ...cloud
        .ofType("AWS::Scheduler::Schedule")
        .map(({ properties }) => schedule.parse(properties).Target.DeadLetterConfig.Arn),
    ]);
    const others = queues.filter(({ logicalId }) => !deadLetterQueues.has(cloud.arn(logicalId)));
    expect(others).toHaveLength(1);
    for (const { properties } of others) expect(redrive.safeParse(properties).success).toBe(true);
  });

  test("a message stays out of sight for six times its function's timeout, and batches are answered in part", () => {
    const mappings = cloud.ofType("AWS::Lambda::EventSourceMapping");
    expect(mappings).toHaveLength(1);
    for (const { properties } of mappings) {
      expect(properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      const queue = cloud
        .ofType("AWS::SQS::Queue")
        .find(({ logicalId }) => cloud.arn(logicalId) === properties.EventSourceArn);
      const called = cloud
        .ofType("AWS::Lambda::Function")
        .find(({ logicalId }) => cloud.name(logicalId) === properties.FunctionName);
      expect(queue?.properties.VisibilityTimeout).toBe(6 * Number(called?.properties.Timeout));
      expect(properties.BatchSize).toBe(fills.batchSize);
      expect(properties.ScalingConfig).toEqual({ MaximumConcurrency: fills.maximumConcurrency });
    }
  });

  test("a full house in flight is large enough for fair queues to tell a noisy library", () => {
    const halfOfAll = (fills.batchSize * fills.maximumConcurrency) / 2;
    expect(halfOfAll).toBeGreaterThan(fairness.messages);
    expect(fairness.share).toBeLessThan(0.5);
  });
});

describe("functions", () => {
  test("all run Node 24 on arm64 from an ESM bundle, with a log group that forgets", () => {
    const functions = allOf("AWS::Lambda::Function");
    expect(functions).toHaveLength(12);
    for (const { properties } of functions) {
      expect(properties.Runtime).toBe("nodejs24.x");
      expect(properties.Architectures).toEqual(["arm64"]);
      expect(properties.Handler).toBe("index.handler");
      expect(properties.LoggingConfig).toMatchObject({ LogFormat: "JSON" });
    }
    for (const { properties } of allOf("AWS::Logs::LogGroup")) expect(properties.RetentionInDays).toBeGreaterThan(0);
  });
});

describe("rights", () => {
  test("nothing is granted on every resource, but log delivery, which knows no other", () => {
    const everything = statements().filter(({ statement }) => statement.Resource.includes("*"));
    for (const { path, statement } of everything) {
      expect(path).toMatch(/StateMachine\/Role\/DefaultPolicy\/Resource$/);
      for (const action of statement.Action) expect(action).toMatch(/^logs:/);
    }
  });

  test("no action is granted by wildcard", () => {
    const all = statements();
    expect(all.length).toBeGreaterThan(40);
    for (const { statement } of all) for (const action of statement.Action) expect(action).not.toContain("*");
  });

  test("functions that write medium records or service queues may do so by PartiQL, and no others; none may read so", () => {
    const mayDo = (action: string) =>
      statements()
        .filter(({ statement }) => statement.Action.includes(action))
        .map(({ path, statement }) => {
          expect(JSON.stringify(statement.Resource)).toContain("RecordsTable");
          return path.split("/").slice(0, 2).join("/");
        });
    expect(new Set(mayDo("dynamodb:PartiQLUpdate"))).toEqual(
      new Set(["Apply/Job", "Apply/Chunk", "Import/Chunk", "BatchManager/Fill"]),
    );
    expect(new Set(mayDo("dynamodb:PartiQLInsert"))).toEqual(new Set(mayDo("dynamodb:PartiQLUpdate")));
    expect(mayDo("dynamodb:PartiQLSelect")).toEqual([]);
  });

  test("each right on the table is fenced to kinds of keys, but for the index of names", () => {
    const onTable = statements().filter(({ statement }) => statement.Action.some((it) => it.startsWith("dynamodb:")));
    const [index, ...others] = onTable.filter(({ statement }) => statement.Condition === undefined);
    expect(JSON.stringify(index?.statement.Resource)).toContain("/index/names");
    expect(others).toEqual([]);
    const fenced = onTable.filter((one) => one !== index);
    expect(new Set(fenced.map(({ path }) => path.split("/").slice(0, 2).join("/"))).size).toBe(16);
    for (const { statement } of fenced) {
      expect(Object.keys(statement.Condition?.["ForAllValues:StringLike"] ?? {})).toEqual(["dynamodb:LeadingKeys"]);
      expect(statement.Condition?.Null).toEqual({ "dynamodb:LeadingKeys": "false" });
    }
  });

  test("state machines call their own functions, read their lists of chunks, keep why they failed, and run and log themselves; the schedule calls the sweep", () => {
    const ownedBy = /^(\w+\/StateMachine|SchedulerRole)/;
    const rights = new Map<string, Set<string>>();
    for (const { path, statement } of statements()) {
      const [owner] = ownedBy.exec(path) ?? [];
      if (owner === undefined) continue;
      const { Action, Resource } = statementSchema.parse(cloud.resolve(statement));
      for (const action of Action) {
        for (const resource of Resource) {
          const short = String(resource)
            .replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "")
            .replace(/(?<=[A-Za-z])[0-9A-F]{8}(?=\W|$)/g, "");
          const held = rights.get(owner) ?? new Set();
          rights.set(owner, held.add(`${action} ${short}`));
        }
      }
    }
    const logs = ["CreateLogDelivery", "DeleteLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies"];
    const moreLogs = ["GetLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery"];
    const ofMachine = (name: string, list: string) => [
      ...["Chunk", "Job"].flatMap((part) => [
        `lambda:InvokeFunction function:${name}${part}Function`,
        // Whichever version of it.
        `lambda:InvokeFunction function:${name}${part}Function:*`,
      ]),
      `s3:GetObject batch-updates-test-000000000000-us-east-1/*/${list}`,
      ...["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey"].map((action) => `kms:${action} RecordsKey`),
      // Why chunks failed.
      "dynamodb:PutItem table/RecordsTable",
      ...[...logs, ...moreLogs].map((action) => `logs:${action} *`),
      // Each child of a distributed map is an execution of its own.
      `states:StartExecution stateMachine:${name}StateMachine`,
      `states:DescribeExecution execution:${name}StateMachine:*`,
      `states:StopExecution execution:${name}StateMachine:*`,
      `states:RedriveExecution execution:${name}StateMachine/Chunks:*`,
    ];
    const sorted = [...rights].map(([owner, held]): [string, string[]] => [owner, [...held].sort()]);
    expect(Object.fromEntries(sorted)).toEqual({
      "BuildQuerySet/StateMachine": ofMachine("BuildQuerySet", "query-sets/*/chunks.jsonl").sort(),
      "Plan/StateMachine": ofMachine("Plan", "batch-updates/*/plan/chunks.jsonl").sort(),
      "Apply/StateMachine": ofMachine("Apply", "batch-updates/*/apply/chunks.jsonl").sort(),
      "Import/StateMachine": ofMachine("Import", "imports/*/chunks.jsonl").sort(),
      SchedulerRole: [
        "lambda:InvokeFunction function:SweepingSweepFunction",
        "lambda:InvokeFunction function:SweepingSweepFunction:*",
        "sqs:SendMessage SweepingDeadLetters",
      ],
    });
  });

  test("what a role holds in all fits into the 10,240 characters that IAM takes inline", () => {
    const texts = new Map<string, string>();
    for (const { path, statement } of statements()) {
      const role = path.split("/").slice(0, 2).join("/");
      texts.set(role, (texts.get(role) ?? "") + JSON.stringify(cloud.resolve(statement)));
    }
    for (const text of texts.values()) expect(text.length).toBeLessThan(10_240);
  });
});

describe("what may be deleted", () => {
  const deletions = () => statements().filter(({ statement }) => statement.Action.includes("s3:DeleteObject"));

  test("only functions that end jobs delete objects, each only scratch of its own jobs, and the API files that are too large", () => {
    const kinds = new Map(
      deletions().map(({ path, statement }) => {
        const patterns = statement.Resource.map((one) => /\/\*\/([a-z-]+)\/\*\/[^*]+/.exec(JSON.stringify(one))?.[1]);
        return [path.split("/").slice(0, 2).join("/"), [...new Set(patterns)].sort()];
      }),
    );
    expect(Object.fromEntries(kinds)).toEqual({
      "BuildQuerySet/Job": ["query-sets"],
      "Plan/Job": ["batch-updates"],
      "Apply/Job": ["batch-updates"],
      "Import/Job": ["imports"],
      "Api/Requests": ["imports", "query-sets"],
      "Sweeping/Sweep": ["batch-updates", "imports", "query-sets"],
    });
  });

  test("none of them reaches what is evidence", () => {
    const evidence = [
      "l/query-sets/1/members/00000.jsonl",
      "l/query-sets/1/not-found/00000.jsonl",
      "l/query-sets/1/query.json",
      "l/batch-updates/1/source.json",
      "l/batch-updates/1/plan/lines/00000.jsonl",
      "l/batch-updates/1/plan/index.json",
      "l/batch-updates/1/apply/results/00000.jsonl",
      "l/batch-updates/1/apply/index.json",
      "l/batch-updates/1/report/outcomes.jsonl",
      "l/imports/1/errors.csv",
      "l/catalogue/pointer.json",
    ];
    const patterns = deletions()
      .flatMap(({ statement }) => statement.Resource)
      .map((one) => /\/(\*\/[^"]+)"/.exec(JSON.stringify(one))?.[1] ?? "");
    expect(patterns.length).toBeGreaterThan(20);
    for (const pattern of patterns) {
      const form = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      for (const key of evidence) expect(key).not.toMatch(form);
      expect(pattern.replaceAll("*", "x")).toMatch(form);
    }
  });
});

describe("what is kept", () => {
  test("the table is encrypted with our key, protected from deletion and recoverable to any point in time", () => {
    const [table] = allOf("AWS::DynamoDB::Table");
    expect(table?.properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("no bucket is open to the public, and each answers over TLS only", () => {
    const buckets = allOf("AWS::S3::Bucket");
    expect(buckets).toHaveLength(3);
    for (const { properties } of buckets) {
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const policies = allOf("AWS::S3::BucketPolicy").map(({ properties }) => JSON.stringify(properties));
    expect(policies).toHaveLength(3);
    for (const policy of policies) {
      expect(policy).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
    }
  });

  test("the bucket of evidence keeps replaced versions and is encrypted with our key", () => {
    const bucket = allOf("AWS::S3::Bucket").find(({ path }) => path.join("/") === "Records/Bucket/Resource");
    expect(bucket?.properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(JSON.stringify(bucket?.properties.BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
  });
});

describe("workflows", () => {
  test("there are four, all of one shape", () => {
    const shapes = stateMachines().map(({ workflow, definition }) => [workflow, Object.keys(definition.States).sort()]);
    const shape = ["AnyChunks", "Chunks", "Close", "CloseAfterError", "Closed", "Failed", "Split"];
    const canary = ["AnyCanary", "Canary", "RecordCanary", "RecordThrottledCanary"];
    expect(Object.fromEntries(shapes)).toEqual({
      BuildQuerySet: shape,
      Plan: shape,
      Import: shape,
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
    const roles = statements().filter(({ path }) => path.includes("/StateMachine/Role"));
    const writes = roles.filter(({ statement }) => statement.Action.some((action) => action.startsWith("dynamodb:")));
    expect(writes).toHaveLength(4);
    for (const { statement } of writes) {
      expect(statement.Action).toEqual(["dynamodb:PutItem"]);
      expect(statement.Condition).toEqual({
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["LIB#*#FAILURES#*"] },
        Null: { "dynamodb:LeadingKeys": "false" },
      });
    }
  });

  test("a try that hangs is dead before its task is given up, so no two tries of a chunk run at once", () => {
    const chunks = allOf("AWS::Lambda::Function").filter(({ path }) => path[1] === "Chunk");
    expect(chunks).toHaveLength(4);
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

test("the console may load scripts and styles from its own origin alone, none of them inline", () => {
  const [policy] = cloud.ofType("AWS::CloudFront::ResponseHeadersPolicy");
  const text = JSON.stringify(policy?.properties);
  expect(text).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(text).not.toContain("unsafe");
});

test("cdk-nag finds nothing that is not acknowledged with its reason", async () => {
  const report = z
    .looseObject({
      pluginReports: z.array(
        z.looseObject({
          pluginName: z.string(),
          violations: z.array(z.looseObject({ ruleName: z.string() })),
          suppressedViolations: z.array(z.unknown()),
        }),
      ),
    })
    .parse(JSON.parse(await readFile(join(assembly, "validation-report.json"), "utf8")));
  const packs = report.pluginReports.filter(({ suppressedViolations }) => suppressedViolations.length > 0);
  expect(packs.map(({ pluginName }) => pluginName)).toEqual(expect.arrayContaining(["AwsSolutions", "Serverless"]));
  expect(report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toEqual([]);
});

test("no resource waits for itself in a circle, which CloudFormation would refuse", () => {
  const visiting = new Set<string>();
  const visited = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (visited.has(logicalId)) return;
    if (visiting.has(logicalId)) throw new Error(`A circle: ${[...path, logicalId].join(" → ")}`);
    visiting.add(logicalId);
    for (const next of referredTo(template.resources.get(logicalId)?.properties)) visit(next, [...path, logicalId]);
    visited.add(logicalId);
  };
  const [some = ""] = template.resources.keys();
  expect([...referredTo({ a: [{ Ref: some }] })]).toEqual([some]);
  for (const logicalId of template.resources.keys()) visit(logicalId, []);
  expect(visited.size).toBe(template.resources.size);
});

/** Resources that a value refers to. */
function referredTo(value: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) walk(item);
    else if (typeof part === "object" && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        if (name === "Ref") found.add(String(inner));
        else if (name === "Fn::GetAtt")
          found.add(String(Array.isArray(inner) ? inner[0] : String(inner).split(".")[0]));
        else if (name === "Fn::Sub")
          for (const [, id = ""] of JSON.stringify(inner).matchAll(/\$\{(\w+)/g)) found.add(id);
        else walk(inner);
      }
    }
  };
  walk(value);
  return new Set([...found].filter((id) => template.resources.has(id)));
}

test("people are sent back to the console's own two addresses and to nowhere else", () => {
  const [client, ...others] = cloud
    .ofType("AWS::Cognito::UserPoolClient")
    .filter(({ properties }) => properties["GenerateSecret"] === false);
  expect(others).toEqual([]);
  expect(client?.properties).toMatchObject({
    CallbackURLs: [`https://localhost:4000${views.signedIn}`],
    LogoutURLs: [`https://localhost:4000${views.signedOut}`],
  });
});

describe("nobody moves by what the user pool lets them write", () => {
  test("every client says its flows: no password, SRP or custom one, so that nobody signs in past the pages", () => {
    const clients = allOf("AWS::Cognito::UserPoolClient");
    expect(clients.length).toBeGreaterThan(0);
    for (const { properties } of clients) {
      expect(properties["ExplicitAuthFlows"]).toEqual(["ALLOW_REFRESH_TOKEN_AUTH"]);
      // Absent or empty, it means every attribute.
      expect(properties["WriteAttributes"]).toEqual(["locale"]);
      expect(properties).toMatchObject({ RefreshTokenValidity: 1440, TokenValidityUnits: { RefreshToken: "minutes" } });
      expect(properties["AllowedOAuthFlows"]).toEqual(["code"]);
    }
  });

  test("the pool holds no library, requires no name, and knows no groups; nobody signs up", () => {
    const [pool, ...others] = allOf("AWS::Cognito::UserPool");
    expect(others).toEqual([]);
    expect(pool?.properties).not.toHaveProperty("Schema");
    expect(pool?.properties).toMatchObject({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    expect(allOf("AWS::Cognito::UserPoolGroup")).toEqual([]);
  });

  test("the trigger of tokens reads who somebody is, notes the first sign-in, and does nothing else", () => {
    const [name = ""] = [...rightsOfFunctions(template, cloud).keys()].filter((one) =>
      one.startsWith("IdentityPreToken"),
    );
    const asked = rightsOneByOne(rightsOfFunctions(template, cloud).get(name) ?? [])
      .map(({ right: { action, kind } }) => `${action} ${kind ?? ""}`.trim())
      .filter((right) => right.startsWith("dynamodb:"));
    expect(asked.sort()).toEqual(["dynamodb:GetItem LIBRARIES", "dynamodb:GetItem WHO#*", "dynamodb:UpdateItem WHO#*"]);
  });
});

test("the sign-in pages are those that know prompt=none, and have a style for the console", () => {
  expect(allOf("AWS::Cognito::UserPoolDomain").map(({ properties }) => properties["ManagedLoginVersion"])).toEqual([2]);
  const [style, ...others] = allOf("AWS::Cognito::ManagedLoginBranding");
  expect(others).toEqual([]);
  const client = allOf("AWS::Cognito::UserPoolClient").find(({ properties }) => properties["GenerateSecret"] === false);
  expect(style?.properties).toMatchObject({ ClientId: { Ref: client?.logicalId }, UseCognitoProvidedValues: true });
});

test("an operator is told where everything is: console, API, pool, issuer, clients, table and bucket", async () => {
  const file = await readFile(join(assembly, "BatchUpdates-test.template.json"), "utf8");
  const { Outputs } = z.looseObject({ Outputs: z.record(z.string(), z.unknown()) }).parse(JSON.parse(file));
  expect(Object.keys(Outputs)).toEqual(
    expect.arrayContaining([
      ...["ConsoleUrl", "ApiUrl", "UserPoolId", "Issuer", "ConsoleClientId"],
      ...["TableName", "BucketName", "DashboardUrl"],
    ]),
  );
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
    allOf("AWS::CloudWatch::Alarm").map(({ path, properties }) => {
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
    const [topic, ...others] = allOf("AWS::SNS::Topic");
    expect(others).toEqual([]);
    for (const { kind, alarm } of alarms()) {
      expect(alarmKinds).toContain(kind);
      expect(alarm.AlarmActions).toEqual([{ Ref: topic?.logicalId }]);
      expect(JSON.stringify(alarm.AlarmDescription)).toContain(`/docs/runbook#${kind?.toLowerCase()}`);
    }
    expect(new Set(alarms().map(({ kind }) => kind))).toEqual(new Set(alarmKinds));
  });

  test("every function rings for its errors and for calls that were refused, the sweep for the first", () => {
    const functions = allOf("AWS::Lambda::Function").length;
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
    expect(failed.metrics).toEqual(Array(4).fill("ChunksFailed"));
    expect(failed.alarm.Threshold).toBe(1);
    // And what the sweep gives up.
    expect(named("JobsFailed").metrics).toEqual(Array(5).fill("JobsFailed"));
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
      allOf("AWS::Lambda::Function").map(({ properties }) => {
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
    const [dashboard, ...others] = allOf("AWS::CloudWatch::Dashboard");
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
