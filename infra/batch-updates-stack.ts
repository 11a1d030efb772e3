import { ArnFormat, Fn, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeFindings } from "./acknowledgements.ts";
import { Api } from "./api.ts";
import { BatchManager } from "./batch-manager.ts";
import { ChunkedWorkflow } from "./chunked-workflow.ts";
import { ConsoleHosting } from "./console-hosting.ts";
import { audience, Identity } from "./identity.ts";
import { Monitoring } from "./monitoring.ts";
import { bucketRights, everyKind, keyRights, scratch, scratchRights, tableRights, uploads } from "./permissions.ts";
import { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";
import { Sweep } from "./sweep.ts";

/** Everything that runs, in one stack: it is deployed whole or not at all. */
export class BatchUpdatesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { config: StageConfig; withConsole: boolean }) {
    super(scope, id, props);
    const { config } = props;
    const records = new Records(this, "Records", config);
    const manager = new BatchManager(this, "BatchManager", records.key);
    const identity = new Identity(this, "Identity", config);
    const api = new Api(this, "Api", config);
    const hosting = new ConsoleHosting(this, "Console", {
      config,
      httpApi: api.httpApi,
      bucketHost: records.bucketHost,
      issuerHosts: [identity.signInHost, Fn.select(2, Fn.split("/", identity.issuer))],
    });
    const consoleClient = identity.addConsoleClient(hosting.url);
    if (props.withConsole) hosting.deploy({ issuer: identity.issuer, clientId: consoleClient.userPoolClientId });

