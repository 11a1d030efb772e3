import { type Stack, Validations } from "aws-cdk-lib";
import { CfnPolicy, CfnRole } from "aws-cdk-lib/aws-iam";
import { flattenCfnReference } from "cdk-nag/lib/utils/flatten-cfn-reference.js";
import { z } from "zod";

/** A finding of cdk-nag that is right as it is, with the reason why. */
type Acknowledgement = readonly [finding: string, reason: string];

/** Findings that are the same wherever they come up. */
const everywhere: readonly Acknowledgement[] = [
  ["AwsSolutions::AwsSolutions-IAM5[Resource::*]", "Log delivery of state machines has no resource-level permissions."],
  [
    "AwsSolutions::AwsSolutions-APIG4",
    "The function verifies tokens itself, on every route but the API's description.",
  ],
  [
    "AwsSolutions::AwsSolutions-SF1",
    "Errors are logged; logging every event would cost more than the work it describes.",
  ],
  ["AwsSolutions::AwsSolutions-SF2", "Tracing needs rights on every resource; executions and job ids correlate logs."],
  ["Serverless::Serverless-StepFunctionStateMachineXray", "As AwsSolutions-SF2."],
  ["Serverless::Serverless-LambdaTracing", "As AwsSolutions-SF2."],
  [
    "Serverless::Serverless-LambdaDLQ",
    "No function is called asynchronously but the sweep, whose schedule has a queue.",
  ],
  [
    "Serverless::Serverless-LambdaEventSourceMappingDestination",
    "SQS event sources have no destinations; the queue's dead-letter queue is where failures go.",
  ],
  ["Serverless::Serverless-SQSRedrivePolicy", "These are the dead-letter queues."],
  ["AwsSolutions::AwsSolutions-SQS3", "This is the dead-letter queue of a schedule."],
  ["AwsSolutions::AwsSolutions-S1", "This bucket serves the console's files, which are public on the web anyway."],
  ["AwsSolutions::AwsSolutions-CFR1", "Patrons and staff may travel; signing in is what protects."],
  ["AwsSolutions::AwsSolutions-CFR2", "The origin behind it throttles, and every route asks for a token."],
  ["AwsSolutions::AwsSolutions-CFR3", "The API logs each request; files of the console are nobody's secret."],
  [
    "AwsSolutions::AwsSolutions-CFR4",
    "The default certificate fixes the protocol until a stage has a domain of its own.",
  ],
  [
    "AwsSolutions::AwsSolutions-COG2",
    "A one-time code is demanded in production; a stage for tests lets people choose.",
  ],
  ["AwsSolutions::AwsSolutions-COG8", "The essentials plan holds what is used: tokens enriched by a trigger."],
];

/** Wildcards within one kind of resource of this stack, told by their form. */
const wildcards: readonly (readonly [form: RegExp, reason: string])[] = [
  [
    /^<Records\w+\.Arn>\/\*\/(query-sets|batch-updates|imports|catalogue)\/\*$/,
    "Keys begin with the library; the kind of object, which comes second, is fixed.",
  ],
  [
    /^<Records\w+\.Arn>\/\*\/(query-sets|batch-updates|imports)\/\*\/[\w./]+(\/\*)?$/,
    "Scratch of one job, named by its place under the job; evidence has other places.",
  ],
  [/^<ConsoleFiles\w+\.Arn>\/\*$/, "The uploader writes the console's files, whatever they are called."],
  [
    /^arn:<AWS::Partition>:s3:::cdk-\w+-assets-<AWS::AccountId>-<AWS::Region>\/\*$/,
    "The uploader reads what was built.",
  ],
  [/^<\w+Function\w+\.Arn>:\*$/, "Versions of one function."],
  [
    /^arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:(execution|mapRun):.+(:|\/)\*$/,
    "Executions and map runs of one state machine.",
  ],
];

/** What the CDK itself brings along to upload the console's files; it runs during a deployment and never else. */
const uploader = {
  construct: /^Custom::CDKBucketDeployment/,
  reason: "The CDK's own uploader of the console's files, which runs during deployments only.",
  findings: [
    "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    "AwsSolutions::AwsSolutions-IAM5[Action::s3:Abort*]",
    "AwsSolutions::AwsSolutions-IAM5[Action::s3:DeleteObject*]",
    "AwsSolutions::AwsSolutions-IAM5[Action::s3:GetBucket*]",
    "AwsSolutions::AwsSolutions-IAM5[Action::s3:GetObject*]",
    "AwsSolutions::AwsSolutions-IAM5[Action::s3:List*]",
    "AwsSolutions::AwsSolutions-L1",
    "Serverless::Serverless-LambdaLatestVersion",
  ],
} as const;

/** Says why each finding of cdk-nag in a stack may stand. A new one fails a test until it is thought about. */
export function acknowledgeFindings(stack: Stack): void {
  for (const [id, reason] of everywhere) Validations.of(stack).acknowledge({ id, reason });
  for (const construct of stack.node.findAll()) {
    if (uploader.construct.test(construct.node.id)) {
      for (const id of uploader.findings) Validations.of(construct).acknowledge({ id, reason: uploader.reason });
    }
    for (const resource of new Set(grantedResources(stack, construct))) {
      const found = wildcards.find(([form]) => form.test(resource));
      if (found === undefined) continue;
      const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`;
      Validations.of(construct).acknowledge({ id, reason: found[1] });
    }
  }
}

const documentSchema = z.looseObject({
  Statement: z.array(
    z.looseObject({ Resource: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]) }),
  ),
});

/** Resources that a policy grants something on, as cdk-nag writes them. */
function grantedResources(stack: Stack, construct: unknown): string[] {
  const documents =
    construct instanceof CfnPolicy
      ? [construct.policyDocument]
      : construct instanceof CfnRole
        ? z
            .array(z.looseObject({ policyDocument: z.unknown() }))
            .default([])
            .parse(stack.resolve(construct.policies))
            .map(({ policyDocument }) => policyDocument)
        : [];
  return documents.flatMap((document) =>
    documentSchema
      .parse(stack.resolve(document))
      .Statement.flatMap(({ Resource }) => Resource.map(flattenCfnReference)),
  );
}
