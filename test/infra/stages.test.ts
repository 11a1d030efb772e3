import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
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

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.unknown()),
});

const made = new Map<StageConfig, ReturnType<typeof deployed>>();
/** A stage without its console, once for all that look at it. */
function stageOf(config: StageConfig) {
  const found = made.get(config) ?? deployed(config);
  made.set(config, found);
  return found;
}

/** What a stage is deployed as; what cdk-nag finds in it and nobody has acknowledged is thrown. */
function deployed(config: StageConfig, console?: string) {
  const app = new App({ context, outdir: join(outdir, newFolder()) });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const { artifactId } = new BatchUpdatesStack(app, `BatchUpdates-${config.stage}`, { config, console });
  const assembly = app.synth();
  const { template } = assembly.getStackArtifact(artifactId);
  const { Resources, Outputs } = templateSchema.parse(template);
  const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  return { folder: assembly.directory, ofType, outputs: Object.keys(Outputs) };
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
    const [pool, ...others] = stageOf(stages[stage]).ofType("AWS::Cognito::UserPool");
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
    const rights = JSON.stringify(stageOf(config).ofType("AWS::IAM::Policy"));
    return { rate: environment.Variables["REQUESTS_PER_SECOND"], mayCount: rights.includes("LIB#*#REQUESTS#*") };
  };
  expect(ofApi({ ...stages.production, stage: "rated" })).toEqual({ rate: "50", mayCount: true });
  expect(ofApi({ ...stages.test, stage: "unrated" })).toEqual({ rate: undefined, mayCount: false });
});

test("no stage makes a machine client: libraries' own are made by the API, samples on one machine alone", () => {
  for (const config of Object.values(stages)) {
    const clients = stageOf(config).ofType("AWS::Cognito::UserPoolClient");
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

describe("a stage with all that a stage may have", () => {
  const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0";
  const fullest: StageConfig = {
    ...stages.production,
    alarmEmail: "ops@example.org",
    mailFrom: "updates@example.org",
    console: { name: "updates.example.org", certificateArn },
    api: { name: "api.updates.example.org", certificateArn },
    firewall: { requests: 3000, requestsWithoutToken: 100 },
    restoredTable: "restored",
    backup: { copyTo: "arn:aws:backup:us-east-1:210987654321:backup-vault:elsewhere" },
  };
  let built: ReturnType<typeof deployed>;

  beforeAll(() => {
    built = deployed(fullest);
  });
  const only = (type: string) => {
    const [one, ...others] = built.ofType(type);
    expect(others).toEqual([]);
    return one?.Properties ?? {};
  };

  test("console and API answer under their own names by TLS 1.2 and later, the API under no other", () => {
    expect(only("AWS::CloudFront::Distribution")).toMatchObject({
      DistributionConfig: {
        Aliases: ["updates.example.org"],
        ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: "TLSv1.2_2021" },
      },
    });
    expect(only("AWS::ApiGatewayV2::DomainName")).toMatchObject({
      DomainName: "api.updates.example.org",
      DomainNameConfigurations: [{ CertificateArn: certificateArn, SecurityPolicy: "TLS_1_2" }],
    });
    expect(only("AWS::ApiGatewayV2::Api")).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(only("AWS::Cognito::UserPoolClient")).toMatchObject({
      CallbackURLs: ["https://updates.example.org/signed-in"],
    });
    const [api] = built
      .ofType("AWS::Lambda::Function")
      .filter(({ Properties }) => JSON.stringify(Properties).includes("JWKS_URL"));
    expect(api?.Properties).toMatchObject({ Environment: { Variables: { ORIGIN: "https://updates.example.org" } } });
  });

  test("an address that asks too often, above all without a token, is answered 429 before the distribution works", () => {
    const rules = z.looseObject({
      Rules: z.array(z.looseObject({ Name: z.string(), Statement: z.unknown(), Action: z.unknown() })),
    });
    const acl = only("AWS::WAFv2::WebACL");
    expect(acl).toMatchObject({ Scope: "CLOUDFRONT", DefaultAction: { Allow: {} } });
    const limits = rules.parse(acl).Rules.map(({ Statement, Action }) => {
      expect(Action).toMatchObject({ Block: { CustomResponse: { ResponseCode: 429 } } });
      return Statement;
    });
    expect(limits).toMatchObject([
      { RateBasedStatement: { Limit: 100, AggregateKeyType: "IP", ScopeDownStatement: { AndStatement: {} } } },
      { RateBasedStatement: { Limit: 3000, AggregateKeyType: "IP" } },
    ]);
    expect(JSON.stringify(only("AWS::CloudFront::Distribution"))).toContain(
      '"WebACLId":{"Fn::GetAtt":["ConsoleFirewallRules',
    );
  });

  test("rules that are there already stand in front of it by their ARN", () => {
    const webAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shared/0";
    const { ofType } = deployed({ ...stages.test, firewall: { webAclArn } });
    expect(ofType("AWS::WAFv2::WebACL")).toEqual([]);
    expect(ofType("AWS::CloudFront::Distribution")[0]?.Properties).toMatchObject({
      DistributionConfig: { WebACLId: webAclArn },
    });
  });

  test("every function and workflow works on the restored table and may touch no other; the stack's own stays", () => {
    expect(built.ofType("AWS::DynamoDB::Table")).toHaveLength(1);
    const named = built.ofType("AWS::Lambda::Function").flatMap(({ Properties }) => {
      const { Variables } = z
        .looseObject({ Variables: z.looseObject({ TABLE_NAME: z.unknown() }) })
        .parse(Properties["Environment"]);
      return [Variables.TABLE_NAME];
    });
    expect(new Set(named)).toEqual(new Set(["restored"]));
    const elsewhere = [
      ...["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::StepFunctions::StateMachine"],
      ...["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Backup::BackupSelection"],
    ].flatMap(built.ofType);
    expect(elsewhere.length).toBeGreaterThan(40);
    const text = JSON.stringify(elsewhere);
    expect(text).not.toContain("RecordsTable");
    expect(text.match(/:table\/restored"/g)?.length).toBeGreaterThan(40);
  });

  test("records and evidence are copied to another account each day, for no longer than what is erased may be found", () => {
    expect(only("AWS::Backup::BackupPlan")).toMatchObject({
      BackupPlan: {
        BackupPlanRule: [
          {
            Lifecycle: { DeleteAfterDays: 35 },
            CopyActions: [{ DestinationBackupVaultArn: fullest.backup?.copyTo, Lifecycle: { DeleteAfterDays: 35 } }],
          },
        ],
      },
    });
    const resources = JSON.stringify(only("AWS::Backup::BackupSelection"));
    expect(resources).toContain(":table/restored");
    expect(resources).toContain("RecordsBucket");
  });

  test("all that it tells an operator has its row in the guide, and no other row stands there", async () => {
    const [, chapter = ""] = (await readFile("docs/operating.md", "utf8")).split(/^## Outputs$/m);
    const rows = [...chapter.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual(built.outputs.toSorted());
  });
});

test.each([{ stage: "test" }, { stage: "production", alarmEmail: "ops@example.org" }])(
  "synthesis of %j warns of nothing",
  async (given) => {
    const { stderr } = await promisify(execFile)(process.execPath, ["infra/app.ts"], {
      env: {
        ...process.env,
        CDK_OUTDIR: join(outdir, newFolder()),
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...given }),
        CONSOLE_APART: "yes",
      },
    });
    expect(stderr).toBe("");
  },
);
