import { beforeAll, expect, test } from "vitest";
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
