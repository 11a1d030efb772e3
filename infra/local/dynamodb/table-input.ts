import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { z } from "zod";

const noEffectHere = z.unknown().optional();

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));

const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

/** Capacity, insights and warm throughput of an index: the local engine has no limits to set. */
const globalIndex = index.extend({
  ProvisionedThroughput: noEffectHere,
  OnDemandThroughput: noEffectHere,
  WarmThroughput: noEffectHere,
  ContributorInsightsSpecification: noEffectHere,
});

/**
 * Properties of `AWS::DynamoDB::Table` as CloudFormation spells them. The first group runs here, the second has no
 * effect on one machine (encryption, backups, protection, capacity, tags). A property in neither, such as a stream
 * that something might be listening to, is refused.
 */
const tableProperties = z.strictObject({
  TableName: z.string(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(globalIndex).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),

  BillingMode: noEffectHere,
  ContributorInsightsSpecification: noEffectHere,
  DeletionProtectionEnabled: noEffectHere,
  OnDemandThroughput: noEffectHere,
  PointInTimeRecoverySpecification: noEffectHere,
  ProvisionedThroughput: noEffectHere,
  ResourcePolicy: noEffectHere,
  SSESpecification: noEffectHere,
  TableClass: noEffectHere,
  Tags: noEffectHere,
  WarmThroughput: noEffectHere,
});

export interface TableInput {
  create: CreateTableCommandInput & { TableName: string };
  timeToLiveAttribute: string | undefined;
}

/**
 * Turns a table of the template into the calls that make it here.
 *
 * @throws Error naming the table and the property that the local engine cannot honour.
 */
export function tableInput(properties: unknown): TableInput {
  const parsed = tableProperties.safeParse(properties);
  if (!parsed.success) {
    throw new Error(`The local DynamoDB cannot make a table of the template. ${z.prettifyError(parsed.error)}`);
  }
  const table = parsed.data;
  const plain = ({ IndexName, KeySchema, Projection }: z.infer<typeof index>) => ({
    IndexName,
    KeySchema,
    Projection: {
      ProjectionType: Projection.ProjectionType,
      ...(Projection.NonKeyAttributes ? { NonKeyAttributes: Projection.NonKeyAttributes } : {}),
    },
  });
  return {
    create: {
      TableName: table.TableName,
      AttributeDefinitions: table.AttributeDefinitions,
      KeySchema: table.KeySchema,
      BillingMode: "PAY_PER_REQUEST",
      ...(table.GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(plain) } : {}),
      ...(table.LocalSecondaryIndexes ? { LocalSecondaryIndexes: table.LocalSecondaryIndexes.map(plain) } : {}),
    },
    timeToLiveAttribute: table.TimeToLiveSpecification?.Enabled
      ? table.TimeToLiveSpecification.AttributeName
      : undefined,
  };
}
