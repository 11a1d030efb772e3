import { expect, test } from "vitest";
import { stageNamed, stages } from "#infra/stages";

test("production is not to be had without an address that alarms tell, and the sentence says how to give one", () => {
  expect(() => stageNamed("production")).toThrow(
    /Nobody would be told about the alarms of the stage production\. Give --context alarmEmail=/,
  );
  expect(stageNamed("production", { alarmEmail: "ops@example.org" })).toMatchObject({
    stage: "production",
    alarmEmail: "ops@example.org",
  });
});

test("what is no address is refused, on any stage", () => {
  for (const stage of Object.keys(stages)) {
    expect(() => stageNamed(stage, { alarmEmail: "ops" })).toThrow("ops is no e-mail address for alarms.");
  }
});

test("a stage for tests needs nobody who is told", () => {
  expect(stageNamed("test")).not.toHaveProperty("alarmEmail");
});

test("a firewall that could not be made in its region is refused before anything is deployed", () => {
  const all = { test: { ...stages.test, firewall: { requests: 3000, requestsWithoutToken: 100 } } };
  expect(() => stageNamed("test", { region: "us-west-2" }, all)).toThrow(
    /The firewall of the stage test can only be made in us-east-1, and this is us-west-2\./,
  );
  expect(stageNamed("test", { region: "us-east-1" }, all)).toHaveProperty("firewall");
  const shared = { test: { ...stages.test, firewall: { webAclArn: "arn:aws:wafv2:us-east-1:0:global/webacl/a/b" } } };
  expect(stageNamed("test", { region: "us-west-2" }, shared)).toHaveProperty("firewall");
});
