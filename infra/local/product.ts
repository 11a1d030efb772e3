import { join, resolve } from "node:path";
import { z } from "zod";
import { root } from "../bundles.ts";
import { openCloud, region } from "./cloud.ts";
import { atOneName, createConsoleFiles } from "./console-files.ts";
import { type DataDir, openDataDir } from "./data-dir.ts";
import { openCompaction } from "./dynamodb/compaction.ts";
import { openFront } from "./dynamodb/front.ts";
import { openItemWriter } from "./dynamodb/item-writer.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { type Endpoints, writeEndpoints } from "./endpoints.ts";
import { holdFolder } from "./hold-folder.ts";
import { createHttpGateway, type RequestHandler } from "./http-gateway.ts";
import { createAccess } from "./iam/access.ts";
import { readRoles } from "./iam/roles.ts";
import { createSessions, type SessionCredentials } from "./iam/sessions.ts";
import { startSts } from "./iam/sts-server.ts";
import { Directory, type Foreseen } from "./identity/directory.ts";
import { askTrigger } from "./identity/token-claims.ts";
import { startUserPool } from "./identity/user-pool-server.ts";
import { createIdentity } from "./identity.ts";
import { onKeptPort } from "./kept-port.ts";
import { openFunctions } from "./lambda/functions.ts";
import type { Invoke } from "./lambda/invocation.ts";
import { checkDisk, checkOpenFiles, watchDisk } from "./limits.ts";
import { oneOrigin } from "./one-origin.ts";
import { startOriginServer } from "./origin-server.ts";
import { openRules } from "./rules.ts";
import { startS3 } from "./s3/server.ts";
import { startSchedules } from "./schedule.ts";
import { loadCredentials } from "./signing/credentials.ts";
import { startEventSource, startSqs } from "./sqs.ts";
import { startStepFunctions } from "./step-functions/server.ts";
import { journalFolders } from "./step-functions/store.ts";
import { type StepLines, saidRequests, saidTasks } from "./step-lines.ts";
import { buildConsoleOnce, synthesise } from "./synthesise.ts";
import { readTemplate } from "./template.ts";
import { openViewerFunction } from "./viewer-function.ts";
import {
  consoleClient,
  consoleHeaders,
  constructed,
  corsRules,
  eventSources,
  httpApi,
  named,
  stateMachines,
  userPool,
} from "./wiring.ts";

export interface ProductOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Everything that must outlive a restart is in this folder. */
  readonly dataDir: string;
  /** Invocations at the same time of a function that answers requests; those that work behind it are fewer. */
  readonly concurrency?: number;
  /** A module that is loaded into every function's worker before its bundle. */
  readonly preload?: string;
  /** By which the functions' clock is ahead. */
  readonly clockOffsetSeconds?: number;
  /** Seconds for which a function may go by who somebody was. */
  readonly membershipSeconds?: number;
  /** Gives up starting, and ends what has been started. */
  readonly signal?: AbortSignal;
  readonly lines: StepLines;
  /** Told when a part died and could not be brought back. */
  onFailure(reason: string): void;
}

/**
 * Invocations at the same time of a function that works on chunks and queues. They compute: more of them than a small
 * machine has processors only take each other's time and memory.
 */
const workersAtOnce = 2;

/** Functions that erase patrons, by what their paths in the template begin with. */
const erasing = ["Erase", "Expiry"];

/** Requests that may wait for the API; one more is told to come back. */
const mostRequestsWaiting = 1000;

const taskSchema = z.looseObject({ library: z.string() });

/** Tasks of different libraries take turns, so that one library's flood leaves the others their share. */
function libraryOf(payload: unknown): string {
  return taskSchema.safeParse(payload).data?.library ?? "";
}

/** The user pool of this machine, for the samples: they are made by the API, with ids that everybody knows. */
export interface LocalUserPool {
  readonly poolId: string;
  readonly endpoint: string;
  foresee(foreseen: Foreseen): void;
  /** Has the trigger asked for somebody who has a password, as at a first sign-in. */
  noteSignIn(email: string): Promise<void>;
}

