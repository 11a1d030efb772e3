import { RemovalPolicy } from "aws-cdk-lib";
import { z } from "zod";

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
}

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
 * @throws with the names there are, where the stage is not one of them; where nobody would be told about its alarms
 */
export function stageNamed(name: string, given: { readonly alarmEmail?: string | undefined } = {}): StageConfig {
  const found: StageConfig | undefined = Object.values(stages).find(({ stage }) => stage === name);
  if (found === undefined) throw new Error(`There is no stage ${name}; there are ${Object.keys(stages).join(", ")}.`);
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
