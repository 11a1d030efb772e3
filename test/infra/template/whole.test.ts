import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

test("cdk-nag finds nothing that is not acknowledged with its reason", async () => {
  const report = z
    .looseObject({
      pluginReports: z.array(
        z.looseObject({
          pluginName: z.string(),
          violations: z.array(z.looseObject({ ruleName: z.string() })),
          suppressedViolations: z.array(z.looseObject({ acknowledgedAt: z.string(), reason: z.string().min(1) })),
        }),
      ),
    })
    .parse(JSON.parse(await readFile(join(opened.assembly, "validation-report.json"), "utf8")));
  const packs = report.pluginReports.filter(({ suppressedViolations }) => suppressedViolations.length > 0);
  expect(packs.map(({ pluginName }) => pluginName)).toEqual(expect.arrayContaining(["AwsSolutions", "Serverless"]));
  // At the resource, or the role and the uploader whose policies they are; never for all of the stack.
  const places = packs.flatMap(({ suppressedViolations }) => suppressedViolations.map((it) => it.acknowledgedAt));
  expect(places.length).toBeGreaterThan(50);
  for (const place of places) expect(place.split("/").length).toBeGreaterThan(1);
  expect(report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toEqual([]);
});

test("no resource waits for itself in a circle, which CloudFormation would refuse", () => {
  const visiting = new Set<string>();
  const visited = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (visited.has(logicalId)) return;
    if (visiting.has(logicalId)) throw new Error(`A circle: ${[...path, logicalId].join(" → ")}`);
    visiting.add(logicalId);
    for (const next of referredTo(opened.template.resources.get(logicalId)?.properties))
      visit(next, [...path, logicalId]);
    visited.add(logicalId);
  };
  const [some = ""] = opened.template.resources.keys();
  expect([...referredTo({ a: [{ Ref: some }] })]).toEqual([some]);
  for (const logicalId of opened.template.resources.keys()) visit(logicalId, []);
  expect(visited.size).toBe(opened.template.resources.size);
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
  return new Set([...found].filter((id) => opened.template.resources.has(id)));
}

test("an operator is told where everything is, and the guide tells of each of these what it is", async () => {
  const told = Object.keys(opened.document.Outputs);
  expect(told).toEqual(
    expect.arrayContaining([
      ...["ConsoleUrl", "ApiUrl", "UserPoolId", "Issuer", "ConsoleClientId"],
      ...["TableName", "BucketName", "DashboardUrl"],
    ]),
  );
  const guide = await readFile(resolve(import.meta.dirname, "../../../docs/operating.md"), "utf8");
  const [, chapter = ""] = guide.split(/^## Outputs$/m);
  const rows = [...chapter.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, name]) => name);
  expect(rows).toEqual(expect.arrayContaining(told));
});
