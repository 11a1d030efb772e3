import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("what is kept", () => {
  test("the table is encrypted with our key, protected from deletion and recoverable to any point in time", () => {
    const [table] = opened.allOf("AWS::DynamoDB::Table");
    expect(table?.properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("nothing that outlives its stack has a name of its own, so that a deployment that failed or was removed can be repeated", () => {
    const kept = Object.values(opened.document.Resources).filter(({ DeletionPolicy }) => DeletionPolicy !== "Delete");
    const kinds = new Set(kept.map(({ Type }) => Type));
    expect([...kinds].toSorted()).toEqual([
      "AWS::Cognito::UserPool",
      "AWS::DynamoDB::Table",
      "AWS::KMS::Key",
      "AWS::Logs::LogGroup",
      "AWS::S3::Bucket",
    ]);
    const named = ["TableName", "BucketName", "UserPoolName", "LogGroupName"];
    for (const { Properties, Type } of kept) {
      const names = named.filter((name) => Properties[name] !== undefined);
      // Log groups of state machines must be named; theirs holds the id of the stack.
      if (names.length > 0) expect({ Type, names }).toEqual({ Type: "AWS::Logs::LogGroup", names: ["LogGroupName"] });
      for (const name of names) expect(JSON.stringify(Properties[name])).toContain("AWS::StackId");
    }
  });

  test("what holds records, evidence or people stays where an update would replace it, too", () => {
    for (const { Type, UpdateReplacePolicy } of Object.values(opened.document.Resources)) {
      if (!["AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"].includes(Type))
        continue;
      expect({ Type, UpdateReplacePolicy }).toEqual({ Type, UpdateReplacePolicy: "Retain" });
    }
  });

  test("no bucket is open to the public, and each answers over TLS only", () => {
    const buckets = opened.allOf("AWS::S3::Bucket");
    expect(buckets).toHaveLength(3);
    for (const { properties } of buckets) {
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const policies = opened.allOf("AWS::S3::BucketPolicy").map(({ properties }) => JSON.stringify(properties));
    expect(policies).toHaveLength(3);
    for (const policy of policies) {
      expect(policy).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
    }
  });

  test("the bucket of evidence keeps replaced versions and is encrypted with our key", () => {
    const bucket = opened.allOf("AWS::S3::Bucket").find(({ path }) => path.join("/") === "Records/Bucket/Resource");
    expect(bucket?.properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(JSON.stringify(bucket?.properties.BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
  });

  test("what a job needs meanwhile ends by the bucket's own rules, and evidence after the longest time that a library may choose", () => {
    const bucket = opened.allOf("AWS::S3::Bucket").find(({ path }) => path.join("/") === "Records/Bucket/Resource");
    const { Rules } = lifecycleSchema.parse(bucket?.properties.LifecycleConfiguration);
    const ending = Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    // No rule without a tag: ids of the erased and titles are as long as the library, under the same beginnings of keys.
    expect(ending.map(({ TagFilters, ExpirationInDays }) => ({ TagFilters, ExpirationInDays }))).toEqual([
      { TagFilters: [{ Key: "kept", Value: "passing" }], ExpirationInDays: 8 },
      { TagFilters: [{ Key: "kept", Value: "evidence" }], ExpirationInDays: 4380 },
    ]);
    for (const { Status } of Rules) expect(Status).toBe("Enabled");
    expect(Rules.map(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration?.NoncurrentDays)).toContain(7);
  });
});

/** Where in the privacy page each kind of thing that keeps anything stands; the others have rows by kinds of items and objects. */
const rowOf: Readonly<Record<string, (path: string) => string | undefined>> = {
  "AWS::SQS::Queue": (path) => (path.includes("DeadLetters") ? "Dead letters" : "Fill queue"),
  "AWS::Logs::LogGroup": () => "Logs",
  "AWS::S3::Bucket": (path) => (path.includes("AccessLogs") ? "Access logs" : undefined),
  "AWS::Cognito::UserPool": () => "User pool",
};

test("what the template keeps beside table and bucket stands in the privacy page with its days", async () => {
  const page = await readFile(resolve(import.meta.dirname, "../../../docs/privacy.md"), "utf8");
  const told = new Set<string>();
  for (const [type, rowFor] of Object.entries(rowOf)) {
    for (const { path, properties } of opened.allOf(type)) {
      const row = rowFor(path.join("/"));
      if (row === undefined) continue;
      told.add(row);
      const [line = ""] = new RegExp(`^\\| \`${row}\` \\|.+$`, "m").exec(page) ?? [];
      expect(line, path.join("/")).not.toBe("");
      const { MessageRetentionPeriod: seconds, RetentionInDays: days } = properties;
      if (seconds !== undefined) expect(line).toContain(`${Number(seconds) / 86_400} days`);
      // The template is that of a stage for tests.
      if (days !== undefined) expect(line).toContain(`${days} elsewhere`);
    }
  }
  expect([...told].toSorted()).toEqual(["Access logs", "Dead letters", "Fill queue", "Logs", "User pool"]);
});

const lifecycleSchema = z.object({
  Rules: z.array(
    z.object({
      Status: z.string(),
      ExpirationInDays: z.number().optional(),
      TagFilters: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
      NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.number() }).optional(),
    }),
  ),
});
