import { type Stack, Validations } from "aws-cdk-lib";
import { CfnPolicy, CfnRole } from "aws-cdk-lib/aws-iam";
import { flattenCfnReference } from "cdk-nag/lib/utils/flatten-cfn-reference.js";
import type { IConstruct } from "constructs";
import { z } from "zod";
import type { StageConfig } from "./stages.ts";

/** A finding of cdk-nag that may stand, with the constructs where it is found and the reason why. */
type Acknowledgement = readonly [finding: string, where: RegExp, reason: string];

const functions = /\/Function\/Resource$/;
const machines = /^\w+\/StateMachine\/Resource$/;
const deadLetters = /\/DeadLetters\/Resource$/;
const distribution = /^Console\/Distribution\/Resource$/;
const people = /^Identity\/People\/Resource$/;
const backups = /^Backup\/Role\/Resource$/;

/** Findings by which no policy is meant. */
function findings({ console: own, firewall, secondFactor }: StageConfig): Acknowledgement[] {
  return [
    [
      "AwsSolutions::AwsSolutions-APIG4",
      /^Api\/Everything\/Resource$/,
      "The function verifies tokens itself, on every route but the API's description and its health.",
    ],
    [
      "AwsSolutions::AwsSolutions-SF1",
      machines,
      "Errors are logged; logging every event would cost more than the work it describes.",
    ],
    [
      "AwsSolutions::AwsSolutions-SF2",
      machines,
      "Tracing needs rights on every resource; executions and job ids correlate logs.",
    ],
    ["Serverless::Serverless-StepFunctionStateMachineXray", machines, "As AwsSolutions-SF2."],
    ["Serverless::Serverless-LambdaTracing", functions, "As AwsSolutions-SF2."],
    [
      "Serverless::Serverless-LambdaDLQ",
      functions,
      "No function is called asynchronously but the sweep: its callers have a queue, and the next minute calls it again.",
    ],
    [
      "Serverless::Serverless-LambdaEventSourceMappingDestination",
      /^BatchManager\/Fill\/Function\/SqsEventSource:\w+\/Resource$/,
      "SQS event sources have no destinations; the queue's dead-letter queue is where failures go.",
    ],
    ["Serverless::Serverless-SQSRedrivePolicy", deadLetters, "This is a dead-letter queue."],
    ["AwsSolutions::AwsSolutions-SQS3", deadLetters, "This is the dead-letter queue of a schedule and a rule."],
    [
      "Serverless::Serverless-SNSRedrivePolicy",
      /^Monitoring\/Topic\/[^/]+\/Resource$/,
      "Letters are sent again by SNS itself, and an alarm that was told to nobody is still on in CloudWatch.",
    ],
    [
      "AwsSolutions::AwsSolutions-S1",
      /^Console\/Files\/Resource$/,
      "This bucket serves the console's files, which are public on the web anyway.",
    ],
    ["AwsSolutions::AwsSolutions-CFR1", distribution, "Patrons and staff may travel; signing in is what protects."],
    [
      "AwsSolutions::AwsSolutions-CFR3",
      distribution,
      "A log of addresses would hold ids of patrons; the gateway logs each request of the API without its address.",
    ],
    ...where(firewall === undefined, [
      "AwsSolutions::AwsSolutions-CFR2",
      distribution,
      "The gateway throttles, and every route asks for a token; a stage may have a firewall.",
    ]),
    ...where(own === undefined, [
      "AwsSolutions::AwsSolutions-CFR4",
      distribution,
      "CloudFront's own certificate fixes the protocol; a stage with a name of its own demands TLS 1.2.",
    ]),
    ...where(secondFactor === "optional", [
      "AwsSolutions::AwsSolutions-COG2",
      people,
      "A one-time code is demanded in production; a stage for tests lets people choose.",
    ]),
    [
      "AwsSolutions::AwsSolutions-COG8",
      people,
      "The essentials plan holds what is used: tokens enriched by a trigger.",
    ],
    ...["service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"].map(
      (policy): Acknowledgement => [
        `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
        backups,
        "What AWS Backup needs it changes with its features; it says so in this policy, which its role alone has.",
      ],
    ),
  ];
}

function where(holds: boolean, finding: Acknowledgement): Acknowledgement[] {
  return holds ? [finding] : [];
}

/** Wildcards in policies, told by their form. */
const wildcards: readonly (readonly [form: RegExp, reason: string])[] = [
  [/^\*$/, "Log delivery of state machines has no resource-level permissions."],
  [
    /^<Records\w+\.Arn>\/(\*|<aws:PrincipalTag\/library>)\/(query-sets|batch-updates|imports|exports|erasures|catalogue)\/\*$/,
    "Keys begin with the library; the kind of object, which comes second, is fixed.",
  ],
  [
    /^<Records\w+\.Arn>\/(\*|<aws:PrincipalTag\/library>)\/(query-sets|batch-updates|imports|exports|erasures)\/\*\/[\w./-]+(\/?\*)?$/,
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
    "Serverless::Serverless-LambdaDLQ",
    "Serverless::Serverless-LambdaLatestVersion",
    "Serverless::Serverless-LambdaTracing",
  ],
} as const;

/** Says why each finding of cdk-nag in a stack may stand. A new one fails a test until it is thought about. */
export function acknowledgeFindings(stack: Stack, config: StageConfig): void {
  const known = findings(config);
  for (const construct of stack.node.findAll()) {
    const path = construct.node.path.split("/").slice(1).join("/");
    for (const [id, where, reason] of known) {
      if (where.test(path)) Validations.of(construct).acknowledge({ id, reason });
    }
    if (uploader.construct.test(construct.node.id)) {
      for (const id of uploader.findings) Validations.of(construct).acknowledge({ id, reason: uploader.reason });
    }
    for (const resource of new Set(grantedResources(stack, construct))) {
      const found = wildcards.find(([form]) => form.test(resource));
      if (found === undefined) continue;
      const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`;
      Validations.of(ownerOf(construct)).acknowledge({ id, reason: found[1] });
    }
  }
}

/** Of a role's policy the role: what does not fit into the policy the CDK puts into others beside it, when all is known. */
function ownerOf(construct: IConstruct): IConstruct {
  return construct instanceof CfnPolicy ? (construct.node.scope?.node.scope ?? construct) : construct;
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
