import { z } from "zod";
import { type Cloud, region } from "./cloud.ts";
import { responseHeaders } from "./response-headers.ts";

/** Resolved properties of a type, each with its name. */
export function named(cloud: Cloud, type: string, property: string): Record<string, unknown>[] {
  return cloud.ofType(type).map(({ logicalId, properties }) => ({ ...properties, [property]: cloud.name(logicalId) }));
}

/** Name of the resource that a construct of ours stands for. */
export function constructed(cloud: Cloud, type: string, path: string): string {
  const found = cloud.ofType(type).find((resource) => resource.path.join("/").startsWith(`${path}/`));
  if (found === undefined) throw new Error(`The template holds no ${type} at ${path}.`);
  return cloud.name(found.logicalId);
}

/** The state machines, each with the workflow that it is. */
export function stateMachines(cloud: Cloud) {
  return cloud.ofType("AWS::StepFunctions::StateMachine").map(({ logicalId, path, properties }) => {
    const definition: unknown = JSON.parse(z.string().parse(properties.DefinitionString));
    return { workflow: path[0] ?? logicalId, arn: cloud.arn(logicalId), name: cloud.name(logicalId), definition };
  });
}

const corsSchema = z.looseObject({ CorsConfiguration: z.looseObject({ CorsRules: z.array(z.unknown()) }) });

export function corsRules(buckets: readonly { properties: unknown }[]): { cors?: unknown[] } {
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

export function eventSources(cloud: Cloud) {
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

/**
 * The function behind the HTTP API.
 *
 * @throws where the template routes in a way that the gateway here does not.
 */
export function httpApi(cloud: Cloud): { functionArn: string } {
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
  return { functionArn: integrations.data[0].IntegrationUri };
}

const userPoolSchema = z.looseObject({
  LambdaConfig: z.strictObject({
    PreTokenGenerationConfig: z.strictObject({ LambdaArn: z.string(), LambdaVersion: z.literal("V3_0") }),
  }),
});

/** The user pool, and the function that is asked for the claims of its tokens. */
export function userPool(cloud: Cloud): { poolId: string; triggerArn: string } {
  const [pool, ...others] = cloud.ofType("AWS::Cognito::UserPool");
  const parsed = userPoolSchema.safeParse(pool?.properties);
  if (pool === undefined || others.length > 0 || !parsed.success) {
    throw new Error("The template's user pool has no trigger of tokens that can be asked here, or others beside it.");
  }
  const { PreTokenGenerationConfig } = parsed.data.LambdaConfig;
  return { poolId: cloud.name(pool.logicalId), triggerArn: PreTokenGenerationConfig.LambdaArn };
}

const publicClientSchema = z.looseObject({
  GenerateSecret: z.literal(false),
  CallbackURLs: z.array(z.url()).min(1),
  LogoutURLs: z.array(z.url()).min(1),
});

/** The client that the console signs people in with, and where they may be sent back to. */
export function consoleClient(cloud: Cloud, local: (address: string) => string) {
  for (const { logicalId, properties } of cloud.ofType("AWS::Cognito::UserPoolClient")) {
    const { data } = publicClientSchema.safeParse(properties);
    if (data === undefined) continue;
    const returns = { signedIn: data.CallbackURLs.map(local), signedOut: data.LogoutURLs.map(local) };
    return { clientId: cloud.name(logicalId), returns };
  }
  throw new Error("The template holds no client for the console that says where people are sent back to.");
}

export function consoleHeaders(cloud: Cloud, url: string, s3: string): Record<string, string> {
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
