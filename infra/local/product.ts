import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { root } from "../bundles.ts";
import { accessKeyId, type Cloud, openCloud, region, secretAccessKey } from "./cloud.ts";
import { createConsoleFiles } from "./console-files.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { type Endpoints, writeEndpoints } from "./endpoints.ts";
import { createHttpGateway, type RequestHandler } from "./http-gateway.ts";
import { createIdentity } from "./identity.ts";
import { openFunctions } from "./lambda/functions.ts";
import type { Invoke } from "./lambda/invocation.ts";
import { startOriginServer } from "./origin-server.ts";
import { holdLock, LockHeld } from "./process-lock.ts";
import { responseHeaders } from "./response-headers.ts";
import { startS3 } from "./s3/server.ts";
import { startSchedules } from "./schedule.ts";
import { startEventSource, startSqs } from "./sqs.ts";
import { startStepFunctions } from "./step-functions/server.ts";
import { synthesise } from "./synthesise.ts";
import { readTemplate } from "./template.ts";

export interface ProductOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Everything that must outlive a restart is in this folder. */
  readonly dataDir: string;
  /** Invocations of one function at the same time. */
  readonly concurrency?: number;
  /** A module that is loaded into every function's worker before its bundle. */
  readonly preload?: string;
  /** Told when a part died and could not be brought back. */
  onFailure(reason: string): void;
}

