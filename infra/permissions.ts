import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Records } from "./records.ts";

/**
 * Rights on the table, written out: no grant of the CDK holds the PartiQL actions, and each of them holds more than a
 * function needs. `dynamodb:LeadingKeys` fences a function to the kinds of keys that it has business with.
 */
const reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
const statements = ["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"];

/** Kinds of partition keys, as patterns. Every one but the last begins with a library. */
export const keyKinds = {
  /** Patrons and their medium records. */
  profiles: "LIB#*#SHARD#*",
  /** Reading lists, service queues and history of one patron. */
  reading: "LIB#*#PATRON#*",
  settings: "LIB#*#SETTINGS",
  querySets: "LIB#*#QUERY_SETS*",
  batchUpdates: "LIB#*#BATCH_UPDATES*",
  imports: "LIB#*#IMPORTS*",
  locks: "LIB#*#LOCKS",
  fills: "LIB#*#FILLS#*",
  audit: "LIB#*#AUDIT*",
  open: "OPEN",
} as const;
export type KeyKind = keyof typeof keyKinds;

/** Any key of any kind: the API keeps everything that people ask for. */
export const everyKind = "every kind";

export interface TableRights {
  readonly read: readonly KeyKind[] | typeof everyKind;
  readonly write: readonly KeyKind[] | typeof everyKind;
  /** Kinds whose records are written by PartiQL statements, 25 a call. */
  readonly partiql?: readonly KeyKind[];
  /** Kinds of which whole items are put, 25 a call, without a condition. */
  readonly batchWrite?: readonly KeyKind[];
  readonly names?: boolean;
}

function fence(kinds: readonly KeyKind[] | typeof everyKind) {
  return kinds === everyKind
    ? {}
    : {
        conditions: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": kinds.map((kind) => keyKinds[kind]) },
          // ForAllValues also holds where there is no key at all, as in a Scan.
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      };
}

export function tableRights({ table }: Records, rights: TableRights): PolicyStatement[] {
  const found = [
    new PolicyStatement({ actions: reads, resources: [table.tableArn], ...fence(rights.read) }),
    new PolicyStatement({ actions: writes, resources: [table.tableArn], ...fence(rights.write) }),
  ];
  if (rights.partiql !== undefined) {
    found.push(new PolicyStatement({ actions: statements, resources: [table.tableArn], ...fence(rights.partiql) }));
  }
  if (rights.batchWrite !== undefined) {
    const actions = ["dynamodb:BatchWriteItem"];
    found.push(new PolicyStatement({ actions, resources: [table.tableArn], ...fence(rights.batchWrite) }));
  }
  if (rights.names === true) {
    found.push(new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/names`] }));
  }
  return found;
}

/** Kinds of objects: the second part of each key, after the library. */
export type ObjectKind = "query-sets" | "batch-updates" | "imports" | "catalogue";

export interface BucketRights {
  readonly read: readonly ObjectKind[];
  readonly write: readonly ObjectKind[];
}

/** Scratch that may be deleted, as a pattern of what follows the library in a key. */
type ScratchPattern = `${ObjectKind}/*/${string}`;

/** What is deleted when a job has ended. Evidence is not among it: members, plan lines, outcomes, reports. */
export const scratch = {
  querySets: [
    "query-sets/*/chunks.jsonl",
    "query-sets/*/ids.json",
    "query-sets/*/ids/*",
    "query-sets/*/results/*",
    "query-sets/*/runs/*",
    "query-sets/*/upload",
    "query-sets/*/uploaded/*",
  ],
  plans: ["batch-updates/*/plan/chunks.jsonl", "batch-updates/*/plan/results/*"],
  runs: ["batch-updates/*/apply/chunks.jsonl"],
  imports: [
    "imports/*/chunks.jsonl",
    "imports/*/chunks/*",
    "imports/*/decisions/*",
    "imports/*/results/*",
    "imports/*/split.json",
    "imports/*/titles/*",
    "imports/*/upload",
    "imports/*/uploaded/*",
  ],
} as const satisfies Record<string, readonly ScratchPattern[]>;

/** A file that is larger than may be is deleted when somebody asks to work on it. */
export const uploads = ["query-sets/*/upload", "imports/*/upload"] as const satisfies readonly ScratchPattern[];

export function bucketRights({ bucket }: Records, rights: BucketRights): PolicyStatement[] {
  const objects = (kinds: readonly ObjectKind[]) => kinds.map((kind) => `${bucket.bucketArn}/*/${kind}/*`);
  const found = [
    new PolicyStatement({ actions: ["s3:GetObject"], resources: objects(rights.read) }),
    // Without the right to list, a missing object answers 403 instead of 404 and could not be told from a forbidden one.
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
      // IfExists: reading an object gives no prefix to compare.
      conditions: { StringLikeIfExists: { "s3:prefix": rights.read.map((kind) => `*/${kind}/*`) } },
    }),
  ];
  if (rights.write.length > 0) {
    found.push(
      new PolicyStatement({ actions: ["s3:PutObject", "s3:AbortMultipartUpload"], resources: objects(rights.write) }),
    );
  }
  return found;
}

/** The right to delete scratch, for functions that end jobs. */
export function scratchRights({ bucket }: Records, patterns: readonly ScratchPattern[]): PolicyStatement {
  const resources = patterns.map((pattern) => `${bucket.bucketArn}/*/${pattern}`);
  return new PolicyStatement({ actions: ["s3:DeleteObject"], resources });
}

/** Rights to have records and objects encrypted and decrypted by DynamoDB, S3 and SQS, and by nothing else. */
export function keyRights({ key }: Records): PolicyStatement {
  const { region } = Stack.of(key);
  return new PolicyStatement({
    actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        "kms:ViaService": ["dynamodb", "s3", "sqs"].map((service) => `${service}.${region}.amazonaws.com`),
      },
    },
  });
}
