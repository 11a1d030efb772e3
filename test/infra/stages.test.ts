import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).optional(),
});

/** What a stage is deployed as. */
function deployed(config: StageConfig, console?: string) {
  const app = new App({ context, outdir: join(outdir, newFolder()) });
  const { artifactId } = new BatchUpdatesStack(app, `BatchUpdates-${config.stage}`, { config, console });
  const assembly = app.synth();
  const { template } = assembly.getStackArtifact(artifactId);
  const { Resources } = z.looseObject({ Resources: z.record(z.string(), resourceSchema) }).parse(template);
  const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  return { folder: assembly.directory, ofType };
}

let folders = 0;
function newFolder(): string {
  folders++;
  return String(folders);
}

test.each([
  ["production", "demanded", "ON"],
  ["test", "offered", "OPTIONAL"],
] as const)(
  "in %s a one-time code of an app beside the password is %s, none goes by text message",
  (stage, _, wanted) => {
    const [pool, ...others] = deployed(stages[stage]).ofType("AWS::Cognito::UserPool");
    expect(others).toEqual([]);
    expect(pool?.Properties).toMatchObject({ MfaConfiguration: wanted, EnabledMfas: ["SOFTWARE_TOKEN_MFA"] });
  },
);

test("production holds each library to a rate of requests and may count them; test has none, and no right for it", () => {
  const ofApi = (config: StageConfig) => {
    const isApi = (properties: object) => JSON.stringify(properties).includes('"DEPLOYABLE":"api"');
    const [api] = deployed(config)
      .ofType("AWS::Lambda::Function")
      .filter(({ Properties }) => isApi(Properties));
    const environment = z
      .looseObject({ Variables: z.record(z.string(), z.unknown()) })
      .parse(api?.Properties["Environment"]);
    const rights = JSON.stringify(deployed(config).ofType("AWS::IAM::Policy"));
    return { rate: environment.Variables["REQUESTS_PER_SECOND"], mayCount: rights.includes("LIB#*#REQUESTS#*") };
  };
  expect(ofApi({ ...stages.production, stage: "rated" })).toEqual({ rate: "50", mayCount: true });
  expect(ofApi({ ...stages.test, stage: "unrated" })).toEqual({ rate: undefined, mayCount: false });
});

test("no stage makes a machine client: libraries' own are made by the API, samples on one machine alone", () => {
  for (const config of Object.values(stages)) {
    const clients = deployed(config).ofType("AWS::Cognito::UserPoolClient");
    expect(clients.map(({ Properties }) => Properties["ClientName"])).toEqual(["console"]);
  }
});

describe("the console's files", () => {
  let built: ReturnType<typeof deployed>;

  beforeAll(async () => {
    const console = join(outdir, "console");
    await mkdir(join(console, "assets"), { recursive: true });
    await mkdir(join(console, "docs"));
    for (const name of ["index.html", join("docs", "runbook.html"), join("assets", "main-abc.js"), ".built-from"]) {
      await writeFile(join(console, name), name);
    }
    built = deployed(stages.test, console);
  });

  const deploymentSchema = z.looseObject({
    SourceObjectKeys: z.array(z.string()),
    DestinationBucketKeyPrefix: z.string().optional(),
    Prune: z.boolean(),
    Exclude: z.array(z.string()).optional(),
    SystemMetadata: z.object({ "cache-control": z.string() }),
  });
  const deployments = () =>
    built.ofType("Custom::CDKBucketDeployment").map(({ Properties }) => deploymentSchema.parse(Properties));
  const filesOf = async (key = "") => {
    const folder = join(built.folder, `asset.${key.replace(/\.zip$/, "")}`);
    return (await readdir(folder, { recursive: true, withFileTypes: true })).flatMap((it) =>
      it.isFile() ? it.name : [],
    );
  };

  test("those with a digest in their names are kept by browsers for good, and stay when a later version comes", async () => {
    const assets = deployments().find((one) => one.DestinationBucketKeyPrefix === "assets");
    expect(assets).toMatchObject({
      Prune: false,
      SystemMetadata: { "cache-control": "public, max-age=31536000, immutable" },
    });
    expect(await filesOf(assets?.SourceObjectKeys[0])).toEqual(["main-abc.js"]);
  });

  test("pages are asked for anew each time, come after what they name, and take nothing of an open page away", async () => {
    const pages = deployments().find((one) => one.DestinationBucketKeyPrefix === undefined);
    expect(pages).toMatchObject({
      Prune: true,
      Exclude: ["assets/*"],
      SystemMetadata: { "cache-control": "no-cache" },
    });
    // Not what they were built from, which concerns nobody.
    expect((await filesOf(pages?.SourceObjectKeys[0])).toSorted()).toEqual(["index.html", "runbook.html"]);
    const later = built.ofType("Custom::CDKBucketDeployment").find(({ DependsOn }) => DependsOn !== undefined);
    expect(later?.DependsOn?.join()).toMatch(/ConsoleAssets/);
    expect(deploymentSchema.parse(later?.Properties)).toEqual(pages);
  });
});