export interface Product {
  readonly url: string;
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

/**
 * Brings the synthesised template up on this machine: engines for its tables, buckets, queues and state machines, its
 * functions in worker threads, its API, console and issuer behind one origin. Goes on with what an earlier product left
 * unfinished.
 *
 * @throws one sentence where it cannot: the folder or the port is in use, an engine is missing, the template holds
 * something that this machine does not know.
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    closing.push(await holdFolder(dataDir));
    return await start(options, dataDir, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: ProductOptions,
  dataDir: string,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Product> {
  const [server, assembly] = await Promise.all([startOriginServer(options.port), synthesise()]);
  closing.push(() => server.close());
  const url = `http://localhost:${server.port}`;
  const template = await readTemplate(assembly);
  let queueUrl = (name: string): string => name;
  const cloud = openCloud(template, { origin: url, queueUrl: (name) => queueUrl(name) });

  const buckets = cloud.ofType("AWS::S3::Bucket");
  const [dynamo, s3, sqs, identity] = await Promise.all([
    startDynamoDb({
      directory: join(dataDir, "dynamodb"),
      tables: named(cloud, "AWS::DynamoDB::Table", "TableName"),
      onExit: options.onFailure,
      onRestart: (reason) => process.stderr.write(`${reason}\n`),
    }),
    startS3({
      port: 0,
      directory: join(dataDir, "s3"),
      buckets: buckets.map(({ logicalId }) => cloud.name(logicalId)),
      accessKeyId,
      secretAccessKey,
      ...corsRules(buckets),
    }),
    startSqs({ port: 0, queues: named(cloud, "AWS::SQS::Queue", "QueueName") }),
    createIdentity({ issuer: `${url}/oidc`, directory: join(dataDir, "identity") }),
  ]);
  closing.push(
    () => dynamo.close(),
    () => s3.close(),
    () => sqs.close(),
  );
  queueUrl = (name) => sqs.queueUrl(name);

  let invoke: Invoke = async () => ({ error: { errorType: "ServiceException", errorMessage: "Not started yet" } });
  const stepFunctions = await startStepFunctions({
    port: 0,
    directory: join(dataDir, "step-functions"),
    stateMachines: cloud.ofType("AWS::StepFunctions::StateMachine").map(({ logicalId, properties }) => ({
      arn: cloud.arn(logicalId),
      name: cloud.name(logicalId),
      definition: JSON.parse(z.string().parse(properties.DefinitionString)),
    })),
    invoke: (functionArn, payload) => invoke(functionArn, payload),
    readObject: (bucket, key) => s3.readObject(bucket, key),
  });
  closing.push(() => stepFunctions.close());

  const functions = await openFunctions({
    cloud,
    assets: template.assets,
    logs: join(dataDir, "logs"),
    concurrency: options.concurrency ?? 4,
    preload: options.preload === undefined ? [] : [options.preload],
    environment: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
      ...faultVariables(),
    },
  });
  closing.push(() => functions.close());
  invoke = functions.invoke;

  const sources = eventSources(cloud).map((source) =>
    startEventSource({ ...source, sqs, queueUrl: sqs.queueUrl(source.queue), invoke }),
  );
  closing.push(async () => {
    await Promise.all(sources.map((source) => source.close()));
  });
  const schedules = startSchedules({ cloud, invoke });
  closing.push(async () => schedules.close());

  const signIn = { issuer: `${url}/oidc`, clientId: consoleClient(cloud) };
  const consoleFiles = createConsoleFiles({
    folder: join(root, "console", "dist"),
    headers: consoleHeaders(cloud, url, s3.endpoint),
    signIn,
  });
  server.open(routes({ api: apiGateway(cloud, invoke), identity: identity.handler, consoleFiles }));

  const endpoints: Endpoints = {
    dynamodb: dynamo.endpoint,
    s3: s3.endpoint,
    sqs: sqs.endpoint,
    stepFunctions: stepFunctions.endpoint,
    table: constructed(cloud, "AWS::DynamoDB::Table", "Records/Table"),
    bucket: constructed(cloud, "AWS::S3::Bucket", "Records/Bucket"),
    queueUrl: sqs.queueUrl(constructed(cloud, "AWS::SQS::Queue", "BatchManager/Queue")),
    stateMachines: Object.fromEntries(
      cloud
        .ofType("AWS::StepFunctions::StateMachine")
        .map(({ logicalId, path }) => [path[0] ?? logicalId, cloud.arn(logicalId)]),
    ),
    region,
    accessKeyId,
    secretAccessKey,
  };
  await writeEndpoints(dataDir, endpoints);
  await stepFunctions.resume();
  void schedules.runAll();
  return { url, endpoints, close };
}

async function holdFolder(dataDir: string): Promise<() => Promise<void>> {
  try {
    return await holdLock(join(dataDir, "product.lock"));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new Error(
      `${dataDir} is in use by a product that runs already (process ${error.pid}). Stop it, or set DATA_DIR to another folder.`,
    );
  }
}

/** Resolved properties of a type, each with its name. */
function named(cloud: Cloud, type: string, property: string): Record<string, unknown>[] {
  return cloud.ofType(type).map(({ logicalId, properties }) => ({ ...properties, [property]: cloud.name(logicalId) }));
}

/** Name of the resource that a construct of ours stands for. */
function constructed(cloud: Cloud, type: string, path: string): string {
  const found = cloud.ofType(type).find((resource) => resource.path.join("/").startsWith(`${path}/`));
  if (found === undefined) throw new Error(`The template holds no ${type} at ${path}.`);
  return cloud.name(found.logicalId);
}

const corsSchema = z.looseObject({ CorsConfiguration: z.looseObject({ CorsRules: z.array(z.unknown()) }) });

function corsRules(buckets: readonly { properties: unknown }[]): { cors?: unknown[] } {
  const rules = buckets.flatMap(({ properties }) => {
    const parsed = corsSchema.safeParse(properties);
    return parsed.success ? parsed.data.CorsConfiguration.CorsRules : [];
  });
  return rules.length === 0 ? {} : { cors: rules };
}

const mappingSchema = z.looseObject({
  BatchSize: z.number(),
  Enabled: z.boolean().default(true),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.tuple([z.literal("ReportBatchItemFailures")]),
  ScalingConfig: z.looseObject({ MaximumConcurrency: z.number() }),
});

function eventSources(cloud: Cloud) {
  return cloud.ofType("AWS::Lambda::EventSourceMapping").flatMap(({ logicalId, properties }) => {
    const parsed = mappingSchema.safeParse(properties);
    if (!parsed.success) {
      throw new Error(`The event source ${logicalId} cannot run here. ${z.prettifyError(parsed.error)}`);
    }
    const { BatchSize, Enabled, EventSourceArn, FunctionName, ScalingConfig } = parsed.data;
    if (!Enabled) return [];
    const queue = EventSourceArn.split(":").at(-1) ?? "";
    return [
      { queue, functionArn: FunctionName, batchSize: BatchSize, maximumConcurrency: ScalingConfig.MaximumConcurrency },
    ];
  });
}

const integrationSchema = z.looseObject({
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0"),
});

/** @throws where the template routes in a way that this gateway does not. */
function apiGateway(cloud: Cloud, invoke: Invoke): RequestHandler {
  const routes = z
    .tuple([z.looseObject({ RouteKey: z.literal("$default"), AuthorizationType: z.literal("NONE") })])
    .safeParse(cloud.ofType("AWS::ApiGatewayV2::Route").map(({ properties }) => properties));
  const integrations = z
    .tuple([integrationSchema])
    .safeParse(cloud.ofType("AWS::ApiGatewayV2::Integration").map(({ properties }) => properties));
  if (!routes.success || !integrations.success) {
    throw new Error(
      "The template's HTTP API has routes other than one $default to one function, which cannot run here.",
    );
  }
  return createHttpGateway({ functionArn: integrations.data[0].IntegrationUri, invoke });
}

function consoleClient(cloud: Cloud): string {
  const found = cloud
    .ofType("AWS::Cognito::UserPoolClient")
    .find(({ properties }) => properties.GenerateSecret !== true);
  if (found === undefined) throw new Error("The template holds no client for the console.");
  return cloud.name(found.logicalId);
}

function consoleHeaders(cloud: Cloud, url: string, s3: string): Record<string, string> {
  const bucket = constructed(cloud, "AWS::S3::Bucket", "Records/Bucket");
  const policies = cloud.ofType("AWS::CloudFront::ResponseHeadersPolicy");
  // Hosts of the cloud, as the policy names them, and what stands for them here.
  const local = (word: string): string => {
    if (word === `https://${bucket}.s3.${region}.amazonaws.com`) return s3;
    if (word.startsWith("https://") && (word.endsWith(".amazoncognito.com") || word.endsWith(new URL(url).host)))
      return url;
    return word;
  };
  return Object.assign(
    {},
    ...policies.map(({ properties }) => responseHeaders(properties.ResponseHeadersPolicyConfig, local)),
  );
}

function routes(parts: {
  api: RequestHandler;
  identity: (...request: Parameters<RequestHandler>) => void;
  consoleFiles: RequestHandler;
}): RequestHandler {
  return async (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (path === "/v1" || path.startsWith("/v1/")) return await parts.api(request, response);
    if (path === "/oidc" || path.startsWith("/oidc/")) {
      // Where Cognito keeps its keys; the local issuer keeps them under another name.
      if (path === "/oidc/.well-known/jwks.json") request.url = "/oidc/jwks";
      parts.identity(request, response);
      return;
    }
    await parts.consoleFiles(request, response);
  };
}

/** Variables by which a fault layer in the workers is told what to do. */
function faultVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("FAULTS_") && value !== undefined ? [[name, value]] : [],
    ),
  );
}
