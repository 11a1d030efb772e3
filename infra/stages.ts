import { RemovalPolicy } from "aws-cdk-lib";

/** A library's own system that signs in as a machine. */
export interface MachineClient {
  readonly name: string;
  /** Absent for a client of Keystone's customer support, which serves every library. */
  readonly library?: string;
  readonly role: "administrator" | "staff" | "support";
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
  /** Address that is told about alarms. */
  readonly alarmEmail?: string;
  /** Whether people must sign in with a one-time code beside their password, or may. */
  readonly secondFactor: "required" | "optional";
  readonly machineClients: readonly MachineClient[];
}

export const stages = {
  test: {
    stage: "test",
    removal: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetentionDays: 30,
    chunkConcurrency: 20,
    secondFactor: "optional",
    machineClients: [
      { name: "piedmont-administrator", library: "piedmont", role: "administrator" },
      { name: "piedmont-staff", library: "piedmont", role: "staff" },
      { name: "lakeshore-administrator", library: "lakeshore", role: "administrator" },
      { name: "keystone-support", role: "support" },
    ],
  },
  production: {
    stage: "production",
    removal: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetentionDays: 365,
    chunkConcurrency: 40,
    secondFactor: "required",
    machineClients: [],
  },
} as const satisfies Record<string, StageConfig>;

/** @throws with the names there are, where the stage is not one of them. */
export function stageNamed(name: string): StageConfig {
  const found = Object.values(stages).find(({ stage }) => stage === name);
  if (found === undefined) throw new Error(`There is no stage ${name}; there are ${Object.keys(stages).join(", ")}.`);
  return found;
}
