import type { Right } from "./policies.ts";

/** Rights that no function asks for while the job is done once, each with the reason why it has it all the same. */
interface Rare {
  readonly why: string;
  /** The function's name, whichever of its roles it is, action, and kind or resource; `*` stands for anything. */
  readonly rights: readonly string[];
}

export const rarelyAsked: readonly Rare[] = [
  {
    why: "Lambda writes the function's log by the function's role",
    rights: ["* logs:CreateLogStream *", "* logs:PutLogEvents *"],
  },
  {
    why: "Lambda takes messages off the queue by the function's role",
    rights: [
      "BatchManagerFill kms:Decrypt arn:*",
      "BatchManagerFill sqs:ReceiveMessage *",
      "BatchManagerFill sqs:DeleteMessage *",
      "BatchManagerFill sqs:GetQueueAttributes *",
      "BatchManagerFill sqs:GetQueueUrl *",
    ],
  },
  {
    why: "Fills that could not be done are given back to the queue before their time",
    rights: ["BatchManagerFill sqs:ChangeMessageVisibility *"],
  },
  {
    why: "Fills that failed, which takes something that broke after the batch update, are tried again where somebody asks",
    rights: [
      "ApiRequests dynamodb:UpdateItem LIB#*#FILLS#*",
      "ApiRequests dynamodb:ConditionCheckItem LIB#*#BATCH_UPDATES*",
      "ApiRequests sqs:SendMessage *",
    ],
  },
  {
    why: "What a fill ended in that is tried again is noted beside the group that it is of",
    rights: ["BatchManagerFill dynamodb:ConditionCheckItem LIB#*#FILLS#*"],
  },
  {
    why: "An invitation that broke off is gone on with where it is asked for again",
    rights: ["ApiRequests cognito-idp:AdminGetUser *"],
  },
  {
    why: "An active administrator goes where another one, who has signed in, stays",
    rights: ["ApiRequests dynamodb:ConditionCheckItem WHO#*"],
  },
  {
    why: "Support handles messages that were given up, and stops executions; neither is there while all goes well",
    rights: [
      "ApiRequests sqs:ReceiveMessage *",
      "ApiRequests sqs:DeleteMessage *",
      "ApiRequests sqs:ChangeMessageVisibility *",
      "ApiRequests states:StopExecution *",
      "ApiRequests dynamodb:PutItem KEYSTONE#AUDIT",
    ],
  },
  {
    why: "An export that failed is read anew; its files, and what is left of one that broke off, go a day later by the sweep",
    rights: [
      "ApiRequests dynamodb:UpdateItem LIB#*#EXPORTS*",
      "ExportJob s3:DeleteObject *",
      "ExportJob s3:ListBucket */exports/*",
    ],
  },
  {
    why: "Whom a restored table does not know as erased is read from the bucket, to be erased again",
    rights: ["ApiRequests s3:GetObject */erasures/*"],
  },
  {
    why: "An erasure looks whether an export is at work, and lets what failed be without the patron; what it needed goes by the sweep",
    rights: [
      "EraseChunk dynamodb:GetItem LIB#*#EXPORTS*",
      "EraseChunk dynamodb:UpdateItem LIB#*#IMPORTS*",
      "EraseChunk dynamodb:UpdateItem LIB#*#FILLS#*",
      "EraseChunk dynamodb:DeleteItem OPEN",
      "EraseChunk s3:PutObject */imports/*",
      "EraseChunk s3:DeleteObject *",
      "EraseJob s3:DeleteObject *",
      "EraseJob dynamodb:DeleteItem OPEN",
      // What another erasure gave up at the same time.
      "EraseJob dynamodb:GetItem LIB#*#IMPORTS*",
    ],
  },
  {
    why: "An import in the middle of which somebody is erased asks who it was, and so does a fill that fails",
    rights: ["ImportChunk dynamodb:BatchGetItem LIB#*#ERAS*", "BatchManagerFill dynamodb:BatchGetItem LIB#*#ERAS*"],
  },
  {
    why: "A query set whose search statement is long keeps it beside its members, and is exported like any other",
    rights: ["ExportJob s3:GetObject */query-sets/*"],
  },
  {
    why: "A file that is too large, which takes 2 GB, is deleted, and one that was made while somebody in it was erased",
    rights: ["ApiRequests s3:DeleteObject *"],
  },
  {
    why: "A run that goes wrong stops itself",
    rights: [
      "ApplyChunk dynamodb:PutItem LIB#*#BATCH_UPDATES*",
      "ApplyChunk dynamodb:PutItem LIB#*#AUDIT*",
      "ApplyChunk dynamodb:PutItem LIB#*#EVENTS",
      "ApplyChunk dynamodb:GetItem LIB#*#EVENTS",
    ],
  },
  {
    why: "A job that fails says so in the audit, which is kept for as long as the settings say",
    rights: [
      "PlanJob dynamodb:PutItem LIB#*#AUDIT*",
      "ApplyJob dynamodb:PutItem LIB#*#AUDIT*",
      "ImportJob dynamodb:PutItem LIB#*#AUDIT*",
      "ExportJob dynamodb:PutItem LIB#*#AUDIT*",
      "ImportJob dynamodb:GetItem LIB#*#SETTINGS",
    ],
  },
  {
    why: "A job of which chunks failed tells why they did",
    rights: [
      "BuildQuerySetJob dynamodb:Query LIB#*#FAILURES#*",
      "PlanJob dynamodb:Query LIB#*#FAILURES#*",
      "ApplyJob dynamodb:Query LIB#*#FAILURES#*",
      "ImportJob dynamodb:Query LIB#*#FAILURES#*",
      "ExportJob dynamodb:Query LIB#*#FAILURES#*",
    ],
  },
  {
    why: "An undo withdraws a fill that has not been done yet, from a queue that is not there yet",
    rights: ["ApplyChunk dynamodb:PartiQLInsert LIB#*#PATRON#*"],
  },
  {
    why: "Where a chunk came to no end, or left lines in doubt, closing reads the records and does what follows from them",
    rights: [
      "ApplyJob dynamodb:BatchGetItem LIB#*#SHARD#*",
      "ApplyJob dynamodb:BatchGetItem LIB#*#PATRON#*",
      "ApplyJob dynamodb:PartiQLInsert LIB#*#PATRON#*",
      "ApplyJob dynamodb:PartiQLUpdate LIB#*#PATRON#*",
      "ApplyJob dynamodb:UpdateItem LIB#*#FILLS#*",
      "ApplyJob sqs:SendMessage *",
    ],
  },
  {
    why: "The sweep begins what is scheduled when its time has come, and leaves it alone while its medium is busy",
    rights: [
      "SweepingSweep dynamodb:GetItem LIB#*#LOCKS",
      "SweepingSweep dynamodb:GetItem LIBRARIES",
      "SweepingSweep dynamodb:GetItem WHO#*",
    ],
  },
  {
    why: "What may not be kept any longer is looked for once an hour, and deleted days after the job",
    rights: [
      "ExpiryExpire dynamodb:GetItem LIB#*#SETTINGS",
      "ExpiryExpire dynamodb:Query LIB#*#BATCH_UPDATES*",
      "ExpiryExpire dynamodb:Query LIB#*#QUERY_SETS*",
      "ExpiryExpire dynamodb:Query LIB#*#IMPORTS*",
      "ExpiryExpire dynamodb:GetItem LIB#*#BATCH_UPDATES*",
      "ExpiryExpire dynamodb:PutItem LIB#*#BATCH_UPDATES*",
      "ExpiryExpire dynamodb:PutItem LIB#*#AUDIT*",
      "ExpiryExpire dynamodb:UpdateItem LIB#*#QUERY_SETS*",
      "ExpiryExpire dynamodb:Query LIB#*#ERAS*",
      "ExpiryExpire s3:ListBucket */erasures/*",
      "ExpiryExpire dynamodb:Query LIB#*#FILLS#*",
      "ExpiryExpire dynamodb:PutItem LIB#*#FILLS#*",
      "ExpiryExpire dynamodb:BatchWriteItem LIB#*#FILLS#*",
      "ApiRequests dynamodb:BatchGetItem LIB#*#FILLS#*",
      "ExpiryExpire dynamodb:DeleteItem LIB#*#QUERY_SETS*",
      "ExpiryExpire s3:DeleteObjectVersion *",
      "ExpiryExpire s3:ListBucketVersions *",
    ],
  },
  {
    why: "A table that was restored does not know jobs that the bucket holds objects of: what is noticed so goes a week later",
    rights: ["ExpiryExpire dynamodb:BatchGetItem *", "ExpiryExpire dynamodb:*Item LIB#*#UNKNOWN_JOBS"],
  },
  {
    why: "A library that leaves is deleted a week after it was asked for, by a session of its own",
    rights: [
      "ExpiryExpire sts:* *",
      "ExpiryExpire cognito-idp:* *",
      "ExpiryExpire states:DescribeExecution *",
      "ExpiryExpire dynamodb:GetItem LIBRARIES",
      "ExpiryExpire dynamodb:*Item WHO#*",
      "ExpiryExpire dynamodb:BatchGetItem WHO#*",
      "ExpiryExpire dynamodb:UpdateItem LIBRARIES",
      "ExpiryExpire dynamodb:DeleteItem LIBRARIES",
      "ExpiryExpire dynamodb:PutItem KEYSTONE#AUDIT",
      "ExpiryExpire dynamodb:Query LIB#*",
      "ExpiryExpire dynamodb:Query OPEN",
      "ExpiryExpire dynamodb:BatchWriteItem *",
      "ExpiryExpire dynamodb:DeleteItem LIB#*#PEOPLE",
      "ExpiryExpire dynamodb:DeleteItem LIB#*#CLIENTS",
      "ExpiryExpire dynamodb:DeleteItem LIB#*#SETTINGS",
    ],
  },
  {
    why: "The sweep does what a crash left undone: starts, runs again, gives up, sends fills again, deletes scratch",
    rights: [
      "SweepingSweep dynamodb:GetItem LIB#*#SETTINGS",
      "SweepingSweep dynamodb:GetItem LIB#*#QUERY_SETS*",
      "SweepingSweep dynamodb:GetItem LIB#*#BATCH_UPDATES*",
      "SweepingSweep dynamodb:GetItem LIB#*#IMPORTS*",
      "SweepingSweep dynamodb:GetItem LIB#*#EXPORTS*",
      "SweepingSweep dynamodb:GetItem LIB#*#ERAS*",
      "SweepingSweep dynamodb:GetItem OPEN",
      "SweepingSweep dynamodb:UpdateItem LIB#*#LOCKS",
      "SweepingSweep s3:ListBucket */erasures/*",
      "SweepingSweep dynamodb:PutItem OPEN",
      "SweepingSweep dynamodb:PutItem LIB#*#BATCH_UPDATES*",
      "SweepingSweep dynamodb:PutItem LIB#*#LOCKS",
      "SweepingSweep dynamodb:PutItem LIB#*#AUDIT*",
      "SweepingSweep dynamodb:GetItem LIB#*#EVENTS",
      "SweepingSweep dynamodb:PutItem LIB#*#EVENTS",
      "SweepingSweep dynamodb:UpdateItem LIB#*#QUERY_SETS*",
      "SweepingSweep dynamodb:UpdateItem LIB#*#IMPORTS*",
      "SweepingSweep dynamodb:UpdateItem LIB#*#EXPORTS*",
      "SweepingSweep dynamodb:UpdateItem LIB#*#FILLS#*",
      "SweepingSweep dynamodb:DeleteItem OPEN",
      "SweepingSweep dynamodb:Query LIB#*#FILLS#*",
      "SweepingSweep s3:DeleteObject *",
      "SweepingSweep s3:ListBucket */query-sets/*",
      "SweepingSweep s3:ListBucket */batch-updates/*",
      "SweepingSweep s3:ListBucket */imports/*",
      "SweepingSweep s3:ListBucket */exports/*",
      "SweepingSweep sqs:GetQueueAttributes *",
      "SweepingSweep sqs:SendMessage *",
      "SweepingSweep states:DescribeExecution *",
      "SweepingSweep states:StartExecution *",
    ],
  },
];

/** Whether a right is there for the sake of another one that the function has, and is asked for by AWS in its name. */
export function followsFromOthers({ action, resource, kind = "" }: Right, others: readonly Right[]): boolean {
  const has = (wanted: (other: Right) => boolean) => others.some(wanted);
  // DynamoDB, S3 and SQS encrypt and decrypt in the name of whoever they work for.
  if (action.startsWith("kms:")) return has((other) => other.action.startsWith(`${kind.split(".")[0]}:`));
  // S3 says only to those who may list that an object is missing.
  if (action === "s3:ListBucket") {
    return has((other) => other.action === "s3:GetObject" && other.resource.endsWith(`/${kind}`));
  }
  // Whoever writes what ends says in the same request for how long it is kept.
  if (action === "s3:PutObjectTagging")
    return has((other) => other.action === "s3:PutObject" && other.resource === resource);
  // Of what goes up in parts, the parts are taken away where one of them fails.
  if (action === "s3:AbortMultipartUpload") {
    return has((other) => other.action === "s3:PutObject" && other.resource === resource);
  }
  return false;
}
