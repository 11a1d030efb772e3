import { rm } from "node:fs/promises";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { BatchUpdatesStack } from "./batch-updates-stack.ts";
import { bundleFolder, bundleFunctions } from "./bundles.ts";
import { buildConsole, consoleBuild } from "./console-build.ts";
import { stageNamed } from "./stages.ts";

const app = new App();
const alarmEmail: unknown = app.node.tryGetContext("alarmEmail");
const config = stageNamed(String(app.node.tryGetContext("stage")), {
  alarmEmail: alarmEmail === undefined ? undefined : String(alarmEmail),
  // The CDK's command line says it, by the credentials of the shell.
  region: process.env.CDK_DEFAULT_REGION,
});

// One machine serves the console's files from where they are built and does not wait for them here.
const withConsole = process.env.CONSOLE_APART === undefined;
await Promise.all([bundleFunctions(), withConsole ? buildConsole() : undefined]);

new BatchUpdatesStack(app, `BatchUpdates-${config.stage}`, {
  config,
  console: withConsole ? consoleBuild : undefined,
  description: "Batch updates of patron profiles",
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
// The assembly holds copies.
await rm(bundleFolder, { recursive: true, force: true });
