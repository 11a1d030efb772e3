import { beforeAll, describe, expect, test } from "vitest";
import { objectKinds } from "#records/store/object-kinds";
import { type OpenTemplate, openTemplate, statementSchema } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("rights", () => {
  test("nothing is granted on every resource, but log delivery, which knows no other", () => {
    const everything = opened.statements().filter(({ statement }) => statement.Resource.includes("*"));
    for (const { path, statement } of everything) {
      expect(path).toMatch(/StateMachine\/Role\/DefaultPolicy\/Resource$/);
      for (const action of statement.Action) expect(action).toMatch(/^logs:/);
    }
  });

  test("no action is granted by wildcard", () => {
    const all = opened.statements();
    expect(all.length).toBeGreaterThan(40);
    for (const { statement } of all) for (const action of statement.Action) expect(action).not.toContain("*");
  });

  test("functions that write medium records or service queues may do so by PartiQL, and no others; none may read so", () => {
    const mayDo = (action: string) =>
      opened
        .statements()
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
    const onTable = opened
      .statements()
      .filter(({ statement }) => statement.Action.some((it) => it.startsWith("dynamodb:")));
    const [index, ...others] = onTable.filter(({ statement }) => statement.Condition === undefined);
    expect(JSON.stringify(index?.statement.Resource)).toContain("/index/names");
    expect(others).toEqual([]);
    const fenced = onTable.filter((one) => one !== index);
    expect(new Set(fenced.map(({ path }) => path.split("/").slice(0, 2).join("/"))).size).toBe(23);
    for (const { statement } of fenced) {
      expect(Object.keys(statement.Condition?.["ForAllValues:StringLike"] ?? {})).toEqual(["dynamodb:LeadingKeys"]);
      expect(statement.Condition?.Null).toEqual({ "dynamodb:LeadingKeys": "false" });
    }
  });

  test("state machines call their own functions, read their lists of chunks, keep why they failed, and run and log themselves; the schedules call the sweep and what deletes", () => {
    const ownedBy = /^(\w+\/StateMachine|Sweeping\/Caller)/;
    const rights = new Map<string, Set<string>>();
    for (const { path, statement } of opened.statements()) {
      const [owner] = ownedBy.exec(path) ?? [];
      if (owner === undefined) continue;
      const { Action, Resource } = statementSchema.parse(opened.cloud.resolve(statement));
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
      "Export/StateMachine": ofMachine("Export", "exports/*/chunks.jsonl").sort(),
      "Erase/StateMachine": ofMachine("Erase", "erasures/*/chunks.jsonl").sort(),
      "Sweeping/Caller": [
        // Missed calls go to an encrypted queue.
        "kms:Decrypt RecordsKey",
        "kms:GenerateDataKey RecordsKey",
        "lambda:InvokeFunction function:ExpiryExpireFunction",
        "lambda:InvokeFunction function:ExpiryExpireFunction:*",
        "lambda:InvokeFunction function:SweepingSweepFunction",
        "lambda:InvokeFunction function:SweepingSweepFunction:*",
        "sqs:SendMessage SweepingDeadLetters",
      ],
    });
  });

  test("one function alone deletes for good: what is kept for a time in every library, everything in the one that its session names", () => {
    const forGood = opened.statements().filter(({ statement }) => statement.Action.includes("s3:DeleteObjectVersion"));
    const reach = forGood.map(({ path, statement }): [string, string[]] => {
      const { Resource } = statementSchema.parse(opened.cloud.resolve(statement));
      return [
        path.split("/").slice(0, 3).join("/"),
        Resource.map((resource) => String(resource).replace(/^[^/]*/, "")).toSorted(),
      ];
    });
    const within = (library: string, kinds: readonly string[]) =>
      kinds.map((kind) => `/${library}/${kind}/*`).toSorted();
    expect(Object.fromEntries(reach)).toEqual({
      "Expiry/Expire/Role": within("*", ["batch-updates", "exports", "imports", "query-sets"]),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM fills it in.
      "Expiry/Expire/WorkRole": within("${aws:PrincipalTag/library}", objectKinds),
    });
  });

  test("nobody deletes from the audit, or changes what stands there", () => {
    const changing = /^dynamodb:(DeleteItem|BatchWriteItem|UpdateItem|PartiQL(Update|Delete))$/;
    const all = opened.statements().filter(({ statement }) => statement.Action.some((action) => changing.test(action)));
    expect(all.map(({ path }) => path.split("/").slice(0, 3).join("/"))).toContain("Expiry/Expire/WorkRole");
    for (const { statement } of all) expect(JSON.stringify(statement.Condition)).not.toMatch(/AUDIT/);
  });

  test("what a role holds in all fits into the 10,240 characters that IAM takes inline", () => {
    const texts = new Map<string, string>();
    for (const { path, statement } of opened.policies()) {
      const role = path.replace(/(\/DefaultPolicy)?\/Resource$/, "");
      texts.set(role, (texts.get(role) ?? "") + JSON.stringify(opened.cloud.resolve(statement)));
    }
    for (const text of texts.values()) expect(text.length).toBeLessThan(10_240);
  });
});
