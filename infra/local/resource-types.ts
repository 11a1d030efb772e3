import type { Resource, Template } from "./template.ts";

/** Properties of a resource type that runs here: `used` by the local parts, or `idle`, without meaning on one machine. */
interface Known {
  readonly used: readonly string[];
  readonly idle: readonly string[];
}

/**
 * Resource types that run on this machine. A property in neither list is refused: leaving it out might change what the
 * product does. Tables are checked, with the same intent, where they are made.
 */
const run: Readonly<Record<string, Known>> = {
  "AWS::DynamoDB::Table": { used: ["*"], idle: [] },
  "AWS::S3::Bucket": {
    used: ["BucketName", "CorsConfiguration"],
    idle: [
      "BucketEncryption",
      "LifecycleConfiguration",
      "LoggingConfiguration",
      "OwnershipControls",
      "PublicAccessBlockConfiguration",
      "Tags",
      "VersioningConfiguration",
    ],
  },
  "AWS::SQS::Queue": {
    used: ["QueueName", "VisibilityTimeout", "RedrivePolicy", "MessageRetentionPeriod"],
    idle: ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "Tags"],
  },
  "AWS::Lambda::Function": {
    used: ["Code", "Environment", "FunctionName", "Handler", "MemorySize", "Role", "Runtime", "Timeout"],
    idle: ["Architectures", "Description", "LoggingConfig", "Tags", "TracingConfig"],
  },
  "AWS::Lambda::EventSourceMapping": {
    used: ["BatchSize", "Enabled", "EventSourceArn", "FunctionName", "FunctionResponseTypes", "ScalingConfig"],
    // How long SQS may wait for a fuller batch: saves calls in the cloud, costs only patience here.
    idle: ["MaximumBatchingWindowInSeconds", "Tags"],
  },
  "AWS::StepFunctions::StateMachine": {
    used: ["DefinitionString", "StateMachineName", "StateMachineType"],
    idle: ["LoggingConfiguration", "RoleArn", "Tags", "TracingConfiguration"],
  },
  "AWS::ApiGatewayV2::Api": { used: ["ProtocolType"], idle: ["Name", "Description", "Tags"] },
  "AWS::ApiGatewayV2::Integration": {
    used: ["ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"],
    idle: ["TimeoutInMillis"],
  },
  "AWS::ApiGatewayV2::Route": { used: ["ApiId", "AuthorizationType", "RouteKey", "Target"], idle: [] },
  "AWS::ApiGatewayV2::Stage": {
    used: [],
    idle: ["AccessLogSettings", "ApiId", "AutoDeploy", "DefaultRouteSettings", "StageName", "Tags"],
  },
  "AWS::Scheduler::Schedule": {
    used: ["ScheduleExpression", "State", "Target"],
    idle: ["FlexibleTimeWindow", "ScheduleExpressionTimezone"],
  },
  "AWS::Cognito::UserPool": {
    used: ["LambdaConfig"],
    idle: [
      "AccountRecoverySetting",
      "AdminCreateUserConfig",
      "AliasAttributes",
      "AutoVerifiedAttributes",
      "DeletionProtection",
      "EmailConfiguration",
      "EmailVerificationMessage",
      "EmailVerificationSubject",
      "EnabledMfas",
      "MfaConfiguration",
      "Policies",
      "SmsVerificationMessage",
      "UserPoolTier",
      "VerificationMessageTemplate",
    ],
  },
  "AWS::Cognito::UserPoolClient": {
    used: ["CallbackURLs", "ClientName", "GenerateSecret", "LogoutURLs"],
    idle: [
      "AccessTokenValidity",
      "AllowedOAuthFlows",
      "AllowedOAuthFlowsUserPoolClient",
      "AllowedOAuthScopes",
      "EnableTokenRevocation",
      "ExplicitAuthFlows",
      "PreventUserExistenceErrors",
      "RefreshTokenValidity",
      "SupportedIdentityProviders",
      "TokenValidityUnits",
      "UserPoolId",
      "WriteAttributes",
    ],
  },
  "AWS::CloudFront::Function": { used: ["FunctionCode"], idle: ["AutoPublish", "FunctionConfig", "Name"] },
  "AWS::Events::Rule": { used: ["EventPattern", "State", "Targets"], idle: ["Description"] },
  "AWS::CloudFront::ResponseHeadersPolicy": { used: ["ResponseHeadersPolicyConfig"], idle: [] },
};

/**
 * Resource types that do not run: keys, logs, alarms and delivery have no effect on one machine; roles and their policies
 * are what the engines' doors go by.
 */
const notRun: ReadonlySet<string> = new Set([
  "AWS::CDK::Metadata",
  "AWS::CloudFront::Distribution",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Cognito::ManagedLoginBranding",
  "AWS::Cognito::UserPoolDomain",
  "AWS::Cognito::UserPoolResourceServer",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::LayerVersion",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::ResourcePolicy",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  // Uploads the console's files; here they are served from where they were built.
  "Custom::CDKBucketDeployment",
]);

/**
 * The resources that run here.
 *
 * @throws one sentence for the first resource, or property of one, that this machine does not know.
 */
export function runnable(template: Template): Resource[] {
  const found: Resource[] = [];
  const deploying = deploymentFunctions(template);
  for (const resource of template.resources.values()) {
    const { logicalId, type, properties } = resource;
    if (notRun.has(type) || deploying.has(logicalId)) continue;
    const known = run[type];
    if (known === undefined) {
      throw new Error(`The template's resource ${logicalId} is of type ${type}, which cannot run on this machine.`);
    }
    for (const name of Object.keys(properties)) {
      if (known.used.includes("*") || known.used.includes(name) || known.idle.includes(name)) continue;
      throw new Error(
        `The template's resource ${logicalId} of type ${type} has the property ${name}, which is not known on this machine.`,
      );
    }
    found.push(resource);
  }
  return found;
}

/** Functions that only serve a deployment, as its custom resource's provider. */
function deploymentFunctions(template: Template): Set<string> {
  const providers = new Set<string>();
  for (const { type, properties } of template.resources.values()) {
    if (!type.startsWith("Custom::")) continue;
    for (const { logicalId } of template.resources.values()) {
      if (JSON.stringify(properties.ServiceToken)?.includes(`"${logicalId}"`)) providers.add(logicalId);
    }
  }
  return providers;
}
