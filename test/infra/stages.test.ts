import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { BatchUpdatesStack } from "#infra/batch-updates-stack";
import { bundleFolder, deployables } from "#infra/bundles";
import { type StageConfig, stages } from "#infra/stages";

let outdir: string;
let context: Record<string, unknown>;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "stages-"));
  const settings: unknown = JSON.parse(await readFile("cdk.json", "utf8"));
  context = z.looseObject({ context: z.record(z.string(), z.unknown()) }).parse(settings).context;
  // What the functions do is not looked at here.
  for (const name of deployables) {
    await mkdir(join(bundleFolder, name), { recursive: true });
    await writeFile(join(bundleFolder, name, "index.mjs"), "");
  }
});
afterAll(async () => {
  await rm(outdir, { recursive: true, force: true });
  await rm(bundleFolder, { recursive: true, force: true });
});

const resourceSchema = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

function resources(config: StageConfig, type: string) {
  const app = new App({ context, outdir: join(outdir, config.stage) });
  const { artifactId } = new BatchUpdatesStack(app, `BatchUpdates-${config.stage}`, { config, withConsole: false });
  const { template } = app.synth().getStackArtifact(artifactId);
  const { Resources } = z.looseObject({ Resources: z.record(z.string(), resourceSchema) }).parse(template);
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

test.each([
  ["production", "demanded", "ON"],
  ["test", "offered", "OPTIONAL"],
] as const)(
  "in %s a one-time code of an app beside the password is %s, none goes by text message",
  (stage, _, wanted) => {
    const [pool, ...others] = resources(stages[stage], "AWS::Cognito::UserPool");
    expect(others).toEqual([]);
    expect(pool?.Properties).toMatchObject({ MfaConfiguration: wanted, EnabledMfas: ["SOFTWARE_TOKEN_MFA"] });
  },
);
