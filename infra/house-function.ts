import { join } from "node:path";
import type { Duration } from "aws-cdk-lib";
import { ArnPrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { bundleFolder, type Deployable } from "./bundles.ts";
import type { StageConfig } from "./stages.ts";

/** MiB. An account that is new to AWS gets no more for a function until it asks. */
export const largestMemory = 3008;

export interface HouseFunctionProps {
  readonly config: StageConfig;
  readonly deployable: Deployable;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB. Lambda gives CPU in proportion: 1,769 MiB is one whole vCPU. */
  readonly memory: number;
  readonly environment: Record<string, string>;
  /** What it may do as itself. */
  readonly rights: readonly PolicyStatement[];
  /** What it may do for one library at a time, by a role of its own: see `oneLibrary`. */
  readonly work?: readonly PolicyStatement[];
}

/** A function with the house's defaults: everything that is the same for all of them is said here once. */
export class HouseFunction extends Construct {
  readonly function: LambdaFunction;
  readonly deployable: Deployable;
  readonly logGroup: LogGroup;
  /** Its own role, and the one that it works for a library by, if there is one. */
  readonly #roles: Role[];

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    super(scope, id);
    const { config } = props;
    if (props.memory > largestMemory) throw new Error(`A new account has no function of ${props.memory} MiB`);
    this.deployable = props.deployable;
    this.logGroup = new LogGroup(this, "Logs", { retention: config.logRetentionDays, removalPolicy: config.removal });
    // A role of its own instead of the managed policy, which may write to every log group of the account.
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        logs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [this.logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    this.function = new LambdaFunction(this, "Function", {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(bundleFolder, props.deployable)),
      handler: "index.handler",
      timeout: props.timeout,
      memorySize: props.memory,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        STAGE: config.stage,
        DEPLOYABLE: props.deployable,
        NODE_OPTIONS: "--enable-source-maps",
        ...props.environment,
      },
    });
    for (const right of props.rights) role.addToPrincipalPolicy(right);
    this.#roles = [role];
    if (props.work !== undefined) this.#worksBy(role, props.work);
  }

  /**
   * A role that this function alone may assume, with the library as a tag of the session. What it allows it allows in that
   * library; the function's own role reaches no records at all.
   */
  #worksBy(role: Role, rights: readonly PolicyStatement[]): void {
    const tagged = {
      Null: { "aws:RequestTag/library": "false" },
      "ForAllValues:StringEquals": { "aws:TagKeys": ["library"] },
    };
    const work = new Role(this, "WorkRole", {
      description: `${this.deployable}: for one library at a time`,
      assumedBy: new ArnPrincipal(role.roleArn).withConditions(tagged).withSessionTags(),
    });
    for (const right of rights) work.addToPrincipalPolicy(right);
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["sts:AssumeRole", "sts:TagSession"], resources: [work.roleArn] }),
    );
    this.function.addEnvironment("WORK_ROLE_ARN", work.roleArn);
    this.#roles.push(work);
  }

  /** Whatever it may do, it may not do this. */
  deny(statement: PolicyStatement): void {
    for (const role of this.#roles) role.addToPrincipalPolicy(statement);
  }
}
