import { join } from "node:path";
import type { Cloud } from "./cloud.ts";
import type { DataDir } from "./data-dir.ts";
import { openCompaction } from "./dynamodb/compaction.ts";
import { openFront } from "./dynamodb/front.ts";
import { openItemWriter } from "./dynamodb/item-writer.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { createAccess } from "./iam/access.ts";
import { readRoles } from "./iam/roles.ts";
import { createSessions } from "./iam/sessions.ts";
import { startSts } from "./iam/sts-server.ts";
import { onKeptPort } from "./kept-port.ts";
import { startS3 } from "./s3/server.ts";
import { loadCredentials } from "./signing/credentials.ts";
import { startSqs } from "./sqs.ts";
import type { Template } from "./template.ts";
import { corsRules, named } from "./wiring.ts";

interface Options {
  readonly cloud: Cloud;
  readonly template: Template;
  readonly dataDir: DataDir;
  say(sentence: string): void;
  /** Told when a part died and could not be brought back. */
  onFailure(reason: string): void;
}

/**
 * Starts what keeps records and objects and carries messages, behind doors that judge each request by the template's roles.
 *
 * @param closing takes what ends them, to be called from its end
 */
export async function startEngines(
  { cloud, template, dataDir: { path, isNew, ports }, say, onFailure }: Options,
  closing: (() => Promise<void>)[],
) {
  const credentials = await loadCredentials(path);
  const roles = readRoles(template, cloud);
  const sessions = createSessions(credentials);
  const access = createAccess(credentials, sessions, roles);
  const buckets = cloud.ofType("AWS::S3::Bucket");
  const [dynamo, s3, sqs] = await Promise.all([
    startDynamoDb({
      directory: join(path, "dynamodb"),
      mustExist: !isNew,
      tables: named(cloud, "AWS::DynamoDB::Table", "TableName"),
      onExit: onFailure,
      onNews: say,
    }),
    onKeptPort("S3, which upload links given out before name,", 0, ports.s3, say, (port) =>
      startS3({
        port,
        directory: join(path, "s3"),
        buckets: buckets.map(({ logicalId }) => cloud.name(logicalId)),
        ...access,
        ...corsRules(buckets),
      }),
    ),
    startSqs({ port: 0, queues: named(cloud, "AWS::SQS::Queue", "QueueName"), credentials: access }),
  ]);
  closing.push(
    () => dynamo.close(),
    () => s3.close(),
    () => sqs.close(),
  );
  const sts = await startSts({ access, sessions, roles });
  closing.push(() => sts.close());
  const front = dynamo.engine === undefined ? undefined : await openFront(dynamo.engine, 0, access);
  if (front !== undefined) closing.push(() => front.close());
  const compaction = front === undefined ? undefined : openCompaction(join(path, "dynamodb"), front, say);
  if (compaction !== undefined) closing.push(() => compaction.close());
  const itemWriter = openItemWriter(dynamo.endpoint, credentials);
  closing.push(async () => itemWriter.close());
  return {
    credentials,
    sessions,
    access,
    s3,
    sqs,
    sts,
    compaction,
    dynamodb: front?.endpoint ?? dynamo.endpoint,
    putItem: itemWriter.putItem,
  };
}

export type Engines = Awaited<ReturnType<typeof startEngines>>;
