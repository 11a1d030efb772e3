import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { endingKinds, type ObjectKind } from "#records/store/object-kinds";
import type { Records } from "./records.ts";

/** The records, as far as rights on them reach. */
export interface Reach extends Pick<Records, "table" | "bucket" | "key"> {
  /** Stands for the library in patterns of keys: any, or the one that a session is tagged with. */
  readonly library: typeof anyLibrary | typeof sessionsLibrary;
}

const anyLibrary = "*";
/** IAM puts the tag in as it is: a tag has no `*`, and an id of a library has no `#` or `/` that would end it early. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM fills it in.
const sessionsLibrary = "${aws:PrincipalTag/library}";

/** Rights in every library, for functions that work for many. */
export function allLibraries({ table, bucket, key }: Records): Reach {
  return { table, bucket, key, library: anyLibrary };
}

/** Rights in the library that the session's credentials were asked for, see `HouseFunction`. */
export function oneLibrary({ table, bucket, key }: Records): Reach {
  return { table, bucket, key, library: sessionsLibrary };
}

/**
 * Rights on the table, written out: no grant of the CDK holds the PartiQL actions, and each of them holds more than a
 * function needs. A function gets each action on its own, and `dynamodb:LeadingKeys` fences it to the kinds of keys
 * that the function does this to. A transaction asks for the action of each of its parts.
 */
const tableActions = {
  get: "dynamodb:GetItem",
  batchGet: "dynamodb:BatchGetItem",
  query: "dynamodb:Query",
  put: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
  delete: "dynamodb:DeleteItem",
  /** Part of a transaction that holds it back and writes nothing. */
  check: "dynamodb:ConditionCheckItem",
  /** Whole items, 25 a call, without a condition. */
  batchPut: "dynamodb:BatchWriteItem",
  /** The same action, for whoever deletes by it. */
  batchDelete: "dynamodb:BatchWriteItem",
  /** Statements with a condition each, 25 a call. */
  partiqlInsert: "dynamodb:PartiQLInsert",
  partiqlUpdate: "dynamodb:PartiQLUpdate",
} as const;
type TableVerb = keyof typeof tableActions;

/** Kinds of partition keys, as patterns. Every one but the last four begins with a library. */
export const keyKinds = {
  /** Patrons and their medium records. */
  profiles: "LIB#*#SHARD#*",
  /** Reading lists, service queues and history of one patron, edits and imports among it. */
  reading: "LIB#*#PATRON#*",
  settings: "LIB#*#SETTINGS",
  savedQueries: "LIB#*#SAVED_QUERIES*",
  presets: "LIB#*#PRESETS*",
  recipes: "LIB#*#RECIPES*",
  querySets: "LIB#*#QUERY_SETS*",
  batchUpdates: "LIB#*#BATCH_UPDATES*",
  imports: "LIB#*#IMPORTS*",
  exports: "LIB#*#EXPORTS*",
  /** Erasures, and the ids of patrons that were erased. */
  erasures: "LIB#*#ERAS*",
  /** Since when there are objects of jobs that the table does not know. */
  unknownJobs: "LIB#*#UNKNOWN_JOBS",
  locks: "LIB#*#LOCKS",
  fills: "LIB#*#FILLS#*",
  /** Why chunks of jobs failed. */
  failures: "LIB#*#FAILURES#*",
  audit: "LIB#*#AUDIT*",
  events: "LIB#*#EVENTS",
  idempotency: "LIB#*#IDEMPOTENCY#*",
  requests: "LIB#*#REQUESTS#*",
  cursors: "LIB#*#CURSORS",
  people: "LIB#*#PEOPLE",
  clients: "LIB#*#CLIENTS",
  open: "OPEN",
  /** The list of libraries. */
  libraries: "LIBRARIES",
  /** Who a `sub` or client id is, and whose an e-mail address is. */
  members: "WHO#*",
  /** What Keystone's support did that concerns no one library. */
  keystone: "KEYSTONE#AUDIT",
} as const;
export type KeyKind = keyof typeof keyKinds;

/** What a function does to records, by the kinds of keys that it does it to. */
export type TableRights = { readonly [verb in TableVerb]?: readonly KeyKind[] };

export function tableRights({ table, library }: Reach, rights: TableRights): PolicyStatement[] {
  return verbs.flatMap((verb) => {
    const kinds = rights[verb];
    if (kinds === undefined) return [];
    return new PolicyStatement({
      actions: [tableActions[verb]],
      resources: [table.tableArn],
      conditions: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": kinds.map((kind) => keyPattern(kind, library)) },
        // ForAllValues also holds where there is no key at all, as in a Scan.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    });
  });
}

function keyPattern(kind: KeyKind, library: string): string {
  return keyKinds[kind].replace(/^LIB#\*#/, () => `LIB#${library}#`);
}

/**
 * Forbids, whatever else is allowed, to change or delete what stands in the audit. A put in place of an entry looks to IAM
 * like a first one: that no entry is put without the condition that there is none is what `test/records/audit.test.ts` holds.
 */
export function auditStays({ table }: Pick<Records, "table">): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.DENY,
    actions: [
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PartiQLDelete",
    ],
    resources: [table.tableArn],
    conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": [keyKinds.audit, keyKinds.keystone] } },
  });
}

