import { RemovalPolicy } from "aws-cdk-lib";
import { z } from "zod";

/** A name of the stage's own, and the certificate for it in ACM. */
interface OwnName {
  readonly name: string;
  readonly certificateArn: string;
}

/** What differs from stage to stage. Everything else is the same everywhere, so that what was tested is what runs. */
export interface StageConfig {
  readonly stage: string;
  /** What happens to records, evidence and keys when the stack goes. */
  readonly removal: RemovalPolicy;
  readonly deletionProtection: boolean;
  readonly logRetentionDays: 30 | 365;
  /** Chunks of one execution that are at work at the same time; each may be writing up to 25 records a call. */
  readonly chunkConcurrency: number;
  /** Requests a second that each library may send to the API, approximately; what is more is answered 429. */
  readonly requestsPerSecond?: number;
  /** Address that is told about alarms: here, or by `--context alarmEmail=` of a deployment. */
  readonly alarmEmail?: string;
  /** Whether somebody must be told about alarms. */
  readonly alarmAddress: "required" | "optional";
  /** Whether people must sign in with a one-time code beside their password, or may. */
  readonly secondFactor: "required" | "optional";
  /** Address, verified in SES, from which people are invited. Without one Cognito sends, at most 50 letters a day. */
  readonly mailFrom?: string;
  /**
   * Names under which the console, with the API at its side, and the API alone are reached. Without one the console has
   * CloudFront's, by a certificate that takes old versions of TLS too. A certificate of the console lies in us-east-1.
   */
  readonly console?: OwnName;
  readonly api?: OwnName;
  /** Rules in front of everything: an address that asks too often is turned away. Costs some dollars a month. */
  readonly firewall?: FirewallConfig;
  /** A table that was restored beside the stack's own, to work on instead of it. How: docs/operating.md. */
  readonly restoredTable?: string;
  /** Copies of records and evidence in a vault of another account, each day. */
  readonly backup?: { readonly copyTo: string };
}

/** Requests that one address may make in five minutes; or rules that are there, by their ARN. */
export type FirewallConfig =
  | { readonly requests: number; readonly requestsWithoutToken: number }
  | { readonly webAclArn: string };

/** Where what belongs to CloudFront can be made. */
const edgeRegion = "us-east-1";

export const stages = {
  test: {
    stage: "test",
    removal: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetentionDays: 30,
    chunkConcurrency: 20,
    alarmAddress: "optional",
    secondFactor: "optional",
  },
  production: {
    stage: "production",
    removal: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetentionDays: 365,
    chunkConcurrency: 40,
    requestsPerSecond: 50,
    alarmAddress: "required",
    secondFactor: "required",
  },
} as const satisfies Record<string, StageConfig>;

/**
 * A stage as it is deployed.
 *
 * @param given what one deployment says beside it
 * @throws with the names there are, where the stage is not one of them; where nobody would be told about its alarms; where
 * its firewall could not be made in its region
 */
export function stageNamed(
  name: string,
  given: { readonly alarmEmail?: string | undefined; readonly region?: string | undefined } = {},
  all: Readonly<Record<string, StageConfig>> = stages,
): StageConfig {
  const found: StageConfig | undefined = Object.values(all).find(({ stage }) => stage === name);
  if (found === undefined) throw new Error(`There is no stage ${name}; there are ${Object.keys(all).join(", ")}.`);
  requireEdge(found, given.region);
  const { alarmEmail = found.alarmEmail } = given;
  if (alarmEmail === undefined) {
    if (found.alarmAddress === "optional") return found;
    throw new Error(
      `Nobody would be told about the alarms of the stage ${name}. Give --context alarmEmail=somebody@example.org, or write alarmEmail into infra/stages.ts.`,
    );
  }
  if (!z.email().safeParse(alarmEmail).success) throw new Error(`${alarmEmail} is no e-mail address for alarms.`);
  return { ...found, alarmEmail };
}

function requireEdge({ stage, firewall }: StageConfig, region: string | undefined): void {
  if (firewall === undefined || "webAclArn" in firewall || region === undefined || region === edgeRegion) return;
  throw new Error(
    `The firewall of the stage ${stage} can only be made in ${edgeRegion}, and this is ${region}. Make it there, and name it by webAclArn in infra/stages.ts.`,
  );
}