    const environment = {
      TABLE_NAME: records.table.tableName,
      BUCKET_NAME: records.bucket.bucketName,
      SERVICE_QUEUES_URL: manager.queue.queueUrl,
    };
    const encrypted = keyRights(records);
    const sends = new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [manager.queue.queueArn] });

    manager.addFunction({
      config,
      environment,
      rights: [
        encrypted,
        ...tableRights(records, {
          read: ["profiles", "reading", "settings", "fills", "batchUpdates"],
          write: ["fills"],
          partiql: ["reading"],
        }),
        ...bucketRights(records, { read: ["catalogue"], write: [] }),
      ],
    });

    const shared = { config, records, environment, chunkMemory: 1769, jobMemory: 3538 };
    const buildQuerySet = new ChunkedWorkflow(this, "BuildQuerySet", {
      ...shared,
      deployable: "build-query-set",
      description: "Builds a query set",
      closingRights: [scratchRights(records, scratch.querySets)],
      rights: [
        encrypted,
        ...tableRights(records, {
          read: ["profiles", "reading", "settings", "querySets", "open"],
          write: ["querySets", "open", "audit"],
        }),
        ...bucketRights(records, { read: ["query-sets"], write: ["query-sets"] }),
      ],
    });
    const plan = new ChunkedWorkflow(this, "Plan", {
      ...shared,
      deployable: "plan",
      description: "Plans a batch update",
      closingRights: [scratchRights(records, scratch.plans)],
      rights: [
        encrypted,
        ...tableRights(records, {
          read: ["profiles", "reading", "settings", "querySets", "batchUpdates", "locks", "fills", "open"],
          write: ["batchUpdates", "open", "audit"],
        }),
        ...bucketRights(records, { read: ["query-sets", "batch-updates"], write: ["batch-updates"] }),
      ],
    });
    const apply = new ChunkedWorkflow(this, "Apply", {
      ...shared,
      deployable: "apply",
      description: "Applies a batch update",
      closingRights: [scratchRights(records, scratch.runs)],
      canary: true,
      rights: [
        encrypted,
        sends,
        ...tableRights(records, {
          read: ["profiles", "reading", "settings", "batchUpdates", "locks", "fills", "open"],
          write: ["profiles", "reading", "batchUpdates", "locks", "fills", "open", "audit"],
          partiql: ["profiles", "reading"],
        }),
        ...bucketRights(records, { read: ["query-sets", "batch-updates"], write: ["batch-updates"] }),
      ],
    });
    const importing = new ChunkedWorkflow(this, "Import", {
      ...shared,
      deployable: "import",
      description: "Imports patrons or titles",
      closingRights: [scratchRights(records, scratch.imports)],
      rights: [
        encrypted,
        ...tableRights(records, {
          read: ["profiles", "reading", "settings", "imports", "locks", "open"],
          write: ["profiles", "reading", "imports", "locks", "open", "audit"],
          partiql: ["profiles"],
          batchWrite: ["profiles", "reading"],
        }),
        ...bucketRights(records, { read: ["imports", "catalogue"], write: ["imports", "catalogue"] }),
      ],
    });
    const workflows = { BuildQuerySet: buildQuerySet, Plan: plan, Apply: apply, Import: importing };

    const machines = Object.values(workflows).map(({ stateMachine }) => stateMachine);
    const executions = machines.map(({ stateMachineName }) =>
      this.formatArn({
        service: "states",
        resource: "execution",
        resourceName: `${stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const mapRuns = machines.map(({ stateMachineName }) =>
      this.formatArn({
        service: "states",
        resource: "mapRun",
        resourceName: `${stateMachineName}/*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const machineArns = machines.map(({ stateMachineArn }) => stateMachineArn);
    const starts = new PolicyStatement({ actions: ["states:StartExecution"], resources: machineArns });
    const looks = new PolicyStatement({
      actions: ["states:DescribeExecution", "states:GetExecutionHistory", "states:ListMapRuns"],
      resources: executions,
    });
    const lists = new PolicyStatement({ actions: ["states:ListExecutions"], resources: machineArns });
    const looksAtMaps = new PolicyStatement({ actions: ["states:DescribeMapRun"], resources: mapRuns });
    const workflowEnvironment = {
      BUILD_QUERY_SET_ARN: buildQuerySet.stateMachine.stateMachineArn,
      PLAN_ARN: plan.stateMachine.stateMachineArn,
      APPLY_ARN: apply.stateMachine.stateMachineArn,
      IMPORT_ARN: importing.stateMachine.stateMachineArn,
    };
    const everything = ["query-sets", "batch-updates", "imports", "catalogue"] as const;

    api.addFunction({
      config,
      environment: {
        ...environment,
        ...workflowEnvironment,
        ISSUER: identity.issuer,
        JWKS_URL: `${identity.issuer}/.well-known/jwks.json`,
        AUDIENCE: audience,
        CLIENTS: identity.clients(consoleClient),
        DEAD_LETTERS_URL: manager.deadLetters.queueUrl,
        ORIGIN: hosting.url,
        EXECUTIONS_CONSOLE_URL: `https://${this.region}.console.aws.amazon.com/states/home?region=${this.region}#/v2/executions/details/`,
      },
      rights: [
        encrypted,
        sends,
        starts,
        looks,
        lists,
        looksAtMaps,
        new PolicyStatement({
          actions: ["sqs:GetQueueAttributes"],
          resources: [manager.queue.queueArn, manager.deadLetters.queueArn],
        }),
        ...tableRights(records, { read: everyKind, write: everyKind, partiql: ["profiles", "reading"], names: true }),
        ...bucketRights(records, { read: everything, write: ["query-sets", "batch-updates", "imports"] }),
        scratchRights(records, uploads),
      ],
    });

    const sweep = new Sweep(this, "Sweeping", {
      config,
      machines,
      key: records.key,
      environment: { ...environment, ...workflowEnvironment },
      rights: [
        encrypted,
        sends,
        starts,
        looks,
        new PolicyStatement({ actions: ["sqs:GetQueueAttributes"], resources: [manager.queue.queueArn] }),
        ...tableRights(records, { read: everyKind, write: everyKind }),
        scratchRights(records, Object.values(scratch).flat()),
        ...bucketRights(records, { read: everything, write: everything }),
      ],
    });

    new Monitoring(this, "Monitoring", {
      config,
      key: records.key,
      queue: manager.queue,
      deadLetterQueues: { Fills: manager.deadLetters, Sweep: sweep.missed },
      workflows,
      httpApi: api.httpApi,
    });
    acknowledgeFindings(this);
  }
}