// Safe: what stands in a constant is all that it has.
const verbs = Object.keys(tableActions) as TableVerb[];

/** The right to look patrons up by name, in the index that holds nothing else. */
export function nameSearchRights({ table }: Pick<Records, "table">): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/names`] });
}

export interface BucketRights {
  readonly get?: readonly ObjectKind[];
  /** Asks what there is without reading it. */
  readonly list?: readonly ObjectKind[];
  readonly put?: readonly ObjectKind[];
  /** Writes of any length, which go up in parts. */
  readonly stream?: readonly ObjectKind[];
}

/** Scratch that may be deleted, as a pattern of what follows the library in a key. */
export type ScratchPattern = `${ObjectKind}/*/${string}`;

/**
 * What is deleted when a job has ended, of exports a day later. Evidence is not among it: members, plan lines, outcomes,
 * reports.
 */
export const scratch = {
  querySets: [
    "query-sets/*/chunks.jsonl",
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
  exports: [
    "exports/*/chunks.jsonl",
    "exports/*/files/*",
    "exports/*/parts/*",
    "exports/*/results/*",
    "exports/*/split.json",
  ],
  erasures: ["erasures/*/chunks.jsonl", "erasures/*/passes/*", "erasures/*/results/*"],
} as const satisfies Record<string, readonly ScratchPattern[]>;

/** Made of other objects when somebody asks, and made anew when somebody asks again: it goes where a patron is erased. */
export const madeAgain = [
  "batch-updates/*/plan/export-*",
  "batch-updates/*/report/service-queues-*",
] as const satisfies readonly ScratchPattern[];

/** A file that is larger than may be is deleted when somebody asks to work on it, and what was taken of one that has to go. */
export const uploads = [
  "query-sets/*/upload",
  "query-sets/*/uploaded/*",
  "imports/*/upload",
  "imports/*/uploaded/*",
] as const satisfies readonly ScratchPattern[];

export function bucketRights(
  { bucket, library }: Reach,
  { get = [], list = [], put = [], stream = [] }: BucketRights,
): PolicyStatement[] {
  const onObjects = (action: string, kinds: readonly ObjectKind[]): PolicyStatement[] => {
    const resources = [...new Set(kinds)].map((kind) => `${bucket.bucketArn}/${library}/${kind}/*`);
    return resources.length === 0 ? [] : [new PolicyStatement({ actions: [action], resources })];
  };
  return [
    ...onObjects("s3:GetObject", get),
    // Without the right to list, a missing object answers 403 instead of 404 and could not be told from a forbidden one.
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
      // IfExists: reading an object gives no prefix to compare.
      conditions: {
        StringLikeIfExists: { "s3:prefix": [...new Set([...get, ...list])].map((kind) => `${library}/${kind}/*`) },
      },
    }),
    ...onObjects("s3:PutObject", [...put, ...stream]),
    // Each write of what ends says for how long it is kept.
    ...onObjects(
      "s3:PutObjectTagging",
      [...put, ...stream].filter((kind) => endingKinds.includes(kind)),
    ),
    ...onObjects("s3:AbortMultipartUpload", stream),
  ];
}

/** The right to delete scratch, for functions that end jobs. */
export function scratchRights({ bucket, library }: Reach, patterns: readonly ScratchPattern[]): PolicyStatement {
  const resources = patterns.map((pattern) => `${bucket.bucketArn}/${library}/${pattern}`);
  return new PolicyStatement({ actions: ["s3:DeleteObject"], resources });
}

/** The right to delete for good, earlier versions too, for the one function that ends what may not be kept. */
export function expiryRights({ bucket, library }: Reach, kinds: readonly ObjectKind[]): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ["s3:DeleteObjectVersion"],
      resources: kinds.map((kind) => `${bucket.bucketArn}/${library}/${kind}/*`),
    }),
    new PolicyStatement({
      actions: ["s3:ListBucketVersions"],
      resources: [bucket.bucketArn],
      conditions: { StringLikeIfExists: { "s3:prefix": kinds.map((kind) => `${library}/${kind}/*`) } },
    }),
  ];
}

/** The right to have the services that a function works with encrypt and decrypt for it, and nobody else. */
export function keyRights({ key }: Pick<Records, "key">, ...services: ("dynamodb" | "s3" | "sqs")[]): PolicyStatement {
  const { region } = Stack.of(key);
  return new PolicyStatement({
    actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`),
      },
    },
  });
}
