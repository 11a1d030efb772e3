import { z } from "zod";
import { Intrinsics } from "./intrinsics.ts";
import { runnable } from "./resource-types.ts";
import type { Resource, Template } from "./template.ts";

export const region = "us-east-1";
export const account = "000000000000";

/** Addresses that are known only once the parts listen. */
export interface Addresses {
  /** The product's own origin, such as `http://localhost:4000`. */
  readonly origin: string;
  queueUrl(name: string): string;
}

/** The runnable resources of the template with local names, ARNs and addresses. */
export interface Cloud {
  /** Resolved properties of every resource of a type, by logical id. */
  ofType(type: string): { logicalId: string; path: readonly string[]; properties: Record<string, unknown> }[];
  resolve(value: unknown): unknown;
  name(logicalId: string): string;
  arn(logicalId: string): string;
  /** The constructs that a resource comes from, as a person finds it in the source; the ARN itself where there is none. */
  pathOf(arn: string): string;
}

/**
 * @throws where the template holds something that this machine does not know.
 */
export function openCloud(template: Template, addresses: Addresses): Cloud {
  const running = runnable(template);
  const resource = (logicalId: string): Resource => {
    const found = template.resources.get(logicalId);
    if (found === undefined) throw new Error(`The template refers to ${logicalId}, which it does not hold.`);
    return found;
  };
  const intrinsics = new Intrinsics(template, pseudoParameters(), {
    ref: (logicalId) => ref(resource(logicalId)),
    attribute: (logicalId, name) => attribute(resource(logicalId), name),
  });

  const name = (logicalId: string): string => {
    const { type, properties, path } = resource(logicalId);
    const given = nameProperty[type];
    const value = given === undefined ? undefined : intrinsics.resolve(properties[given]);
    if (typeof value === "string") return value;
    const earlier = earlierNames[path.join("/")];
    if (earlier !== undefined) return earlier;
    // As generated names in the cloud: unique, and fit for the service.
    return type === "AWS::S3::Bucket" ? logicalId.toLowerCase() : logicalId;
  };
  const arn = (logicalId: string): string => {
    const { type } = resource(logicalId);
    const of = arns[type];
    return of === undefined ? `arn:aws:local:${region}:${account}:${name(logicalId)}` : of(name(logicalId));
  };
  const ref = ({ type, logicalId }: Resource): string => {
    if (type === "AWS::SQS::Queue") return addresses.queueUrl(name(logicalId));
    if (type === "AWS::StepFunctions::StateMachine") return arn(logicalId);
    return name(logicalId);
  };
  const attribute = ({ type, logicalId }: Resource, attributeName: string): string => {
    switch (attributeName) {
      case "Arn":
        return arn(logicalId);
      case "Name":
      case "QueueName":
      case "GroupName":
        return name(logicalId);
      case "QueueUrl":
        return addresses.queueUrl(name(logicalId));
      case "ProviderURL":
        return `${addresses.origin}/oidc`;
      case "ApiEndpoint":
        return addresses.origin;
      case "DomainName":
        if (type === "AWS::CloudFront::Distribution") return new URL(addresses.origin).host;
        break;
      case "RegionalDomainName":
        if (type === "AWS::S3::Bucket") return `${name(logicalId)}.s3.${region}.amazonaws.com`;
        break;
    }
    // Only what runs must be right; the rest is named so that a policy or an alarm can be read.
    if (running.some((one) => one.logicalId === logicalId)) {
      throw new Error(`The template asks for ${attributeName} of ${logicalId}, which is not known on this machine.`);
    }
    return `${logicalId}.${attributeName}`;
  };

  return {
    ofType: (type) =>
      running
        .filter((one) => one.type === type && (one.condition === undefined || intrinsics.holds(one.condition)))
        .map(({ logicalId, path, properties }) => ({
          logicalId,
          path,
          properties: z.record(z.string(), z.unknown()).parse(intrinsics.resolve(properties)),
        })),
    resolve: (value) => intrinsics.resolve(value),
    name,
    arn,
    pathOf: (wanted) => {
      const found = running.find(({ logicalId }) => arn(logicalId) === wanted);
      const parts = found?.path.filter((part) => part !== "Function" && part !== "Resource");
      return parts?.join("/") ?? wanted;
    },
  };
}

/** Names that resources had once, under which folders of data may hold what is theirs. */
const earlierNames: Readonly<Record<string, string>> = {
  "Records/Bucket/Resource": `batch-updates-test-${account}-${region}`,
};

/** Property that gives a resource its own name. */
const nameProperty: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::StepFunctions::StateMachine": "StateMachineName",
  // A client's id is what the local issuer calls it.
  "AWS::Cognito::UserPoolClient": "ClientName",
};

const arns: Readonly<Record<string, (name: string) => string>> = {
  "AWS::DynamoDB::Table": (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  "AWS::S3::Bucket": (name) => `arn:aws:s3:::${name}`,
  "AWS::SQS::Queue": (name) => `arn:aws:sqs:${region}:${account}:${name}`,
  "AWS::IAM::Role": (name) => `arn:aws:iam::${account}:role/${name}`,
  "AWS::Lambda::Function": (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  "AWS::Cognito::UserPool": (name) => `arn:aws:cognito-idp:${region}:${account}:userpool/${name}`,
  "AWS::StepFunctions::StateMachine": (name) => `arn:aws:states:${region}:${account}:stateMachine:${name}`,
};

function pseudoParameters(): Record<string, string> {
  return {
    "AWS::AccountId": account,
    "AWS::Partition": "aws",
    "AWS::Region": region,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/local/local`,
    "AWS::StackName": "local",
    "AWS::URLSuffix": "amazonaws.com",
  };
}
