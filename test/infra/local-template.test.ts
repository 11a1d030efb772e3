import { describe, expect, test } from "vitest";
import { openCloud } from "#infra/local/cloud";
import { responseHeaders } from "#infra/local/response-headers";
import { rateOf } from "#infra/local/schedule";
import { parseTemplate } from "#infra/local/template";

const addresses = { origin: "http://localhost:4000", queueUrl: (name: string) => `http://127.0.0.1:7/q/${name}` };
const open = (source: Record<string, unknown>) => openCloud(parseTemplate(source), addresses);
const queue = { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 180 } };

describe("a template that this machine does not know is refused with one sentence", () => {
  test("an unknown type", () => {
    expect(() => open({ Resources: { Nodes: { Type: "AWS::ECS::Cluster" } } })).toThrow(
      "The template's resource Nodes is of type AWS::ECS::Cluster, which cannot run on this machine.",
    );
  });

  test("an unknown property of a type that runs", () => {
    const fifo = { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } };
    expect(() => open({ Resources: { Line: fifo } })).toThrow(
      "The template's resource Line of type AWS::SQS::Queue has the property FifoQueue, which is not known on this machine.",
    );
  });

  test("an unknown intrinsic function", () => {
    expect(() => open({ Resources: {} }).resolve({ "Fn::Base64": "x" })).toThrow("Fn::Base64");
  });

  test("a reference to nothing", () => {
    expect(() => open({ Resources: {} }).resolve({ Ref: "Gone" })).toThrow("Gone, which it does not hold");
  });

  test("an attribute of a running resource that has no local meaning", () => {
    expect(() => open({ Resources: { Line: queue } }).resolve({ "Fn::GetAtt": ["Line", "Colour"] })).toThrow(
      "Colour of Line",
    );
  });

  test("a schedule that is not a rate", () => {
    expect(rateOf("rate(1 minute)")).toBe(60_000);
    expect(rateOf("rate(2 hours)")).toBe(7_200_000);
    expect(() => rateOf("cron(0 12 * * ? *)")).toThrow("only rates are");
  });
});

/** A text for `Fn::Sub` with its variables in angle brackets. */
const sub = (text: string) => text.replaceAll("<", "$" + "{").replaceAll(">", "}");

test("what only serves a deployment does not run here", () => {
  const cloud = open({
    Resources: {
      Uploader: { Type: "AWS::Lambda::Function", Properties: { Runtime: "python3.13", Layers: [] } },
      Files: {
        Type: "Custom::CDKBucketDeployment",
        Properties: { ServiceToken: { "Fn::GetAtt": ["Uploader", "Arn"] } },
      },
      Line: queue,
    },
  });
  expect(cloud.ofType("AWS::Lambda::Function")).toEqual([]);
  expect(cloud.ofType("AWS::SQS::Queue")).toHaveLength(1);
});

describe("intrinsic functions", () => {
  const cloud = open({
    Parameters: { Stage: { Type: "String", Default: "test" } },
    Conditions: {
      Test: { "Fn::Equals": [{ Ref: "Stage" }, "test"] },
      Other: { "Fn::Not": [{ Condition: "Test" }] },
      Both: { "Fn::And": [{ Condition: "Test" }, { Condition: "Other" }] },
      One: { "Fn::Or": [{ Condition: "Test" }, { Condition: "Other" }] },
    },
    Resources: {
      Line: queue,
      Named: { Type: "AWS::S3::Bucket", Properties: { BucketName: { "Fn::Sub": sub("x-<AWS::Region>") } } },
      Off: { Type: "AWS::SQS::Queue", Condition: "Other" },
    },
  });

  test.each([
    [{ Ref: "AWS::Region" }, "us-east-1"],
    [{ Ref: "Stage" }, "test"],
    [{ Ref: "Line" }, "http://127.0.0.1:7/q/Line"],
    [{ Ref: "Named" }, "x-us-east-1"],
    [{ "Fn::GetAtt": ["Line", "Arn"] }, "arn:aws:sqs:us-east-1:000000000000:Line"],
    [{ "Fn::GetAtt": "Line.QueueName" }, "Line"],
    [{ "Fn::Join": ["-", ["a", { Ref: "Stage" }, 3]] }, "a-test-3"],
    [{ "Fn::Select": [1, { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    [{ "Fn::Sub": sub("<Stage>/<Line.Arn>/<!Kept>") }, sub("test/arn:aws:sqs:us-east-1:000000000000:Line/<Kept>")],
    [{ "Fn::Sub": [sub("<a>-<Stage>"), { a: { Ref: "Named" } }] }, "x-us-east-1-test"],
    [{ "Fn::If": ["Test", "yes", "no"] }, "yes"],
    [{ "Fn::If": ["Other", "yes", { Ref: "AWS::NoValue" }] }, undefined],
    [{ "Fn::If": ["Both", 1, 2] }, 2],
    [{ "Fn::If": ["One", 1, 2] }, 1],
    [{ a: { "Fn::If": ["Other", 1, { Ref: "AWS::NoValue" }] }, b: [1, { Ref: "AWS::NoValue" }] }, { b: [1] }],
  ])("%j is %j", (expression, value) => {
    expect(cloud.resolve(expression)).toEqual(value);
  });

  test("a resource whose condition does not hold is not there", () => {
    expect(cloud.ofType("AWS::SQS::Queue").map(({ logicalId }) => logicalId)).toEqual(["Line"]);
  });
});

describe("response headers", () => {
  const security = {
    ContentSecurityPolicy: {
      ContentSecurityPolicy: "default-src 'none'; connect-src 'self' https://bucket.example https://issuer.example",
      Override: true,
    },
    ContentTypeOptions: { Override: true },
  };

  test("name local origins where the policy names the cloud's", () => {
    const local = (source: string) => (source.startsWith("https:") ? "http://127.0.0.1:5" : source);
    expect(responseHeaders({ Name: "h", SecurityHeadersConfig: security }, local)).toEqual({
      "content-security-policy": "default-src 'none'; connect-src 'self' http://127.0.0.1:5",
      "x-content-type-options": "nosniff",
    });
  });

  test("are refused where one would be lost", () => {
    const config = { Name: "h", SecurityHeadersConfig: { ...security, XSSProtection: { Protection: true } } };
    expect(() => responseHeaders(config, (source) => source)).toThrow("XSSProtection");
  });
});