export interface Product {
  readonly url: string;
  readonly endpoints: Endpoints;
  readonly userPool: LocalUserPool;
  /** Notes once more what DATA_DIR holds: from now on the samples must be there too. */
  noteWhatIsHeld(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Brings the synthesised template up on this machine: engines for its tables, buckets, queues and state machines, its
 * functions in worker threads, its API, console and issuer behind one origin. Goes on with what an earlier product left
 * unfinished.
 *
 * @throws one sentence where it cannot: the folder or the port is in use, an engine is missing, the template holds
 * something that this machine does not know.
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { step } = options.lines;
  checkOpenFiles();
  const dataDir = await openDataDir(resolve(options.dataDir));
  await checkDisk(dataDir.path);
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    closing.push(await holdFolder(dataDir.path, options.signal));
    await dataDir.check();
    const product = await start(options, dataDir, closing, close);
    return {
      ...product,
      async close() {
        step("Stops: what runs is kept and gone on with at the next start");
        await product.close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: ProductOptions,
  { path: dataDir, isNew, ports, keep }: DataDir,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Product> {
  const { signal, lines } = options;
  const { step, detail } = lines;
  const disk = watchDisk(dataDir, step);
  closing.push(async () => disk.close());
  const consoleBuilt = buildConsoleOnce(signal).catch((error: unknown) => {
    if (signal?.aborted !== true) step(error instanceof Error ? error.message : String(error));
  });
  const server = await onKeptPort("the product", options.port, ports.origin, step, startOriginServer);
  closing.push(() => server.close());
  step("Makes the cloud template, or finds it made");
  const assembly = await synthesise(signal);
  const url = `http://localhost:${server.port}`;
  const template = await readTemplate(assembly);
  let queueUrl = (name: string): string => name;
  const cloud = openCloud(template, { origin: url, queueUrl: (name) => queueUrl(name) });

  step(`Starts the engines on ${dataDir}`);
  const credentials = await loadCredentials(dataDir);
  const roles = readRoles(template, cloud);
  const sessions = createSessions(credentials);
  const access = createAccess(credentials, sessions, roles);
  const buckets = cloud.ofType("AWS::S3::Bucket");
  // The distribution speaks HTTPS, one machine does not.
  const local = (address: string) => {
    const there = `https://${new URL(url).host}`;
    return address === there || address.startsWith(`${there}/`) ? url + address.slice(there.length) : address;
  };
  const signsIn = consoleClient(cloud, local);
  const { poolId, triggerArn } = userPool(cloud);
  let invoke: Invoke = async () => ({ error: { errorType: "ServiceException", errorMessage: "Not started yet" } });
  const claims = askTrigger(poolId, async (event) => await invoke(triggerArn, event));
  const now = () => Date.now() + (options.clockOffsetSeconds ?? 0) * 1000;
  const identityFolder = join(dataDir, "identity");
  const people = await Directory.open(identityFolder);
  const [dynamo, s3, sqs, identity] = await Promise.all([
    startDynamoDb({
      directory: join(dataDir, "dynamodb"),
      mustExist: !isNew,
      tables: named(cloud, "AWS::DynamoDB::Table", "TableName"),
      onExit: options.onFailure,
      onNews: step,
    }),
    onKeptPort("S3, which upload links given out before name,", 0, ports.s3, step, (port) =>
      startS3({
        port,
        directory: join(dataDir, "s3"),
        buckets: buckets.map(({ logicalId }) => cloud.name(logicalId)),
        ...access,
        ...corsRules(buckets),
      }),
    ),
    startSqs({ port: 0, queues: named(cloud, "AWS::SQS::Queue", "QueueName"), credentials: access }),
    createIdentity({
      issuer: `${url}/oidc`,
      directory: identityFolder,
      people,
      claims,
      returns: signsIn.returns,
      now,
      say: step,
    }),
  ]);
  closing.push(
    () => dynamo.close(),
    () => s3.close(),
    () => sqs.close(),
  );
  const pool = await startUserPool(
    {
      poolId,
      directory: people,
      now,
      linkUrl: (token) => `${url}/oidc/invitation/${token}`,
      signOut: identity.signOut,
    },
    access,
  );
  closing.push(() => pool.close());
  const sts = await startSts({ access, sessions, roles });
  closing.push(() => sts.close());
  const front = dynamo.engine === undefined ? undefined : await openFront(dynamo.engine, 0, access);
  if (front !== undefined) closing.push(() => front.close());
  const compaction =
    front === undefined ? undefined : openCompaction(join(dataDir, "dynamodb"), front, (sentence) => step(sentence));
  if (compaction !== undefined) closing.push(() => compaction.close());
  queueUrl = (name) => sqs.queueUrl(name);

  const itemWriter = openItemWriter(dynamo.endpoint, credentials);
  closing.push(async () => itemWriter.close());
  let tell: ReturnType<typeof openRules> = () => undefined;
  const stepFunctions = await startStepFunctions({
    port: 0,
    directory: join(dataDir, "step-functions"),
    credentials: access,
    stateMachines: stateMachines(cloud),
    invoke: (functionArn, payload, call) => invoke(functionArn, payload, { ...call, turn: libraryOf(payload) }),
    readObject: (bucket, key) => s3.readObject(bucket, key),
    putItem: itemWriter.putItem,
    onEnd: ({ arn, name, machine, status }) => tell({ executionArn: arn, name, stateMachineArn: machine.arn, status }),
  });
  const noteWhatIsHeld = async () =>
    await keep({ origin: server.port, s3: Number(new URL(s3.endpoint).port) }, [
      "credentials.json",
      join("identity", "keys.json"),
      join("identity", "directory.json"),
      ...buckets.map(({ logicalId }) => join("s3", cloud.name(logicalId))),
      ...stateMachines(cloud).flatMap(({ name }) =>
        journalFolders(name).map((folder) => join("step-functions", folder)),
      ),
      "samples.json",
    ]);
  await noteWhatIsHeld();
  signal?.throwIfAborted();

  const { concurrency = 4 } = options;
  const gateway = httpApi(cloud);
  const functions = await openFunctions({
    cloud,
    assets: template.assets,
    logs: join(dataDir, "logs"),
    say: step,
    local,
    limitsOf: (functionArn) =>
      functionArn === gateway.functionArn
        ? { concurrency, mostWaiting: mostRequestsWaiting }
        : { concurrency: Math.min(concurrency, workersAtOnce) },
    preload: options.preload === undefined ? [] : [options.preload],
    credentialsOf: (role) => credentialVariables(sessions.issue({ role, tags: {} })),
    environment: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      // Nobody makes metrics of lines here, and the same numbers stand on the summary lines.
      POWERTOOLS_METRICS_DISABLED: "true",
      LOG_FOLDER: join(dataDir, "logs"),
      AWS_ENDPOINT_URL_DYNAMODB: front?.endpoint ?? dynamo.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
      AWS_ENDPOINT_URL_STS: sts.endpoint,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.endpoint,
      ...(options.membershipSeconds !== undefined && { MEMBERSHIP_SECONDS: String(options.membershipSeconds) }),
      ...(options.clockOffsetSeconds !== undefined && { CLOCK_OFFSET_SECONDS: String(options.clockOffsetSeconds) }),
      ...faultVariables(),
    },
  });
  // Executions are put down before the functions go: a task that loses its function would count as failed.
  closing.push(
    () => functions.close(),
    () => stepFunctions.close(),
  );
  const erases = (arn: string) => erasing.some((path) => cloud.pathOf(arn).startsWith(path));
  invoke = saidTasks(
    async (functionArn, ...call) => {
      const work = () => functions.invoke(functionArn, ...call);
      return compaction !== undefined && erases(functionArn) ? await compaction.around(work) : await work();
    },
    detail,
    (arn) => cloud.pathOf(arn),
    () => closing.length === 0,
  );

  tell = openRules({ cloud, invoke });
  const sources = eventSources(cloud).map((source) =>
    startEventSource({ ...source, sqs, queueUrl: sqs.queueUrl(source.queue), invoke }),
  );
  closing.push(async () => {
    await Promise.all(sources.map((source) => source.close()));
  });
  const schedules = startSchedules({ cloud, invoke });
  closing.push(async () => schedules.close());

  const signIn = { issuer: `${url}/oidc`, clientId: signsIn.clientId };
  const consoleFiles = createConsoleFiles({
    folder: join(root, "console", "dist"),
    headers: consoleHeaders(cloud, url, s3.endpoint),
    view: openViewerFunction(cloud),
    signIn,
  });
  // Once more, to be the first to close: requests under way are answered before what answers them goes.
  closing.push(() => server.close());
  // Whoever opens the console on the very first start waits for its build; the API does not.
  const builtFiles: RequestHandler = async (request, response) => {
    await consoleBuilt;
    await atOneName(url, consoleFiles)(request, response);
  };
  server.open(
    oneOrigin({
      api: saidRequests(createHttpGateway({ ...gateway, invoke }), detail),
      identity: identity.handler,
      consoleFiles: builtFiles,
    }),
  );

  const endpoints: Endpoints = {
    dynamodb: front?.endpoint ?? dynamo.endpoint,
    s3: s3.endpoint,
    sqs: sqs.endpoint,
    stepFunctions: stepFunctions.endpoint,
    table: constructed(cloud, "AWS::DynamoDB::Table", "Records/Table"),
    bucket: constructed(cloud, "AWS::S3::Bucket", "Records/Bucket"),
    queueUrl: sqs.queueUrl(constructed(cloud, "AWS::SQS::Queue", "BatchManager/Queue")),
    stateMachines: Object.fromEntries(stateMachines(cloud).map(({ workflow, arn }) => [workflow, arn])),
    region,
    ...credentials,
  };
  await writeEndpoints(dataDir, endpoints);
  step("Goes on with what was unfinished");
  await stepFunctions.resume();
  void schedules.runAll();
  return {
    url,
    endpoints,
    userPool: {
      poolId,
      endpoint: pool.endpoint,
      foresee: (foreseen) => people.foresee(foreseen),
      async noteSignIn(email) {
        const user = people.userByLogin(email);
        if (user !== undefined) await claims({ user, clientId: signsIn.clientId });
      },
    },
    noteWhatIsHeld,
    close,
  };
}

/** As Lambda gives a function the credentials of its role. */
function credentialVariables({ accessKeyId, secretAccessKey, sessionToken }: SessionCredentials) {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Variables by which a fault layer in the workers is told what to do. */
function faultVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("FAULTS_") && value !== undefined ? [[name, value]] : [],
    ),
  );
}
