import { Fn, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeFindings } from "./acknowledgements.ts";
import { Api } from "./api.ts";
import { Backup } from "./backup.ts";
import { BatchManager } from "./batch-manager.ts";
import { ConsoleHosting } from "./console-hosting.ts";
import { Expiry } from "./expiry.ts";
import { HouseFunction } from "./house-function.ts";
import { audience, Identity, userPoolActions } from "./identity.ts";
import { Monitoring } from "./monitoring.ts";
import { Outputs } from "./outputs.ts";
import {
  allLibraries,
  auditStays,
  bucketRights,
  keyRights,
  madeAgain,
  nameSearchRights,
  oneLibrary,
  scratch,
  scratchRights,
  tableRights,
  uploads,
} from "./permissions.ts";
import { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";
import { Sweep } from "./sweep.ts";
import { addWorkflows, workflowEnvironment, workflowRights } from "./workflows.ts";

/** Everything that runs, in one stack: it is deployed whole or not at all. */
export class BatchUpdatesStack extends Stack {
  /** @param props.console folder of the built console; undefined where its files are served otherwise */
  constructor(scope: Construct, id: string, props: StackProps & { config: StageConfig; console: string | undefined }) {
    super(scope, id, props);
    const { config } = props;
    const records = new Records(this, "Records", config);
    const manager = new BatchManager(this, "BatchManager", records.key);
    const identity = new Identity(this, "Identity", { config, records });
    const api = new Api(this, "Api", config);
    const hosting = new ConsoleHosting(this, "Console", {
      config,
      api,
      bucketHost: records.bucketHost,
      issuerHosts: [identity.signInHost, Fn.select(2, Fn.split("/", identity.issuer))],
    });
    const consoleClient = identity.addConsoleClient(hosting.url);
    if (props.console !== undefined)
      hosting.deploy(props.console, { issuer: identity.issuer, clientId: consoleClient.userPoolClientId });

    const environment = {
      TABLE_NAME: records.table.tableName,
      BUCKET_NAME: records.bucket.bucketName,
      SERVICE_QUEUES_URL: manager.queue.queueUrl,
    };
    const encryptedWithQueue = keyRights(records, "dynamodb", "s3", "sqs");
    const mine = oneLibrary(records);
    // A request may be about any library, and the sweep goes through what is open in all of them.
    const everywhere = allLibraries(records);
    const sends = new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [manager.queue.queueArn] });

    manager.addFunction({
      config,
      environment,
      work: [
        keyRights(mine, "dynamodb", "s3"),
        ...tableRights(mine, {
          get: ["settings"],
          batchGet: ["profiles", "reading", "fills", "erasures"],
          update: ["fills"],
          // Of fills that were forgotten nobody is named again.
          check: ["fills"],
          partiqlInsert: ["reading"],
          partiqlUpdate: ["reading"],
        }),
        ...bucketRights(mine, { get: ["catalogue"] }),
      ],
    });

    const workflows = addWorkflows(this, { config, records, manager, environment });
    const machines = Object.values(workflows).map(({ stateMachine }) => stateMachine);
    const { starts, stops, looks, looksClosely, lists, looksAtMaps } = workflowRights(this, workflows);
    const findsWorkflows = workflowEnvironment(workflows);

    const requests = api.addFunction({
      config,
      environment: {
        ...environment,
        ...findsWorkflows,
        ISSUER: identity.issuer,
        JWKS_URL: `${identity.issuer}/.well-known/jwks.json`,
        AUDIENCE: audience,
        CLIENTS: consoleClient.userPoolClientId,
        USER_POOL_ID: identity.pool.userPoolId,
        CLIENT_SCOPE: identity.clientScope,
        DEAD_LETTERS_URL: manager.deadLetters.queueUrl,
        ORIGIN: hosting.url,
        ...(config.requestsPerSecond !== undefined && { REQUESTS_PER_SECOND: String(config.requestsPerSecond) }),
        EXECUTIONS_CONSOLE_URL: `https://${this.region}.console.aws.amazon.com/states/home?region=${this.region}#/v2/executions/details/`,
      },
      rights: [
        encryptedWithQueue,
        sends,
        starts,
        looks,
        looksClosely,
        lists,
        looksAtMaps,
        new PolicyStatement({
          actions: ["sqs:GetQueueAttributes"],
          resources: [manager.queue.queueArn, manager.deadLetters.queueArn],
        }),
        new PolicyStatement({ actions: [...userPoolActions], resources: [identity.pool.userPoolArn] }),
        new PolicyStatement({
          actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
          resources: [manager.deadLetters.queueArn],
        }),
        stops,
        nameSearchRights(records),
        ...tableRights(everywhere, {
          get: [
            "events",
            "settings",
            "profiles",
            "querySets",
            "savedQueries",
            "batchUpdates",
            "presets",
            "recipes",
            "imports",
            "exports",
            "erasures",
            "locks",
            "idempotency",
            "cursors",
            "audit",
            "libraries",
            "members",
          ],
          batchGet: ["profiles", "reading", "fills", "audit", "members"],
          query: [
            "events",
            "profiles",
            "reading",
            "querySets",
            "savedQueries",
            "batchUpdates",
            "presets",
            "recipes",
            "imports",
            "exports",
            "erasures",
            "fills",
            "audit",
            "people",
            "clients",
            "libraries",
            "open",
            "failures",
            "locks",
            "keystone",
          ],
          put: [
            "events",
            "settings",
            "reading",
            "querySets",
            "savedQueries",
            "batchUpdates",
            "presets",
            "recipes",
            "imports",
            "exports",
            "erasures",
            "locks",
            "idempotency",
            "cursors",
            "audit",
            "people",
            "clients",
            "libraries",
            "members",
            "open",
            "keystone",
          ],
          update: [
            "profiles",
            "querySets",
            "imports",
            "exports",
            "locks",
            "fills",
            "libraries",
            "members",
            ...(config.requestsPerSecond === undefined ? [] : (["requests"] as const)),
          ],
          delete: ["savedQueries", "presets", "recipes", "idempotency", "people", "clients", "members", "open"],
          // An administrator goes only where another one stays; failed fills are asked for again only while they are kept.
          check: ["members", "batchUpdates"],
        }),
        ...bucketRights(everywhere, {
          get: ["query-sets", "batch-updates", "imports", "exports", "erasures"],
          list: ["query-sets", "batch-updates", "imports", "exports", "erasures"],
          put: ["query-sets", "batch-updates", "imports", "exports", "erasures"],
          stream: ["batch-updates", "exports"],
        }),
        scratchRights(everywhere, [...uploads, ...madeAgain]),
      ],
    });

    const sweep = new Sweep(this, "Sweeping", {
      config,
      machines,
      key: records.key,
      environment: { ...environment, ...findsWorkflows },
      rights: [
        encryptedWithQueue,
        sends,
        starts,
        looks,
        new PolicyStatement({ actions: ["sqs:GetQueueAttributes"], resources: [manager.queue.queueArn] }),
        ...tableRights(everywhere, {
          query: ["open", "fills"],
          get: [
            "settings",
            "events",
            "querySets",
            "batchUpdates",
            "imports",
            "exports",
            "erasures",
            "locks",
            "open",
            "libraries",
            "members",
          ],
          put: ["open", "batchUpdates", "locks", "audit", "events"],
          update: ["querySets", "imports", "exports", "locks", "fills"],
          delete: ["open"],
        }),
        ...bucketRights(everywhere, {
          get: ["query-sets"],
          list: ["query-sets", "batch-updates", "imports", "exports", "erasures"],
          put: ["batch-updates"],
        }),
        scratchRights(everywhere, Object.values(scratch).flat()),
      ],
    });

    new Expiry(this, "Expiry", {
      config,
      records,
      environment: { ...environment, ...findsWorkflows },
      identity,
      looks,
      caller: sweep.caller,
      missed: sweep.missed,
      erasures: workflows.Erase.stateMachine,
    });

    const houses = this.node.findAll().filter((one) => one instanceof HouseFunction);
    for (const house of houses) house.deny(auditStays(records));
    const logGroups = houses.map(({ logGroup }) => logGroup.logGroupName);
    requests.function.addEnvironment("LOG_GROUPS", logGroups.join(","));

    const { dashboard } = new Monitoring(this, "Monitoring", {
      config,
      key: records.key,
      queue: manager.queue,
      tableName: records.table.tableName,
      deadLetterQueues: { Fills: manager.deadLetters, Sweep: sweep.missed },
      workflows,
      httpApi: api.httpApi,
      consoleUrl: hosting.url,
    });
    new Outputs(this, "Outputs", {
      hosting,
      api,
      identity,
      consoleClient,
      records,
      dashboard,
    });
    if (config.backup !== undefined) new Backup(this, "Backup", { config, records, ...config.backup });
    acknowledgeFindings(this, config);
  }
}
