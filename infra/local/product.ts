import { join, resolve } from "node:path";
import { root } from "../bundles.ts";
import { type Cloud, openCloud, region } from "./cloud.ts";
import { atOneName, createConsoleFiles } from "./console-files.ts";
import { type DataDir, openDataDir } from "./data-dir.ts";
import { type Endpoints, writeEndpoints } from "./endpoints.ts";
import { type Engines, startEngines } from "./engines.ts";
import { holdFolder } from "./hold-folder.ts";
import { createHttpGateway, type RequestHandler } from "./http-gateway.ts";
import { onKeptPort } from "./kept-port.ts";
import type { Invoke } from "./lambda/invocation.ts";
import { checkDisk, checkOpenFiles, watchDisk } from "./limits.ts";
import { oneOrigin } from "./one-origin.ts";
import { startOriginServer } from "./origin-server.ts";
import { openRules } from "./rules.ts";
import { startSchedules } from "./schedule.ts";
import { type LocalUserPool, startSignIn } from "./sign-in.ts";
import { startEventSource } from "./sqs.ts";
import { startStepFunctions } from "./step-functions/server.ts";
import { journalFolders } from "./step-functions/store.ts";
import { type StepLines, saidRequests } from "./step-lines.ts";
import { buildConsoleOnce, synthesise } from "./synthesise.ts";
import { readTemplate } from "./template.ts";
import { openViewerFunction } from "./viewer-function.ts";
import { consoleHeaders, constructed, eventSources, httpApi, stateMachines } from "./wiring.ts";
import { libraryOf, openWorkers, type WorkerOptions } from "./workers.ts";

export interface ProductOptions extends WorkerOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Everything that must outlive a restart is in this folder. */
  readonly dataDir: string;
  /** Gives up starting, and ends what has been started. */
  readonly signal?: AbortSignal;
  readonly lines: StepLines;
  /** Told when a part died and could not be brought back. */
  onFailure(reason: string): void;
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
  folder: DataDir,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Product> {
  const { path: dataDir, ports, keep } = folder;
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
  const engines = await startEngines(
    { cloud, template, dataDir: folder, say: step, onFailure: options.onFailure },
    closing,
  );
  const { s3, sqs } = engines;
  queueUrl = (name) => sqs.queueUrl(name);
  // The distribution speaks HTTPS, one machine does not.
  const local = (address: string) => {
    const there = `https://${new URL(url).host}`;
    return address === there || address.startsWith(`${there}/`) ? url + address.slice(there.length) : address;
  };
  // Until the functions are there, for which what calls them must be.
  let opened: Invoke = async () => ({ error: { errorType: "ServiceException", errorMessage: "Not started yet" } });
  const invoke: Invoke = async (...call) => await opened(...call);
  const now = () => Date.now() + (options.clockOffsetSeconds ?? 0) * 1000;
  const { access } = engines;
  const signIn = await startSignIn({ cloud, url, local, dataDir, access, invoke, now, say: step }, closing);
  const tell = openRules({ cloud, invoke });
  const stepFunctions = await startStepFunctions({
    port: 0,
    directory: join(dataDir, "step-functions"),
    credentials: access,
    stateMachines: stateMachines(cloud),
    invoke: (functionArn, payload, call) => invoke(functionArn, payload, { ...call, turn: libraryOf(payload) }),
    readObject: (bucket, key) => s3.readObject(bucket, key),
    putItem: engines.putItem,
    onEnd: ({ arn, name, machine, status }) => tell({ executionArn: arn, name, stateMachineArn: machine.arn, status }),
  });
  const noteWhatIsHeld = async () =>
    await keep({ origin: server.port, s3: Number(new URL(s3.endpoint).port) }, heldBy(cloud));
  await noteWhatIsHeld();
  signal?.throwIfAborted();

  const api = httpApi(cloud);
  const workers = await openWorkers(
    {
      ...{ cloud, template, dataDir, engines, local, lines },
      endpoints: { stepFunctions: stepFunctions.endpoint, userPool: signIn.userPool.endpoint },
      api: api.functionArn,
      isClosing: () => closing.length === 0,
    },
    options,
  );
  // Executions are put down before the functions go: a task that loses its function would count as failed.
  closing.push(
    () => workers.close(),
    () => stepFunctions.close(),
  );
  opened = workers.invoke;
  const sources = eventSources(cloud).map((source) =>
    startEventSource({ ...source, sqs, queueUrl: sqs.queueUrl(source.queue), invoke }),
  );
  closing.push(async () => {
    await Promise.all(sources.map((source) => source.close()));
  });
  const schedules = startSchedules({ cloud, invoke });
  closing.push(async () => schedules.close());

  const consoleFiles = createConsoleFiles({
    folder: join(root, "console", "dist"),
    headers: consoleHeaders(cloud, url, s3.endpoint),
    view: openViewerFunction(cloud),
    signIn: { issuer: signIn.issuer, clientId: signIn.clientId },
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
      api: saidRequests(createHttpGateway({ ...api, invoke }), detail),
      identity: signIn.handler,
      consoleFiles: builtFiles,
    }),
  );

  const endpoints = endpointsOf(cloud, engines, stepFunctions.endpoint);
  await writeEndpoints(dataDir, endpoints);
  step("Goes on with what was unfinished");
  await stepFunctions.resume();
  void schedules.runAll();
  return { url, endpoints, userPool: signIn.userPool, noteWhatIsHeld, close };
}

/** What of a product's folder must be there at every later start, once it was there. */
function heldBy(cloud: Cloud): string[] {
  const buckets = cloud.ofType("AWS::S3::Bucket").map(({ logicalId }) => join("s3", cloud.name(logicalId)));
  const journals = stateMachines(cloud).flatMap(({ name }) => journalFolders(name));
  return [
    "credentials.json",
    join("identity", "keys.json"),
    join("identity", "directory.json"),
    ...buckets,
    ...journals.map((folder) => join("step-functions", folder)),
    "samples.json",
  ];
}

function endpointsOf(cloud: Cloud, { dynamodb, s3, sqs, credentials }: Engines, stepFunctions: string): Endpoints {
  return {
    dynamodb,
    s3: s3.endpoint,
    sqs: sqs.endpoint,
    stepFunctions,
    table: constructed(cloud, "AWS::DynamoDB::Table", "Records/Table"),
    bucket: constructed(cloud, "AWS::S3::Bucket", "Records/Bucket"),
    queueUrl: sqs.queueUrl(constructed(cloud, "AWS::SQS::Queue", "BatchManager/Queue")),
    stateMachines: Object.fromEntries(stateMachines(cloud).map(({ workflow, arn }) => [workflow, arn])),
    region,
    ...credentials,
  };
}
