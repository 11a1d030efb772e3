import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

test("the console may load scripts and styles from its own origin alone, none of them inline", () => {
  const [policy] = opened.cloud.ofType("AWS::CloudFront::ResponseHeadersPolicy");
  const text = JSON.stringify(policy?.properties);
  expect(text).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(text).not.toContain("unsafe");
});

test("the gateway's log tells of a request neither its address nor who asked: there are ids of patrons in it", () => {
  const [stage] = opened.allOf("AWS::ApiGatewayV2::Stage");
  const { AccessLogSettings } = z
    .looseObject({ AccessLogSettings: z.looseObject({ Format: z.string() }) })
    .parse(stage?.properties);
  const fields = [...AccessLogSettings.Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name);
  expect(fields).toEqual(expect.arrayContaining(["requestId", "routeKey", "status", "responseLatency"]));
  for (const field of fields) expect(field).not.toMatch(/path|query|identity|header|authorizer|domain/i);
});

test("the distribution keeps no log of addresses, and answers of the gateway's own carry security headers", () => {
  const [distribution] = opened.allOf("AWS::CloudFront::Distribution");
  const { DistributionConfig: config } = z
    .looseObject({
      DistributionConfig: z.looseObject({
        CacheBehaviors: z.array(z.looseObject({ PathPattern: z.string(), ResponseHeadersPolicyId: z.string() })),
      }),
    })
    .parse(distribution?.properties);
  expect(config).not.toHaveProperty("Logging");
  // CloudFront's own policy of that name.
  expect(config.CacheBehaviors).toMatchObject([
    { PathPattern: "/v1/*", ResponseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03" },
  ]);
});

test("the distribution may ask what files there are, for a page that is not there must be 404", () => {
  const policy = opened.allOf("AWS::S3::BucketPolicy").find(({ path }) => path.join("/").startsWith("Console/Files"));
  const text = JSON.stringify(policy?.properties);
  expect(text).toMatch(/"s3:ListBucket"[^\]]*\].{0,300}"Service":"cloudfront.amazonaws.com"/);
});

test("CloudWatch may use the key, and tell the topic, for alarms of this account alone", () => {
  const statement = z.looseObject({
    Principal: z.union([z.string(), z.looseObject({ Service: z.unknown().optional() })]).optional(),
  });
  const ofCloudWatch = (type: string, policy: string) =>
    opened.allOf(type).flatMap(({ properties }) =>
      z
        .looseObject({ Statement: z.array(statement) })
        .parse(properties[policy])
        .Statement.filter(
          ({ Principal }) => typeof Principal === "object" && Principal.Service === "cloudwatch.amazonaws.com",
        ),
    );
  const found = [
    ...ofCloudWatch("AWS::KMS::Key", "KeyPolicy"),
    ...ofCloudWatch("AWS::SNS::TopicPolicy", "PolicyDocument"),
  ];
  expect(found).toHaveLength(2);
  for (const one of found) {
    expect(one).toMatchObject({ Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } });
  }
});
