import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
  StorageClass,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { daysAtMost } from "#domain/retention";
import { keptTag } from "#records/store/object-kinds";
import type { StageConfig } from "./stages.ts";

/**
 * Where everything is kept: one table, one bucket, one key of our own over both. That a person uses a talking-book
 * library says that they have a disability, so nothing of it lies about under a key that others hold.
 */
export class Records extends Construct {
  readonly key: Key;
  readonly table: Pick<ITable, "tableName" | "tableArn">;
  readonly bucket: IBucket;
  /** Host name under which browsers reach the bucket by signed links. */
  readonly bucketHost: string;

  constructor(scope: Construct, id: string, { removal, deletionProtection, restoredTable }: StageConfig) {
    super(scope, id);
    this.key = new Key(this, "Key", { enableKeyRotation: true, removalPolicy: removal });

    const table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      removalPolicy: removal,
    });
    // Sparse: of what is written by batch updates nothing carries these attributes, so lists of patrons by name read nothing else.
    table.addGlobalSecondaryIndex({
      indexName: "names",
      partitionKey: { name: "namesPk", type: AttributeType.STRING },
      sortKey: { name: "namesSk", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // The stack's own stays what it is, so that nothing is lost by pointing away from it, or back.
    this.table = restoredTable === undefined ? table : this.#restored(restoredTable);

    const accessLogs = new Bucket(this, "AccessLogs", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(400) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });

    // None of what outlives its stack has a name of its own: the next stack would find it taken.
    this.bucket = asBucket(
      new Bucket(this, "Bucket", {
        encryption: BucketEncryption.KMS,
        encryptionKey: this.key,
        // One data key for many objects: without it each chunk object would be a paid request to KMS.
        bucketKeyEnabled: true,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        minimumTLSVersion: 1.2,
        versioned: true,
        serverAccessLogsBucket: asBucket(accessLogs),
        serverAccessLogsPrefix: "evidence/",
        lifecycleRules: [
          { id: "cut-off-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
          { id: "replaced-versions", noncurrentVersionExpiration: Duration.days(7) },
          // What says that something was deleted goes when nothing is left beneath it.
          { id: "deletions", expiredObjectDeleteMarker: true },
          // The net beneath the function that deletes what is over: what it misses ends by these.
          ...Object.entries(daysAtMost).map(([keptFor, days]) => ({
            id: `${keptFor}-at-most`,
            tagFilters: { [keptTag]: keptFor },
            expiration: Duration.days(days),
          })),
          {
            id: "old-evidence",
            transitions: [
              // Read often for a month (review, report, undo), hardly ever afterwards.
              { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) },
            ],
          },
        ],
        cors: [
          {
            // The signature of a link is what admits; the origin only decides whose scripts may read the answer.
            allowedOrigins: ["*"],
            allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
            allowedHeaders: ["content-type", "x-amz-tagging"],
            exposedHeaders: ["ETag"],
            maxAge: 3600,
          },
        ],
        removalPolicy: removal,
      }),
    );
    this.bucketHost = this.bucket.bucketRegionalDomainName;
  }

  #restored(tableName: string): ITable {
    return Table.fromTableAttributes(this, "Restored", {
      tableName,
      encryptionKey: this.key,
      globalIndexes: ["names"],
    });
  }
}

/** The CDK's own types do not fit each other where optional properties are exact: a bucket is an `IBucket` all the same. */
export function asBucket(bucket: Bucket): IBucket {
  return bucket as IBucket;
}
