import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { parseTemplate } from "#infra/local/template";
import { stateMachineFindings, templateFindings } from "../../cloudformation/findings.ts";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

test("AWS's own description of its resource types finds nothing in the template", () => {
  expect(opened.template.resources.size).toBeGreaterThan(100);
  expect(templateFindings(opened.template)).toEqual([]);
});

test.each([
  [{ Type: "AWS::SQS::Line" }, "A: there is no resource type AWS::SQS::Line"],
  [{ Type: "AWS::SQS::Queue", Properties: { Visibility: 1 } }, "A: there is no property Visibility"],
  [{ Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: "soon" } }, "A.VisibilityTimeout: must be a number"],
  [{ Type: "AWS::SNS::TopicPolicy", Properties: { PolicyDocument: {} } }, "A: Topics lacks"],
  [
    { Type: "AWS::SNS::TopicPolicy", Properties: { PolicyDocument: {}, Topics: [{ Ref: "B" }] } },
    "A: refers to B, which there is not",
  ],
  [
    { Type: "AWS::SNS::Topic", Properties: { TopicName: { "Fn::GetAtt": ["A", "Title"] } } },
    "A: asks for Title of A, which there is not",
  ],
  [
    { Type: "AWS::S3::Bucket", Properties: { CorsConfiguration: { CorsRules: [{ AllowedMethods: ["GET"] }] } } },
    "A.CorsConfiguration.CorsRules[0]: AllowedOrigins lacks",
  ],
])("and it would: %j", (resource, finding) => {
  expect(templateFindings(parseTemplate({ Resources: { A: resource } }))).toEqual([finding]);
});

test("a validator of the states language finds nothing in the workflows, and would find a state that leads nowhere", () => {
  expect(stateMachineFindings(opened.cloud)).toEqual([]);
  const spoiled = {
    ...opened.cloud,
    ofType: (type: string) =>
      opened.cloud.ofType(type).map((one) => {
        const definition = z.looseObject({}).parse(JSON.parse(String(one.properties["DefinitionString"])));
        return { ...one, properties: { DefinitionString: JSON.stringify({ ...definition, StartAt: "Nowhere" }) } };
      }),
  };
  const found = stateMachineFindings(spoiled).map((finding) => finding.split("StateMachine")[0]);
  expect([...new Set(found)].toSorted()).toEqual(["Apply", "BuildQuerySet", "Erase", "Export", "Import", "Plan"]);
});
